"""What is held on one person: to read, to take along, and to erase."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.models import Learner
from beneficiaries.models.learners import is_distinctive
from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.forms.privacy import EraseForm
from portal.roof.privacy.accounts import may_erase_account
from portal.roof.privacy.erasing import forget_account, forget_learner
from portal.roof.privacy.mentions import mentions_of_account, mentions_of_learner
from portal.roof.privacy.telling import File, file_of_account, file_of_learner


@never_cache
@login_required
@require_safe
def learner(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an officer all that is held on a learner, to read out or to print for that person."""
    row = _learner(request, pk)
    steps = [*_learner_trail(row), {"label": _("What is held")}]
    urls = {name: reverse(f"privacy:learner_{name}", args=[pk]) for name in ("export", "erase")}
    return _show(request, file_of_learner(row), row.code, steps, **urls)


@never_cache
@login_required
@require_POST
def learner_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an officer all that is held on a learner as a file; that it was taken is in the audit."""
    row = _learner(request, pk)
    audit.record(row, actor=request.user, verb=AuditEntry.Verb.EXPORT, parent=row.partnership)
    return _download(file_of_learner(row), f"learner-{row.pk}")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def learner_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an officer whether to forget a learner, and do it. Sent twice it is done once."""
    row = _learner(request, pk, erased_too=request.method == "POST")
    form = EraseForm(request.POST or None, expected=row.code)
    if row.erased_on or (request.method == "POST" and form.is_valid()):
        done = forget_learner(row, actor=request.user, on=timezone.localdate())
        messages.success(request, _said(done))
        return HttpResponseRedirect(reverse("beneficiaries:list"))
    back = reverse("privacy:learner", args=[pk])
    steps = [*_learner_trail(row), {"label": _("What is held"), "url": back}, {"label": _("Erase")}]
    consequences = [
        _("The code, the year of birth, the days of consent, talks, notes and the pattern of attendance go for good."),
        _("The person stays one more in the counts that were reported, and nobody can tell any more who it was."),
        _("A code that stands in a frozen report, in a sealed note or on a device without a network stays there."),
        _("Strike the code off the list on paper too: the portal cannot."),
    ]
    if not is_distinctive(row.code):
        consequences.append(
            _("This code is a mere number or word: texts that name it cannot be told from others. Look through them.")
        )
    around = {"name": row.code, "consequences": consequences, "back": back, "trail": steps}
    return render(request, "privacy/erase.html", {"form": form, "mentions": mentions_of_learner(row), **around})


@never_cache
@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Show people all that is held on themselves."""
    steps = [{"label": _("Account and security"), "url": reverse("mfa_index")}, {"label": _("What is held on me")}]
    export = reverse("privacy:own_export")
    return _show(request, file_of_account(_me(request)), str(request.user), steps, export=export)


@never_cache
@login_required
@require_POST
def own_export(request: HttpRequest) -> HttpResponse:
    """Give people all that is held on themselves as a file."""
    user = _me(request)
    audit.record(user, actor=user, verb=AuditEntry.Verb.EXPORT)
    return _download(file_of_account(user), "account")


@never_cache
@login_required
@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an administrator all that is held on somebody who signs in."""
    user = _account(request, pk)
    urls = {name: reverse(f"privacy:account_{name}", args=[pk]) for name in ("export", "erase")}
    return _show(request, file_of_account(user), str(user), _account_trail(user), **urls)


@never_cache
@login_required
@require_POST
def account_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an administrator all that is held on somebody who signs in, as a file."""
    user = _account(request, pk)
    audit.record(user, actor=_me(request), verb=AuditEntry.Verb.EXPORT)
    return _download(file_of_account(user), f"account-{user.pk}")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an administrator whether to forget whose account it is, and do it. Sent twice it is done once."""
    user = _account(request, pk, erased_too=request.method == "POST")
    allowed, reason = may_erase_account(user, _me(request))
    if not allowed:
        raise PermissionDenied(reason)
    form = EraseForm(request.POST or None, expected=user.username)
    if user.erased_on or (request.method == "POST" and form.is_valid()):
        try:
            done = forget_account(user, actor=request.user, on=timezone.localdate())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _said(done))
            return HttpResponseRedirect(reverse("admin:portal_user_changelist"))
    back = reverse("privacy:account", args=[pk])
    consequences = [
        _("The name, the address, the password, the second factor, tokens and letters go for good, and the roles end."),
        _("What the account wrote and validated stays, of an account that was erased: nobody can tell whose it was."),
        _("A report that was frozen with the name in it keeps it: it is the record of who answered for the figures."),
    ]
    around = {"name": user.username, "consequences": consequences, "back": back, "trail": _account_trail(user)}
    return render(request, "privacy/erase.html", {"form": form, "mentions": mentions_of_account(user), **around})


def _me(request: HttpRequest) -> User:
    return User.objects.get(pk=request.user.pk)


def _learner(request: HttpRequest, pk: int, *, erased_too: bool = False) -> Learner:
    rows = Learner.objects.all() if erased_too else Learner.objects.known()
    mine = rows.select_related("partnership").filter(partnership__in=Partnership.objects.visible_to(request.user))
    row = get_object_or_404(mine, pk=min(pk, 10**18))
    require(request.user, Role.OFFICER, row.partnership)
    return row


def _account(request: HttpRequest, pk: int, *, erased_too: bool = False) -> User:
    if not request.user.is_superuser:
        raise Http404
    rows = User.objects.all() if erased_too else User.objects.filter(erased_on__isnull=True)
    return get_object_or_404(rows, pk=min(pk, 10**18))


def _learner_trail(row: Learner) -> list[dict[str, Any]]:
    return [
        {"label": _("Courses"), "url": reverse("beneficiaries:list")},
        {"label": row.code, "url": reverse("beneficiaries:learner_detail", args=[row.pk])},
    ]


def _account_trail(user: User) -> list[dict[str, Any]]:
    page = reverse("admin:portal_user_change", args=[user.pk])
    return [{"label": str(user), "url": page}, {"label": _("What is held")}]


def _said(done: object) -> str:
    return _("It is erased.") if done else _("It was erased already.")


def _show(request: HttpRequest, told: File, name: str, trail: list[dict[str, Any]], **urls: str) -> HttpResponse:
    context = {"sections": told.sections, "name": name, "trail": trail, **urls}
    return render(request, "privacy/file.html", context)


def _download(told: File, name: str) -> HttpResponse:
    content = json.dumps(told.as_data(timezone.localdate()), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
