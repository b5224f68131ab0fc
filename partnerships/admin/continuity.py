"""Phases with their deliverables, posts, calls with sub-grants, and closures with balances."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import OwnPartnershipForm, OwnTranslatedAdmin, OwnTranslatedStacked, OwnVersionedForm
from partnerships.admin.dated import DatedAdmin, DatedStacked, DatedVersionedForm
from partnerships.admin.partnership import SPAN
from partnerships.models import Call, ClosingBalance, Closure, Deliverable, Phase, Post, SubGrant
from partnerships.services.days import hold_day, is_locked
from portal.ground.admin import VisibleFilter
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import AmountField
from portal.ground.money import MAX_AMOUNT


class DeliverableInline(DatedStacked):
    """What the phase is to bring forth."""

    model = Deliverable
    fields = ["slug", "number", "title", "text", "due_on", ("is_delivered", "delivered_on", "precision")]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(Phase)
class PhaseAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Numbered steps of the work, with their deliverables."""

    form = OwnVersionedForm
    list_display = ["title", "number", "partnership", "programme", "span_text"]
    list_filter = [("partnership", VisibleFilter)]
    list_select_related = ["partnership", "programme"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["partnership", "programme"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
    inlines = [DeliverableInline]


@admin.register(Deliverable)
class DeliverableAdmin(VersionedMixin, DatedAdmin):
    """What phases are to bring forth."""

    form = DatedVersionedForm
    list_display = ["title", "phase", "number", "due_on", "is_delivered", "date_text", "is_demonstration"]
    list_filter = ["is_delivered", "is_demonstration"]
    list_select_related = ["phase__partnership"]
    autocomplete_fields = ["phase"]
    parent_field = "phase"


@admin.register(Post)
class PostAdmin(VersionedMixin, DatedAdmin):
    """Posts that programmes pay, and who takes them over."""

    form = DatedVersionedForm
    list_display = ["title", "partnership", "side", "span_text", "taken_over_by", "is_demonstration"]
    list_filter = ["side", ("partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership", "taken_over_by"]
    autocomplete_fields = ["partnership", "programme", "paid_by", "taken_over_by"]


class SubGrantForm(OwnPartnershipForm):
    """An initiative; its amount may be typed with a decimal comma or point."""

    amount = AmountField(label=_("amount in euro"), required=False, localize=True)


class VersionedSubGrantForm(SubGrantForm, OwnVersionedForm):
    """An initiative on a page of its own, which several people edit."""


class SubGrantInline(OwnTranslatedStacked):
    """The initiatives that answered the call."""

    model = SubGrant
    form = SubGrantForm
    fields = ["number", "organisation", "title", "state", "amount", "reason"]
    autocomplete_fields = ["organisation"]


@admin.register(Call)
class CallAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Calls for initiatives, with what was submitted and chosen."""

    form = OwnVersionedForm
    fields = ["slug", "partnership", "programme", "source", *SPAN, "title", "text", "submitted", "chosen"]
    list_display = ["title", "partnership", "span_text", "submitted", "chosen", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["partnership", "programme", "source"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"
    inlines = [SubGrantInline]


@admin.register(SubGrant)
class SubGrantAdmin(VersionedMixin, OwnTranslatedAdmin):
    """Initiatives that answered a call."""

    form = VersionedSubGrantForm
    list_display = ["title", "call", "organisation", "state", "amount", "is_demonstration"]
    list_filter = ["state", "is_demonstration"]
    list_select_related = ["call", "organisation"]
    search_fields = ["title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["call", "organisation"]
    readonly_fields = ["is_demonstration"]
    parent_field = "call"


class ClosingBalanceForm(OwnPartnershipForm):
    """A balance; amounts may be typed with a decimal comma or point, and what is left may be below zero."""

    granted = AmountField(label=_("granted, in euro"), required=False, localize=True, lowest=0)
    received = AmountField(label=_("received, in euro"), required=False, localize=True, lowest=0)
    spent = AmountField(
        label=_("spent, without what was rejected, in euro"), required=False, localize=True, lowest=-MAX_AMOUNT
    )
    amount = AmountField(label=_("left, in euro"), localize=True, lowest=-MAX_AMOUNT)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        try:
            hold_day(self.instance.closure)
        except ValidationError as error:
            self.add_error(None, error)


class ClosingBalanceInline(OwnTranslatedStacked):
    """What was left of each source."""

    model = ClosingBalance
    form = ClosingBalanceForm
    fields = ["source", ("granted", "received", "spent", "amount"), "note"]
    autocomplete_fields = ["source"]


@admin.register(Closure)
class ClosureAdmin(DatedAdmin):
    """Ends of programmes and partnerships, with what was left. They are made on the page that closes the programme.

    There the programme ends too, and what is left is counted while nobody writes money.
    """

    list_display = ["__str__", "partnership", "programme", "date_text", "is_demonstration"]
    list_filter = [("partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["partnership", "programme"]
    search_fields = ["slug"]
    prepopulated_fields: Any = {}
    date_hierarchy = "closed_on"
    inlines = [ClosingBalanceInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say no: a row by itself would close nothing."""
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Closure | None = None) -> list[str]:
        """Keep what was closed: another one would have to be closed as well."""
        return ["partnership", "programme", "is_demonstration"]


@admin.register(ClosingBalance)
class ClosingBalanceAdmin(OwnTranslatedAdmin):
    """What was left of the money when something closed; a locked year keeps it with the closure."""

    form = ClosingBalanceForm
    list_display = ["closure", "source", "granted", "received", "spent", "amount"]
    list_select_related = ["closure__partnership", "closure__programme", "source"]
    list_filter = ["source"]
    autocomplete_fields = ["closure", "source"]
    parent_field = "closure"

    def get_readonly_fields(self, request: HttpRequest, obj: ClosingBalance | None = None) -> list[str]:
        """Keep a balance with its closure."""
        return ["closure"] if obj else []

    def is_closed(self, obj: ClosingBalance) -> bool:
        """Say whether a locked year holds the closure."""
        return is_locked(obj.closure)
