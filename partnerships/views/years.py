"""The way of a programme year: submitted, returned or validated, locked, and opened again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.forms import ReopenForm, ReturnForm
from partnerships.models import ProgrammeYear, Role
from partnerships.narrative import Slot
from partnerships.services import (
    MissingSectionsError,
    lock_year,
    reopen_year,
    return_year,
    submit_year,
    validate_year,
)
from partnerships.views.of_year import own_year, section_url, to_year, told, year_trail, year_url
from portal.ground import carry
from portal.ground.wording import translated

State = ProgrammeYear.State


@login_required
@require_POST
def year_submit(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Hand a year's report to the officers; each section that is still missing is named with a link to it."""
    row = own_year(request, slug, year, Role.COORDINATOR)
    try:
        moved = submit_year(row, actor=request.user)
    except MissingSectionsError as error:
        for slot, sentence in zip(error.slots, error.messages, strict=True):
            messages.error(request, _with_link(row, slot, sentence))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, row, moved=moved, done=_("%(year)s is submitted: its officers read it now."))
    return to_year(row)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def year_return(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Give a submitted year back, with remarks on its sections."""
    row = own_year(request, slug, year, Role.OFFICER)
    if request.method == "GET" and row.state not in {State.SUBMITTED, State.RETURNED}:
        return _nothing_to_do(request, row)
    sections = list(row.sections.select_related("heading", "outcome").order_by("heading", "outcome", "language"))
    kept = carry.kept(request) if request.method == "GET" else None
    form = ReturnForm(request.POST or kept, user=request.user, sections=sections)
    if request.method == "POST" and form.is_valid():
        try:
            moved = return_year(row, form.remarks, actor=request.user, language=form.cleaned_data["language"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            done = _("%(year)s is returned to its coordinators.")
            again = _("%(year)s was returned already: your remarks stand with the others.")
            return _after_form(request, row, done if moved else again)
    context = {
        "form": form,
        "texts": [
            (translated(section.heading, "title"), translated(section.outcome, "title"), told(section), field)
            for section, field in form.section_fields()
        ],
        "heading": _("Return %(year)s with remarks") % {"year": year},
        "cancel_url": year_url(row),
        "trail": year_trail(row, _("Return with remarks")),
    }
    return render(request, "partnerships/year_return.html", context)


@login_required
@require_POST
def year_validate(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Accept a submitted year: its report is frozen."""
    row = own_year(request, slug, year, Role.OFFICER)
    try:
        moved = validate_year(row, actor=request.user, on=timezone.localdate())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, row, moved=moved, done=_("%(year)s is validated."))
    return to_year(row)


@login_required
@require_POST
def year_lock(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Lock a validated year."""
    row = own_year(request, slug, year, Role.OFFICER)
    try:
        moved = lock_year(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _tell(request, row, moved=moved, done=_("%(year)s is locked: nothing dated in it can be changed."))
    return to_year(row)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def year_reopen(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Open a validated or locked year again, for a reason."""
    row = own_year(request, slug, year, Role.OFFICER)
    if request.method == "GET" and row.state not in {State.VALIDATED, State.LOCKED}:
        return _nothing_to_do(request, row)
    kept = carry.kept(request) if request.method == "GET" else None
    form = ReopenForm(request.POST or kept, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            moved = reopen_year(row, actor=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _after_form(request, row, _("%(year)s is open again.") if moved else _already())
    context = {
        "form": form,
        "heading": _("Open %(year)s again") % {"year": year},
        "submit_label": _("Open again"),
        "cancel_url": year_url(row),
        "trail": year_trail(row, _("Open again")),
        "keep": True,
    }
    return render(request, "components/form_page.html", context)


def _nothing_to_do(request: HttpRequest, row: ProgrammeYear) -> HttpResponse:
    sentence = _("The year %(year)s is “%(state)s”: from there this step is not possible.")
    messages.info(request, sentence % {"year": row.year, "state": row.get_state_display()})
    return to_year(row)


def _after_form(request: HttpRequest, row: ProgrammeYear, sentence: str) -> HttpResponse:
    carry.forget(request)
    request.session["kept_saved"] = request.path
    messages.success(request, sentence % {"year": row.year})
    return to_year(row)


def _tell(request: HttpRequest, row: ProgrammeYear, *, moved: bool, done: str) -> None:
    if moved:
        messages.success(request, done % {"year": row.year})
    else:
        messages.info(request, _already() % {"year": row.year})


def _already() -> str:
    return _("This step was taken already for %(year)s, so there was nothing left to do.")


def _with_link(row: ProgrammeYear, slot: Slot, sentence: str) -> SafeString:
    return format_html('{} <a href="{}">{}</a>', sentence, section_url(row, slot), _("Write it"))
