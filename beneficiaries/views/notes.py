"""Confidential notes: a list that tells nothing of what they say, and each opened by a step that is written down."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms.notes import NoteForm
from beneficiaries.models import ConfidentialNote
from beneficiaries.services.notes import read_note, settle_note, write_note
from partnerships.models import Membership, Side
from portal.ground.models import User
from portal.ground.sealing import SealingError, has_keys

SHOWN = 200


@login_required
@never_cache
@require_safe
def note_list(request: HttpRequest) -> HttpResponse:
    """Show which notes there are, to those who are named for them."""
    _named(request)
    notes = ConfidentialNote.objects.visible_to(request.user)
    notes = notes.select_related("partnership", "cohort", "learner", "author")[:SHOWN]
    context = {
        "rows": [_row(note) for note in notes],
        "create_url": reverse("notes:create") if has_keys() else "",
        "trail": [{"label": _("Confidential notes")}],
    }
    return render(request, "beneficiaries/notes/list.html", context)


@login_required
@never_cache
@sensitive_post_parameters("text")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Write a note. What was typed stays on the page where something is wrong, and nowhere else."""
    today = timezone.localdate()
    form = NoteForm(request.POST or None, named=_named(request), today=today)
    if request.method == "POST" and form.is_valid():
        values, home = form.cleaned_data, form.membership
        about = {name: values[name] for name in ("noted_on", "text", "language", "cohort", "learner")}
        who = {"actor": _user(request), "key": values["submission_key"], "on": today}
        try:
            _note, is_new = write_note(home.partnership, side=home.side, **about, **who)
        except (SealingError, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            said = _("The note is kept.") if is_new else _("This was saved already: it was not made twice.")
            messages.success(request, said)
            return HttpResponseRedirect(reverse("notes:list"))
    context = {
        "form": form,
        "heading": _("A confidential note"),
        "intro": _("Only those who are named for it can read it, and each reading is written down."),
        "cancel_url": reverse("notes:list"),
        "trail": [{"label": _("Confidential notes"), "url": reverse("notes:list")}, {"label": _("New note")}],
    }
    return render(request, "components/form_page.html", context)


@login_required
@never_cache
@sensitive_variables()
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a note; that it was read, by whom and when, is in the audit."""
    note = _note(request, pk)
    try:
        text, error = read_note(note, actor=_user(request), on=timezone.localdate()), ""
    except SealingError as reason:
        text, error = "", str(reason)
    context = _row(note) | {
        "text": text,
        "error": error,
        "code": note.language,
        "trail": [{"label": _("Confidential notes"), "url": reverse("notes:list")}, {"label": note.date_text}],
    }
    return render(request, "beneficiaries/notes/read.html", context)


@login_required
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a note was dealt with."""
    settle_note(_note(request, pk), actor=_user(request), on=timezone.localdate())
    return HttpResponseRedirect(reverse("notes:list"))


def _named(request: HttpRequest) -> list[Membership]:
    """Return the roles in which the person is named for notes. Raises PermissionDenied where there is none."""
    rows = Membership.objects.filter(user=_user(request), reads_notes=True).active(timezone.localdate())
    named = list(rows.select_related("partnership").order_by("partnership", "side"))
    if not named:
        raise PermissionDenied(_("Only those who are named for it write and read confidential notes."))
    return named


def _note(request: HttpRequest, pk: int) -> ConfidentialNote:
    notes = ConfidentialNote.objects.visible_to(request.user)
    return get_object_or_404(notes.select_related("partnership", "cohort", "learner", "author"), pk=pk)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)  # login_required let nobody else in


def _row(note: ConfidentialNote) -> dict[str, Any]:
    return {
        "date": note.date_text,
        "home": f"{note.partnership} – {Side(note.side).label}",
        "about": [str(part) for part in (note.cohort, note.learner) if part],
        "author": str(note.author),
        "is_settled": note.settled_on is not None,
        "is_demonstration": note.is_demonstration,
        "read_url": reverse("notes:read", args=[note.pk]),
        "settle_url": reverse("notes:settle", args=[note.pk]) if note.settled_on is None else "",
    }
