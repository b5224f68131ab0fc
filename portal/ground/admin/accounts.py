"""Accounts and the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ground import audit
from portal.ground.admin.base import PortalAdmin
from portal.ground.history import describe
from portal.ground.models import AccessToken, AuditEntry, Letter, User


class UserAdmin(PortalAdmin, auth.UserAdmin):
    """Accounts. What a person may do stands in the memberships, which the room of partnerships adds."""

    form = UserChangeForm
    add_form = AdminUserCreationForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_staff", "is_demonstration"]
    list_filter = ["is_active", "is_staff", "is_superuser", "is_demonstration"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    readonly_fields = ["last_login", "date_joined", "is_demonstration"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password", "is_demonstration"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "language", "reminder_days", "start_page"]}),
        (
            _("Access"),
            {
                "fields": ["is_active", "is_staff", "is_superuser"],
                "description": _("What a person may do in a partnership stands under memberships, below."),
            },
        ),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]

    def view_on_site(self, obj: User) -> str:
        """Return the address of the page with all that is held on somebody, and from there of its erasure."""
        return reverse("privacy:account", args=[obj.pk])

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only an administrator sees who has an account."""
        return request.user.is_superuser

    def user_change_password(self, request: HttpRequest, id, form_url=""):  # noqa: A002 - Django names it so
        """Set a password, and record that it was set, not what it is."""
        before = User.objects.filter(pk=id).values_list("password", flat=True).first()
        response = super().user_change_password(request, id, form_url)
        user = User.objects.filter(pk=id).first()
        if user and user.password != before:
            audit.record(user, actor=request.user, verb=AuditEntry.Verb.UPDATE, reason=gettext("The password was set."))
        return response


@admin.register(AuditEntry)
class AuditEntryAdmin(PortalAdmin):
    """The trail: read by an administrator, changed by nobody."""

    list_display = ["at", "actor", "verb", "target_type", "target_text"]
    list_filter = ["verb"]
    list_select_related = ["actor"]
    fields = ["at", "actor", "verb", "target_type", "target_text", "reason", "in_words"]
    readonly_fields = ["in_words"]
    ordering = ["-at", "-pk"]

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Only an administrator reads the whole trail; the history of a record is on its own page."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes an entry by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        """Nobody changes or deletes one."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer no action."""
        return {}

    @admin.display(description=_("changes"))
    def in_words(self, entry: AuditEntry) -> SafeString:
        """Return what changed, field by field."""
        changes = describe([entry])[0].changes
        rows = format_html_join("", "<li>{}: {} → {}</li>", ((c.label, c.old or "–", c.new or "–") for c in changes))
        return format_html("<ul>{}</ul>", rows)


@admin.register(Letter)
class LetterAdmin(PortalAdmin):
    """Mails of the portal: an administrator sees what was sent, what waits, and why it could not be sent."""

    list_display = ["subject", "recipient", "written_at", "sent_at", "attempts", "try_again_at", "failure"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recipient"]
    fields = ["recipient", "subject", "text", "written_at", "sent_at", "attempts", "try_again_at", "failure"]
    ordering = ["-written_at", "-pk"]

    def has_view_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        """Only an administrator sees who was written to."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody writes one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        """Nobody changes or deletes one."""
        return False


class SecondFactorAdmin(PortalAdmin):
    """Second factors: an administrator takes a lost one away, and sees no secret."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = ["user", "type", "created_at", "last_used_at"]
    parent_field = "user"

    def has_view_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Only an administrator sees who has one."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody sets up the own one, in the account."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Say whether the person may take one away."""
        return request.user.is_superuser


@admin.register(AccessToken)
class AccessTokenAdmin(PortalAdmin):
    """Tokens for the API: an administrator sees who has which; making the account inactive ends them all."""

    list_display = ["label", "user", "scope", "made_at", "last_used_on", "withdrawn_at"]
    list_filter = ["scope", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    fields = ["user", "label", "scope", "made_at", "last_used_on", "withdrawn_at"]
    ordering = ["-made_at", "-pk"]
    parent_field = "user"

    def has_view_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """Only an administrator sees who has one."""
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Everybody makes the own ones, in the account."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """Nobody changes one; its owner withdraws it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        """Nobody deletes one: it says who could read what, and until when."""
        return False
