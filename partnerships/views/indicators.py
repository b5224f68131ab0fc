"""Targets of an indicator, and what officers and coordinators do with a value that is reported."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partnerships.access import require
from partnerships.forms.indicators import CorrectionForm, TakeBackForm, TargetsForm
from partnerships.models import Indicator, IndicatorCorrection, IndicatorValue, Programme, Role
from partnerships.services import correct_value, set_targets, take_back_validation, validate_correction, validate_value
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.forms import as_key
from portal.ground.versions import StaleVersion
from portal.ground.wording import translated

_RELATED = ["outcome__partnership", "outcome__programme"]


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def targets_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Set what an indicator should come to, year by year."""
    indicator = get_object_or_404(Indicator.objects.visible_to(request.user).select_related(*_RELATED), slug=slug)
    require(request.user, Role.OFFICER, indicator.outcome.partnership)
    programme = programme_of(indicator)
    if programme is None:
        raise Http404
    years = range(programme.starts_on.year, programme.ends_on.year + 1)

    def build(data: Any, row: Indicator) -> TargetsForm:
        return TargetsForm(data, indicator=row, years=years, user=request.user)

    def write(form: TargetsForm) -> tuple[Indicator, bool]:
        version = form.cleaned_data["version"] or 0
        for row in set_targets(indicator, form.targets, actor=request.user, version=version):
            if row.warning:
                messages.warning(request, f"{row.year}: {row.warning}")
        return indicator, True

    page = _page(indicator, _("Targets"), saved=_("The targets are saved."))
    return answer(
        request, page, row=indicator, build=build, write=write, compare=lambda current, form: form.differences(current)
    )


@login_required
@require_POST
def value_validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand for a value, as the officer saw it."""
    value = _own_value(request, pk, Role.OFFICER)
    try:
        validate_value(value, actor=request.user, version=as_key(request.POST.get("version", "")) or 0)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except StaleVersion:
        messages.warning(request, _("Somebody changed this value meanwhile: look at it as it is now."))
    else:
        messages.success(request, _("The value is validated: it enters the totals."))
    return HttpResponseRedirect(_home(value.indicator))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def value_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer stand for a value, for a reason, so that it can be changed."""
    value = _own_value(request, pk, Role.OFFICER)

    def build(data: Any, row: IndicatorValue) -> TakeBackForm:
        return TakeBackForm(data, value=row, user=request.user)

    def write(form: TakeBackForm) -> tuple[IndicatorValue, bool]:
        cleaned = form.cleaned_data
        version = cleaned["version"] or 0
        return take_back_validation(value, actor=request.user, version=version, reason=cleaned["reason"]), True

    page = _page(value.indicator, _("Take the validation back"), value.span_text, saved=_("It is taken back."))
    return answer(request, page, row=value, build=build, write=write)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def value_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a value of a locked year should have been."""
    value = _own_value(request, pk, Role.COORDINATOR)

    def build(data: Any, row: IndicatorCorrection) -> CorrectionForm:
        return CorrectionForm(data, value=value, user=request.user, today=timezone.localdate())

    def write(form: CorrectionForm) -> tuple[IndicatorCorrection, bool]:
        key = form.cleaned_data["submission_key"] or uuid4()
        return correct_value(value, form.values, actor=request.user, key=key)

    saved = _("The correction is saved. It counts once an officer validates it.")
    page = _page(value.indicator, _("Correct a value"), value.span_text, saved=saved)
    return answer(request, page, row=IndicatorCorrection(corrects=value), build=build, write=write)


@login_required
@require_POST
def correction_validate(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand for a correction."""
    visible = IndicatorCorrection.objects.visible_to(request.user)
    row = get_object_or_404(visible.select_related("corrects__indicator__outcome__partnership"), pk=pk)
    require(request.user, Role.OFFICER, row.corrects.indicator.outcome.partnership)
    try:
        validate_correction(row, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The correction is validated: newer tables show it."))
    return HttpResponseRedirect(_home(row.corrects.indicator))


@login_required
@require_GET
def value_file(request: HttpRequest, pk: int) -> FileResponse:
    """Serve the file beside a value to who works with it; a PDF is downloaded, so that no script in it runs here.

    It may hold the list behind a figure that a viewer is not told.
    """
    visible = IndicatorValue.objects.visible_to(request.user).select_related("indicator__outcome__partnership")
    row = get_object_or_404(visible, pk=pk)
    require(request.user, Role.COORDINATOR, row.indicator.outcome.partnership)
    try:
        opened = row.file.open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    is_pdf = row.content_type == "application/pdf"
    response = FileResponse(
        opened, content_type=row.content_type, as_attachment=is_pdf, filename=row.original_name or "file"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def programme_of(indicator: Indicator) -> Programme | None:
    """Return the programme in whose years an indicator is told; for the partnership as a whole, its last one."""
    outcome = indicator.outcome
    return outcome.programme or Programme.objects.filter(partnership=outcome.partnership_id).last()


def trail(indicator: Indicator, last: str = "") -> list[dict[str, Any]]:
    """Return the way from the list of partnerships to an indicator, or to a page of it."""
    partnership, programme = indicator.outcome.partnership, programme_of(indicator)
    start: list[dict[str, Any]] = [
        {"label": _("Partnerships"), "url": reverse("partnerships:list")},
        {"label": translated(partnership, "name"), "url": reverse("partnerships:detail", args=[partnership.slug])},
    ]
    if programme is not None:
        start.append({"label": _("Logframe"), "url": reverse("partnerships:logframe", args=[programme.slug])})
    title: dict[str, Any] = {"label": translated(indicator, "title")}
    return [*start, title | {"url": _home(indicator)}, {"label": last}] if last else [*start, title]


def _own_value(request: HttpRequest, pk: int, role: Role) -> IndicatorValue:
    related = [f"indicator__{name}" for name in _RELATED]
    value = get_object_or_404(IndicatorValue.objects.visible_to(request.user).select_related(*related), pk=pk)
    require(request.user, role, value.indicator.outcome.partnership)
    return value


def _home(indicator: Indicator) -> str:
    return reverse("partnerships:indicator", args=[indicator.slug])


def _page(indicator: Indicator, heading: str, intro: str = "", *, saved: str) -> Page:
    return Page(
        heading=heading,
        intro=f"{translated(indicator, 'title')}: {intro}" if intro else str(translated(indicator, "title")),
        trail=trail(indicator, heading),
        back=_home(indicator),
        saved=saved,
    )
