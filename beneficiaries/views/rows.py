"""What the views of this room have in common: whose row it is, where a page stands, and how one row is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.models import Cohort, Course, Enrolment
from beneficiaries.services import create_row, update_row
from partnerships.access import require
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from portal.ground.wording import translated

Step = dict[str, Any]


def own_course(request: HttpRequest, slug: str, role: Role = Role.COORDINATOR) -> Course:
    """Return a course that the reader may see, and of which the reader holds `role`."""
    rows = Course.objects.visible_to(request.user).select_related("partnership", "part_of")
    course = get_object_or_404(rows, slug=slug)
    require(request.user, role, course.partnership)
    return course


def own_cohort(request: HttpRequest, slug: str, role: Role = Role.COORDINATOR) -> Cohort:
    """Return a cohort that the reader may see, and of which the reader holds `role`."""
    related = ["course__partnership", "programme", "place__municipality", "centre", "trained_by"]
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).select_related(*related), slug=slug)
    require(request.user, role, cohort.course.partnership)
    return cohort


def own_enrolment(request: HttpRequest, pk: int) -> Enrolment:
    """Return the enrolment of a learner who was not erased; who only looks on is refused with the reason."""
    related = ["learner", "cohort__course__partnership"]
    rows = Enrolment.objects.filter(learner__erased_on__isnull=True).select_related(*related)
    enrolment = get_object_or_404(rows.filter(cohort__in=Cohort.objects.visible_to(request.user)), pk=pk)
    require(request.user, Role.COORDINATOR, enrolment.cohort.course.partnership)
    return enrolment


def course_trail(course: Course, *further: Step) -> list[Step]:
    """Return where a page about a course stands; the last step is the page itself."""
    return [
        {"label": _("Courses"), "url": reverse("beneficiaries:list")},
        {"label": translated(course, "title"), "url": reverse("beneficiaries:detail", args=[course.slug])},
        *further,
    ]


def cohort_trail(cohort: Cohort, *further: Step) -> list[Step]:
    """Return where a page about a cohort stands."""
    own = {"label": cohort.name, "url": reverse("beneficiaries:cohort_detail", args=[cohort.slug])}
    return course_trail(cohort.course, own, *further)


def write_row(
    request: HttpRequest,
    page: Page,
    row: Any,
    form: Callable[..., Any],
    *,
    initial: dict[str, Any] | None = None,
    **around: Any,
) -> HttpResponse:
    """Show or save the form of one row; `around` goes to `answer`."""

    def build(data: Any, current: Any) -> Any:
        given = {"user": request.user, "today": timezone.localdate()}
        return form(data, instance=current, initial=initial or {}, **given)

    def write(sent: Any) -> tuple[Any, bool]:
        if row.pk:
            version = sent.cleaned_data["version"] or 0
            return update_row(row, sent.values, actor=request.user, version=version), True
        key = sent.cleaned_data["submission_key"] or uuid4()
        return create_row(row, sent.values, actor=request.user, key=key)

    return answer(request, page, row=row, build=build, write=write, **around)
