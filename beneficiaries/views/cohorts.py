"""The pages of a cohort: what it is, who follows it and how far they came; writing it, its sessions and who joins."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import CohortForm, EnrolForm, SessionsForm
from beneficiaries.funnel import funnel_chart, outcome_chart, paths_of
from beneficiaries.models import Attendance, Cohort, Enrolment, Exam, ExamResult
from beneficiaries.paths import STAGES
from beneficiaries.services import add_sessions, enrol
from beneficiaries.views.rows import cohort_trail, course_trail, own_cohort, own_course, write_row
from beneficiaries.views.sheet_links import link_panel
from partnerships.access import may
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.wording import listed, translated

HISTORY_LENGTH = 30
MOST_SHEETS = 6
State = Attendance.State
writes = require_http_methods(["GET", "POST"])


@login_required
@never_cache
@require_safe
def cohort_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a cohort: its funnel, its sessions, exams and learners; who only looks on sees the funnel."""
    cohort = own_cohort(request, slug, Role.VIEWER)
    works, _reason = may(request.user, Role.COORDINATOR, cohort.course.partnership)
    paths = paths_of(cohort.course, true_figures=works).of(cohort=cohort.pk)
    history = AuditEntry.objects.about(cohort).select_related("actor")[:HISTORY_LENGTH] if works else []
    context = {
        "cohort": cohort,
        "facts": _facts(cohort),
        "chart": funnel_chart(paths, _("How far they came")),
        "outcomes": outcome_chart(paths, _("What they do now")),
        "full": cohort.seats is not None and works and (paths.count(STAGES[0].holds) or 0) > cohort.seats,
        "works": works,
        "lines": describe(history),
        "trail": cohort_trail(cohort),
        "course_title": translated(cohort.course, "title"),
        "forms": [(translated(form, "title"), form.slug, form.open_text) for form in cohort.evaluation_forms.all()],
        **(_work(cohort) | link_panel(cohort) if works else {}),
    }
    return render(request, "beneficiaries/cohort.html", context)


def _facts(cohort: Cohort) -> list[dict[str, Any]]:
    facts = [
        {"term": _("When"), "value": cohort.span_text},
        {"term": _("Timetable"), "value": cohort.timetable},
        {"term": _("Training centre"), "value": translated(cohort.centre, "name")},
        {"term": _("Place"), "value": cohort.place or ""},
        {"term": _("Organisation that trains"), "value": translated(cohort.trained_by, "name")},
        {"term": _("Trainer"), "value": cohort.trainer},
        {"term": _("Places for learners"), "value": cohort.seats or ""},
        {
            "term": _("Programme"),
            "value": translated(cohort.programme, "name"),
            "url": reverse("partnerships:programme_detail", args=[cohort.programme.slug]) if cohort.programme else "",
        },
    ]
    return [fact for fact in facts if str(fact["value"])]


def _work(cohort: Cohort) -> dict[str, Any]:
    """Return what only who works with the learners sees: sessions, exams, and each learner by code."""
    on = timezone.localdate()
    counted = {state.value: Count("attendances", filter=Q(attendances__state=state)) for state in State}
    sessions = cohort.sessions.annotate(**counted).order_by("held_on", "starts_at")
    enrolments = Enrolment.objects.filter(cohort=cohort).select_related("learner").annotate(**counted)
    exams = Exam.objects.filter(course__in=cohort.course.with_wholes()).select_related("authority")
    results = {row.enrolment_id: row for row in _results(cohort)}
    return {
        **_sheets([_session(row, on) for row in sessions]),
        "exams": [
            (
                exam.date_text or _("no date yet"),
                translated(exam.authority, "name"),
                reverse("beneficiaries:results_edit", args=[exam.slug, cohort.slug]),
            )
            for exam in exams.order_by("held_on", "slug")
        ],
        "learner_columns": [
            {"label": _("Code")},
            {"label": _("Enrolled on")},
            {"label": _("Attended"), "kind": "number"},
            {"label": _("Absent"), "kind": "number"},
            {"label": _("Result")},
        ],
        "learner_rows": [_learner(row, results.get(row.pk), on) for row in enrolments.order_by("learner__code", "pk")],
        "learners_empty": {"icon": "people", "title": _("Nobody is enrolled yet.")},
    }


def _results(cohort: Cohort) -> Any:
    return ExamResult.objects.filter(enrolment__cohort=cohort).order_by("exam__held_on", "pk")


def _sheets(sessions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return first the sheets that wait to be filled in, then the next and the last ones; the others are folded."""
    waiting = [row for row in sessions if row["is_due"] and not row["is_filled"]]
    coming = [row for row in sessions if not row["is_due"]][:1]
    filled = [row for row in reversed(sessions) if row["is_filled"]]
    first = [*waiting, *coming, *filled][:MOST_SHEETS]
    return {"sheets": first, "other_sheets": [row for row in sessions if row not in first]}


def _session(row: Any, on: Any) -> dict[str, Any]:
    is_filled = bool(row.present or row.absent or row.excused)
    told = _("%(present)s attended, %(absent)s absent, %(excused)s excused") % {
        "present": row.present,
        "absent": row.absent,
        "excused": row.excused,
    }
    return {
        "when": row.when,
        "is_due": row.held_on <= on,
        "is_filled": is_filled,
        "told": told if is_filled else _("not filled in yet"),
        "url": reverse("beneficiaries:attendance", args=[row.pk]),
        "print_url": reverse("beneficiaries:attendance_print", args=[row.pk]),
    }


def _learner(row: Any, result: Any, on: Any) -> dict[str, Any]:
    remarks = [
        _("left on %(day)s") % {"day": format_date(row.withdrawn_on)} if row.withdrawn_on else "",
        _("under age, no guardian's consent yet") if row.learner.lacks_guardian(on) else "",
    ]
    told = ""
    if result:
        told = _("passed, with a diploma") if result.has_diploma else result.get_result_display()
    return {
        "url": "" if row.learner.erased_on else reverse("beneficiaries:learner_detail", args=[row.learner_id]),
        "cells": [
            {"text": str(row.learner), "note": listed(remarks, with_commas=True)},
            format_date(row.enrolled_on),
            str(row.present),
            str(row.absent),
            told,
        ],
    }


@carry.sign_in_keeping_text
@writes
def cohort_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a new cohort of a course."""
    course = own_course(request, slug)
    return _form(request, Cohort(course=course), initial={"programme": course.programme_id})


@carry.sign_in_keeping_text
@writes
def cohort_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct a cohort."""
    return _form(request, own_cohort(request, slug))


def _form(request: HttpRequest, row: Cohort, initial: dict[str, Any] | None = None) -> HttpResponse:
    heading = _("Change the cohort") if row.pk else _("New cohort")
    step = {"label": heading}
    page = Page(
        heading=heading,
        intro=str(translated(row.course, "title")),
        trail=cohort_trail(row, step) if row.pk else course_trail(row.course, step),
        back=_home(row) if row.pk else reverse("beneficiaries:detail", args=[row.course.slug]),
        saved=_("The cohort is saved."),
    )
    return write_row(request, page, row, CohortForm, initial=initial)


@carry.sign_in_keeping_text
@writes
def enrol_many(request: HttpRequest, slug: str) -> HttpResponse:
    """Enrol several learners at once, by their codes."""
    cohort = own_cohort(request, slug)

    def build(data: Any, row: Cohort) -> EnrolForm:
        return EnrolForm(data, cohort=row, user=request.user, today=timezone.localdate())

    def write(form: EnrolForm) -> tuple[Cohort, bool]:
        sent = form.cleaned_data
        days = {name: sent[name] for name in ("enrolled_on", "commitments_on")}
        key = sent["submission_key"] or uuid4()
        return enrol(cohort, sent["codes"], actor=request.user, key=key, **days)

    page = _page(cohort, _("Enrol learners"), _("The learners are enrolled."))
    return answer(request, page, row=cohort, build=build, write=write)


@carry.sign_in_keeping_text
@writes
def session_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Add one session or a row of them."""
    cohort = own_cohort(request, slug)

    def build(data: Any, _row: Cohort) -> SessionsForm:
        return SessionsForm(data, user=request.user, today=timezone.localdate())

    def write(form: SessionsForm) -> tuple[Cohort, bool]:
        key, starts_at = form.cleaned_data["submission_key"] or uuid4(), form.cleaned_data["starts_at"]
        return add_sessions(cohort, form.days, starts_at=starts_at, actor=request.user, key=key)

    page = _page(cohort, _("Add sessions"), _("The sessions are saved."))
    return answer(request, page, row=cohort, build=build, write=write)


def _page(cohort: Cohort, heading: str, saved: str) -> Page:
    trail = cohort_trail(cohort, {"label": heading})
    return Page(heading=heading, intro=str(cohort), trail=trail, back=_home(cohort), saved=saved)


def _home(cohort: Cohort) -> str:
    return reverse("beneficiaries:cohort_detail", args=[cohort.slug])
