"""How the results of a year are judged: shown, written, and as a workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import score_sheet
from partnerships.access import may, may_report
from partnerships.forms import ScoresForm
from partnerships.models import PerformanceScore, ProgrammeYear, Role
from partnerships.score_board import ResultScores, scores_of
from partnerships.services import StaleScores, save_scores
from partnerships.views.of_year import own_year, year_trail
from portal.ground import audit, carry
from portal.ground.models import AuditEntry
from portal.ground.versions import Difference
from portal.ground.wording import translated

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def year_scores(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show how the programme and each outcome is judged, in this year and those before it."""
    row = own_year(request, slug, year, Role.VIEWER)
    allowed, reason = may_report(request.user, row)
    is_writer, _why = may(request.user, Role.COORDINATOR, row.programme.partnership)
    context = {
        "heading": _("Performance scores %(year)s") % {"year": year},
        "results": [(result, _edit_url(row, result)) for result in scores_of(row)],
        "year": row,
        "may_write": allowed,
        "closed": reason if is_writer and not allowed else "",
        "export_url": reverse("partnerships:scores_export", args=[slug, year]),
        "trail": year_trail(row, _("Performance scores")),
    }
    return render(request, "partnerships/scores.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def scores_edit(request: HttpRequest, slug: str, year: int, outcome: int) -> HttpResponse:
    """Judge one outcome of a year, or with 0 the programme as a whole."""
    row = own_year(request, slug, year, Role.COORDINATOR)
    result = next((result for result in scores_of(row) if result.key == outcome), None)
    if result is None:
        raise Http404
    allowed, reason = may_report(request.user, row)
    if request.method == "GET" and not allowed:
        messages.info(request, reason)
        return HttpResponseRedirect(_scores_url(row))
    kept = carry.kept(request) if request.method == "GET" else None
    form = ScoresForm(request.POST or kept, result=result, user=request.user)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        try:
            save_scores(row, result.outcome, form.judgements, actor=request.user, language=language)
        except StaleScores as stale:
            theirs = [_difference(form, key, score) for key, score in stale.rows.items()]
            return _render(request, row, result, _rebased(request, result, stale), theirs=theirs)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _saved(request, row)
    return _render(request, row, result, form)


@login_required
@require_POST
def scores_export(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Answer with the scores of a year as a workbook in the reader's language."""
    row = own_year(request, slug, year, Role.VIEWER)
    content, name = score_sheet.write(row), score_sheet.name_of(row)
    audit.record(row, actor=request.user, verb=AuditEntry.Verb.EXPORT, parent=row.programme)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def _render(
    request: HttpRequest, year: ProgrammeYear, result: ResultScores, form: ScoresForm, *, theirs: Any = None
) -> HttpResponse:
    context = {
        "heading": _("Judge %(year)s") % {"year": year.year},
        "result": result,
        "form": form,
        "theirs": theirs,
        "cancel_url": _scores_url(year),
        "trail": year_trail(year, _("Performance scores")),
    }
    return render(request, "partnerships/scores_form.html", context, status=409 if theirs else 200)


def _saved(request: HttpRequest, year: ProgrammeYear) -> HttpResponse:
    carry.forget(request)
    request.session["kept_saved"] = request.path
    messages.success(request, _("The scores are saved."))
    return HttpResponseRedirect(_scores_url(year))


def _rebased(request: HttpRequest, result: ResultScores, stale: StaleScores) -> ScoresForm:
    """Return the form with what was typed, going on from the scores as they stand now."""
    data = request.POST.copy()
    for key, score in stale.rows.items():
        data[f"version_{key}"] = str(score.version)
    return ScoresForm(data, result=result, user=request.user)


def _difference(form: ScoresForm, key: int, score: PerformanceScore) -> Difference:
    level, text = form.cleaned_data[f"level_{key}"], form.cleaned_data[f"justification_{key}"]
    name = str(translated(score.criterion, "name"))
    return Difference(name, f"{score.level}\n{score.justification}", f"{level or '–'}\n{text}")


def _scores_url(year: ProgrammeYear) -> str:
    return reverse("partnerships:year_scores", args=[year.programme.slug, year.year])


def _edit_url(year: ProgrammeYear, result: ResultScores) -> str:
    return reverse("partnerships:scores_edit", args=[year.programme.slug, year.year, result.key])
