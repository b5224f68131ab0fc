"""What came of an evaluation form: its figures, what was found in them, and what was decided because of that."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms import ConclusionForm
from beneficiaries.models import Answer, Question
from beneficiaries.reading import may_read_words
from beneficiaries.services.findings import conclude
from beneficiaries.tallies import Tally, chart_of, notes_of, results_of, sheet_of
from beneficiaries.views.evaluation_forms import form_trail, own_form
from partnerships.access import may
from partnerships.models import Finding, Role
from partnerships.views.answering import Page, answer
from portal.ground import audit, carry
from portal.ground.forms import as_key
from portal.ground.models import AuditEntry
from portal.ground.numbers import format_number
from portal.ground.spreadsheets import XLSX_TYPE, write_xlsx
from portal.ground.wording import translated, written
from portal.roof.overviews.parts import filled
from portal.roof.overviews.trails import decisions_after

MOST_WORDS = 500


@login_required
@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the answers come to, what was found in them, and what followed."""
    form = own_form(request, slug, Role.VIEWER)
    works, _reason = may(request.user, Role.COORDINATOR, form.partnership)
    found = results_of(form, true_figures=works, on=timezone.localdate())
    context = {
        "form": form,
        "title": translated(form, "title"),
        "results": found,
        "sheets": "" if found.sheets is None else format_number(found.sheets),
        "tallies": [_tally(tally, is_told=found.is_told) for tally in found.tallies],
        "activities": [
            (translated(row, "title"), reverse("activities:detail", args=[row.pk])) for row in form.activities.all()
        ],
        "sections": filled([decisions_after(form, may_write=works)]),
        "works": works,
        "has_words": any(question.kind == Question.Kind.TEXT for question in form.questions.all()),
        "reads_words": may_read_words(request.user, form),
        "trail": form_trail(form, {"label": _("Results")}),
    }
    return render(request, "beneficiaries/forms/results.html", context)


def _tally(tally: Tally, *, is_told: bool) -> dict[str, Any]:
    chart = chart_of(tally) if is_told else None
    return {
        "pk": tally.question.pk,
        "text": translated(tally.question, "text"),
        "chart": chart,
        "said": "" if chart else " ".join(notes_of(tally)),
    }


@login_required
@never_cache
@require_POST
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """Open what was answered in own words; that it was read is in the audit."""
    form = own_form(request, slug)
    if not may_read_words(request.user, form):
        sentence = _("The own words of a vulnerable group are read by those who are named for confidential notes.")
        raise PermissionDenied(sentence)
    audit.record(form, actor=request.user, verb=AuditEntry.Verb.READ, reason=_("Own words"))
    rows = Answer.objects.filter(sheet__form=form).exclude(text="").select_related("sheet", "suggestion")
    total, after = rows.count(), as_key(request.POST.get("after", "")) or 0
    last = min(after + MOST_WORDS, total)
    # In no order that tells which words came from one pen.
    asked = _by_question(rows.order_by("question__position", "text", "pk")[after:last])
    # A question whose answers stand on another part is not one to which nobody wrote anything.
    answered = set(rows.order_by().values_list("question", flat=True))
    questions = [
        row for row in form.questions.filter(kind=Question.Kind.TEXT) if row.pk in asked or row.pk not in answered
    ]
    part = {"first": format_number(after + 1), "last": format_number(last), "total": format_number(total)}
    context = {
        "title": translated(form, "title"),
        "questions": [(translated(row, "text"), asked.get(row.pk, [])) for row in questions],
        "part": _("%(first)s to %(last)s of %(total)s answers") % part if total > MOST_WORDS and after < last else "",
        "after": last if last < total else None,
        "url": reverse("forms:words", args=[slug]),
        "trail": form_trail(
            form, {"label": _("Results"), "url": reverse("forms:results", args=[slug])}, {"label": _("Own words")}
        ),
    }
    return render(request, "beneficiaries/forms/words.html", context)


def _by_question(rows: Iterable[Answer]) -> dict[int, list[dict[str, Any]]]:
    """Return the words of some answers by their question, each with the suggestion that it became or may become."""
    asked: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        known = getattr(row, "suggestion", None)
        asked.setdefault(row.question_id, []).append(
            {
                "text": written(row.text, row.sheet.language),
                "url": reverse("suggestions:detail", args=[known.pk])
                if known
                else reverse("suggestions:take_up", args=[row.pk]),
                "is_taken_up": known is not None,
            }
        )
    return asked


@login_required
@require_POST
def results_export(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the figures as a spreadsheet: as far as they may leave the portal, whoever asks."""
    form = own_form(request, slug, Role.VIEWER)
    found = results_of(form, true_figures=False, on=timezone.localdate())
    content = write_xlsx(*sheet_of(found))
    audit.record(form, actor=request.user, verb=AuditEntry.Verb.EXPORT, reason=_("Results"))
    response = HttpResponse(content, content_type=XLSX_TYPE)
    name = f"{_('results')}-{form.slug}.xlsx"
    response["Content-Disposition"] = (
        f"attachment; filename=\"results-{form.slug}.xlsx\"; filename*=UTF-8''{quote(name)}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def finding_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down what was found in the answers, and on which questions that rests."""
    form = own_form(request, slug)
    asked = form.questions.filter(pk=as_key(request.GET.get("question", "")))

    def build(data: Any, row: Finding) -> ConclusionForm:
        given = {"user": request.user, "today": timezone.localdate(), "partnership": form.partnership}
        return ConclusionForm(data, instance=row, asked=form, initial={"questions": list(asked)}, **given)

    def write(sent: ConclusionForm) -> tuple[Finding, bool]:
        key = sent.cleaned_data["submission_key"] or uuid4()
        return conclude(form, sent.values, sent.cleaned_data["questions"], actor=request.user, key=key)

    heading = _("New finding")
    results_url = reverse("forms:results", args=[slug])
    page = Page(
        heading=heading,
        intro=str(translated(form, "title")),
        trail=form_trail(form, {"label": _("Results"), "url": results_url}, {"label": heading}),
        back=results_url,
        saved=_("The finding is saved."),
    )
    return answer(request, page, row=Finding(partnership=form.partnership), build=build, write=write)
