"""Writing an exam, and what a cohort came out of it with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from beneficiaries.forms import ExamForm, ResultsForm
from beneficiaries.models import Cohort, Enrolment, Exam, ExamResult
from beneficiaries.services import StaleResults, save_results
from beneficiaries.services.results import COLUMNS, ResultInput
from beneficiaries.views.rows import cohort_trail, course_trail, own_cohort, own_course, write_row
from partnerships.access import require
from partnerships.models import Role
from partnerships.views.answering import Page
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.versions import Difference
from portal.ground.wording import listed, translated

writes = require_http_methods(["GET", "POST"])


@carry.sign_in_keeping_text
@writes
def exam_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down an exam of a course."""
    course = own_course(request, slug)
    return _form(request, Exam(course=course), initial={"authority": course.run_by_id})


@carry.sign_in_keeping_text
@writes
def exam_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct an exam."""
    exam = _visible(request, slug)
    require(request.user, Role.COORDINATOR, exam.course.partnership)
    return _form(request, exam)


def _form(request: HttpRequest, row: Exam, initial: dict[str, Any] | None = None) -> HttpResponse:
    heading = _("Change the exam") if row.pk else _("New exam")
    page = Page(
        heading=heading,
        intro=str(translated(row.course, "title")),
        trail=course_trail(row.course, {"label": heading}),
        back=reverse("beneficiaries:detail", args=[row.course.slug]),
        saved=_("The exam is saved."),
    )
    return write_row(request, page, row, ExamForm, initial=initial)


@carry.sign_in_keeping_text
@writes
def results_edit(request: HttpRequest, slug: str, cohort: str) -> HttpResponse:
    """Enter the results of an exam for a whole cohort."""
    exam, group = _visible(request, slug), own_cohort(request, cohort)
    if exam.course_id not in group.course.with_wholes():
        raise Http404
    kept = carry.kept(request) if request.method == "GET" else None
    form = _results_form(request, exam, group, request.POST or kept)
    if request.method == "POST" and form.is_valid():
        try:
            is_new = save_results(exam, group, form.results, actor=request.user)
        except StaleResults as stale:
            theirs = _differences(form, stale)
            return _show(request, exam, group, _rebased(request, exam, group, stale), theirs=theirs)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _saved(request, group, is_new=is_new)
    return _show(request, exam, group, form)


def _visible(request: HttpRequest, slug: str) -> Exam:
    rows = Exam.objects.visible_to(request.user).select_related("course__partnership", "authority")
    return get_object_or_404(rows, slug=slug)


def _results_form(request: HttpRequest, exam: Exam, cohort: Cohort, data: Any) -> ResultsForm:
    rows = Enrolment.objects.filter(cohort=cohort, learner__erased_on__isnull=True)
    enrolments = rows.select_related("learner").order_by("learner__code", "pk")
    stored = {row.enrolment_id: row for row in ExamResult.objects.filter(exam=exam, enrolment__cohort=cohort)}
    given = {"user": request.user, "today": timezone.localdate()}
    return ResultsForm(data, enrolments=enrolments, stored=stored, **given)


def _rebased(request: HttpRequest, exam: Exam, cohort: Cohort, stale: StaleResults) -> ResultsForm:
    """Return the form with what was typed, going on from the results as they stand now."""
    data = request.POST.copy()
    for pk, row in stale.rows.items():
        data[f"version_{pk}"] = str(row.version if row else 0)
    return _results_form(request, exam, cohort, data)


def _differences(form: ResultsForm, stale: StaleResults) -> list[Difference]:
    codes = {row.pk: row.learner.code for row in form.enrolments}
    return [Difference(codes[pk], _told(row), _told(form.results[pk])) for pk, row in stale.rows.items()]


def _told(row: ExamResult | ResultInput | None) -> str:
    if row is None:
        return ""
    result, has_diploma, diploma_on, number = (getattr(row, name) for name in COLUMNS)
    diploma = [_("diploma"), format_date(diploma_on), number] if has_diploma else []
    return listed([dict(ExamResult.Result.choices).get(result, ""), *diploma])


def _show(
    request: HttpRequest, exam: Exam, cohort: Cohort, form: ResultsForm, *, theirs: list[Difference] | None = None
) -> HttpResponse:
    heading = _("Results of the exam")
    context = {
        "heading": heading,
        "exam": exam,
        "authority": translated(exam.authority, "name"),
        "cohort": cohort,
        "form": form,
        "theirs": theirs,
        "edit_url": reverse("beneficiaries:exam_edit", args=[exam.slug]),
        "cancel_url": reverse("beneficiaries:cohort_detail", args=[cohort.slug]),
        "trail": cohort_trail(cohort, {"label": heading}),
    }
    return render(request, "beneficiaries/results.html", context, status=200 if theirs is None else 409)


def _saved(request: HttpRequest, cohort: Cohort, *, is_new: bool) -> HttpResponse:
    carry.forget(request)
    request.session["kept_saved"] = request.path
    text = _("The results are saved.") if is_new else _("This was saved already: it was not made twice.")
    messages.success(request, text)
    return HttpResponseRedirect(reverse("beneficiaries:cohort_detail", args=[cohort.slug]))
