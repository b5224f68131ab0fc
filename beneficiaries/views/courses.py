"""The pages of courses: the catalogue, and one course with how far its learners came, year by year."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.due import follow_ups_due
from beneficiaries.forms import CourseForm
from beneficiaries.funnel import (
    figure,
    funnel_chart,
    outcome_chart,
    paths_by_course,
    paths_of,
    stage_columns,
    year_rows,
)
from beneficiaries.models import Cohort, Course, Exam
from beneficiaries.paths import STAGES, Paths
from beneficiaries.services import create_course, update_course
from beneficiaries.views.rows import course_trail, own_course
from partnerships.access import may, partnership_choices, partnerships_of
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from partnerships.views.records import own_partnership
from portal.ground import carry
from portal.ground.lists import Filter, ListQuery, enum_choices, matching, page_of, read_query
from portal.ground.wording import Wording, languages_of, listed, translated

writes = require_http_methods(["GET", "POST"])


@login_required
@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    """Show the courses of the reader's partnerships: narrowed, searched, a page at a time."""
    filters = [
        Filter("partnership", _("Partnership"), partnership_choices(request)),
        Filter("kind", _("Kind"), enum_choices(Course.Kind)),
    ]
    query = read_query(request.GET, filters)
    courses = Course.objects.visible_to(request.user).filter(**query.chosen)
    if query.search:
        courses = courses.filter(matching(query.search, languages_of("title")))
    page = page_of(query, courses.order_by("partnership", "part_of__slug", "slug", "pk"))
    works = request.user.is_superuser or partnerships_of(request.user, Role.COORDINATOR).exists()
    due = len(follow_ups_due(request.user, timezone.localdate())) if works else 0
    context = {
        "query": query,
        "pages": page,
        "columns": [
            {"label": _("Course")},
            {"label": _("Kind")},
            {"label": _("Target group")},
            {"label": _("Cohorts"), "kind": "number"},
        ],
        "rows": _rows(page.keys),
        "empty": _empty(query),
        "clear_url": reverse("beneficiaries:list"),
        "works": works,
        "due": due,
        "create": _create_links(request),
    }
    return render(request, "beneficiaries/list.html", context)


def _create_links(request: HttpRequest) -> list[tuple[Wording, str]]:
    """Return the partnerships in which the reader may write down a course, each with the address of the form."""
    rows = partnerships_of(request.user, Role.COORDINATOR).order_by("slug")
    return [(translated(row, "name"), reverse("beneficiaries:create", args=[row.slug])) for row in rows]


@carry.sign_in_keeping_text
@writes
def create(request: HttpRequest, partnership: str) -> HttpResponse:
    """Write down a new course of a partnership."""
    return _form(request, Course(partnership=own_partnership(request, partnership)))


@carry.sign_in_keeping_text
@writes
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Correct a course."""
    return _form(request, own_course(request, slug))


def _form(request: HttpRequest, course: Course) -> HttpResponse:
    def build(data: Any, row: Course) -> CourseForm:
        given = {"user": request.user, "today": timezone.localdate(), "partnership": course.partnership}
        return CourseForm(data, instance=row, **given)

    def write(form: CourseForm) -> tuple[Course, bool]:
        sent = form.cleaned_data
        if course.pk:
            version = sent["version"] or 0
            return update_course(course, form.values, form.links, actor=request.user, version=version), True
        key = sent["submission_key"] or uuid4()
        return create_course(course, form.values, form.links, actor=request.user, key=key)

    heading = _("Change the course") if course.pk else _("New course")
    home = [{"label": _("Courses"), "url": reverse("beneficiaries:list")}]
    page = Page(
        heading=heading,
        intro=str(translated(course if course.pk else course.partnership, "title" if course.pk else "name")),
        trail=[*(course_trail(course) if course.pk else home), {"label": heading}],
        back=reverse("beneficiaries:detail", args=[course.slug]) if course.pk else reverse("beneficiaries:list"),
        saved=_("The course is saved."),
    )
    return answer(request, page, row=course, build=build, write=write)


@login_required
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Show how far learners came, in every year and course of the reader's partnerships."""
    courses = list(Course.objects.visible_to(request.user).select_related("partnership").order_by("slug"))
    mine = set(partnerships_of(request.user, Role.COORDINATOR).values_list("pk", flat=True))
    found = paths_by_course(courses, true_figures=lambda course: course.partnership_id in mine)
    rows = [(year, course, found[course.pk].of(year=year)) for course in courses for year in found[course.pk].years]
    context = {
        "columns": [{"label": _("Year")}, {"label": _("Course")}, *stage_columns("")[1:]],
        "rows": [_year_row(*row) for row in sorted(rows, key=lambda row: (-row[0], str(translated(row[1], "title"))))],
        "empty": {"icon": "mortarboard", "title": _("Nobody is enrolled yet.")},
        "hides": any(paths.told is not None for paths in found.values()),
        "trail": [{"label": _("Courses"), "url": reverse("beneficiaries:list")}, {"label": _("Year by year")}],
    }
    return render(request, "beneficiaries/years.html", context)


def _year_row(year: int, course: Course, paths: Paths) -> dict[str, Any]:
    name = translated(course, "title")
    url = reverse("beneficiaries:detail", args=[course.slug])
    counts = [figure(paths.count(stage.holds)) for stage in STAGES]
    return {"cells": [str(year), {"text": name, "lang": name.lang, "url": url}, *counts]}


def _rows(keys: Any) -> list[dict[str, Any]]:
    related = ["partnership", "part_of", "target_group"]
    # Django's own order would be taken into the groups.
    found = Course.objects.filter(pk__in=keys).select_related(*related).annotate(number=Count("cohorts")).order_by()
    by_key = {row.pk: row for row in found}
    return [
        {
            "url": reverse("beneficiaries:detail", args=[row.slug]),
            "cells": [
                {
                    "text": translated(row, "title"),
                    "lang": translated(row, "title").lang,
                    "note": listed([translated(row.part_of, "title"), translated(row.partnership, "name")]),
                },
                capfirst(row.get_kind_display()),
                str(translated(row.target_group, "name")),
                str(row.number),
            ],
        }
        for key in keys
        for row in [by_key[key]]
    ]


def _empty(query: ListQuery) -> dict[str, str]:
    if query.is_narrow:
        return {
            "icon": "search",
            "title": _("No course meets all of this."),
            "action_url": reverse("beneficiaries:list"),
            "action_label": _("Show all courses"),
        }
    return {
        "icon": "mortarboard",
        "title": _("Your partnerships have no courses yet."),
        "text": _("A coordinator can write one down: what is taught, for whom, and the needs that led to it."),
    }


@login_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one course: what it is, its cohorts and exams, and how far its learners came."""
    course = own_course(request, slug, Role.VIEWER)
    works, _reason = may(request.user, Role.COORDINATOR, course.partnership)
    paths = paths_of(course, true_figures=works)
    cohorts = list(course.cohorts.all())
    context = {
        "course": course,
        "title": translated(course, "title"),
        "text": translated(course, "text"),
        "facts": _facts(course),
        "cohort_columns": stage_columns(_("Cohort")),
        "cohort_rows": [_cohort_row(cohort, paths) for cohort in cohorts],
        "year_columns": stage_columns(_("Began in")),
        "year_rows": year_rows(paths),
        "chart": funnel_chart(paths, _("How far the learners of this course came")) if paths.cells else None,
        "outcomes": outcome_chart(paths, _("What they do now")),
        "exams": [_exam(exam, works=works) for exam in _exams(course)],
        "works": works,
        "empty": {"icon": "people", "title": _("This course has no cohort yet.")},
        "trail": course_trail(course),
    }
    return render(request, "beneficiaries/detail.html", context)


def _facts(course: Course) -> list[dict[str, Any]]:
    needs = listed(translated(row, "title") for row in course.needs.all())
    changes = listed(translated(row, "title") for row in course.changed_by.all())
    whole = course.part_of
    facts = [
        {"term": _("Kind"), "value": capfirst(course.get_kind_display())},
        {
            "term": _("Part of"),
            "value": translated(whole, "title") if whole else "",
            "url": reverse("beneficiaries:detail", args=[whole.slug]) if whole else "",
        },
        {"term": _("Target group"), "value": translated(course.target_group, "name")},
        {"term": _("Given by"), "value": translated(course.run_by, "name")},
        {"term": _("When"), "value": course.span_text},
        {"term": _("Needs that led to it"), "value": needs},
        {"term": _("Chosen by the participants' own wishes"), "value": _("yes") if course.follows_needs else ""},
        {"term": _("Leads to a diploma"), "value": _("yes") if course.leads_to_diploma else ""},
        {"term": _("Changed by the decisions"), "value": changes},
    ]
    return [fact for fact in facts if str(fact["value"])]


def _cohort_row(cohort: Cohort, paths: Paths) -> dict[str, Any]:
    of_cohort = paths.of(cohort=cohort.pk)
    url = reverse("beneficiaries:cohort_detail", args=[cohort.slug])
    return {
        "cells": [
            {"text": cohort.name, "url": url, "note": cohort.span_text},
            *(figure(of_cohort.count(stage.holds)) for stage in STAGES),
        ],
    }


def _exams(course: Course) -> Any:
    """Return the exams of the course and of the wholes that it is part of."""
    rows = Exam.objects.filter(course__in=course.with_wholes()).select_related("course", "authority")
    return rows.prefetch_related("changed_by").order_by("held_on", "slug")


def _exam(exam: Exam, *, works: bool) -> dict[str, Any]:
    return {
        "date_text": exam.date_text or _("no date yet"),
        "authority": translated(exam.authority, "name"),
        "content": translated(exam, "content"),
        "decisions": [translated(row, "title") for row in exam.changed_by.all()],
        "edit_url": reverse("beneficiaries:exam_edit", args=[exam.slug]) if works else "",
    }
