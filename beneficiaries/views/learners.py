"""The pages of one learner, by code: the whole path, and writing what is known."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import EnrolmentForm, LearnerForm
from beneficiaries.models import Attendance, FollowUp, Learner
from beneficiaries.views.rows import cohort_trail, own_enrolment, write_row
from partnerships.access import may, require
from partnerships.models import Partnership, Role
from partnerships.views.answering import Page
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.wording import translated

State = Attendance.State


@login_required
@require_safe
def learner_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is known of a code: consent, and the path through each cohort."""
    learner = _own(request, pk)
    on, home = timezone.localdate(), learner.partnership
    history = AuditEntry.objects.about(learner).select_related("actor")[:30]
    context = {
        "learner": learner,
        "held_url": reverse("privacy:learner", args=[pk]) if may(request.user, Role.OFFICER, home)[0] else "",
        "facts": _facts(learner),
        "lacks_guardian": learner.lacks_guardian(on),
        "may_be_followed": learner.may_be_followed(on),
        "paths": [_path(row, learner, on) for row in _enrolments(learner)],
        "lines": describe(history),
        "trail": [{"label": _("Courses"), "url": reverse("beneficiaries:list")}, {"label": learner.code}],
    }
    return render(request, "beneficiaries/learner.html", context)


def _own(request: HttpRequest, pk: int) -> Learner:
    """Return a learner who was not erased; who only looks on in the partnership is refused with the reason."""
    rows = Learner.objects.known().select_related("partnership")
    learner = get_object_or_404(rows.filter(partnership__in=Partnership.objects.visible_to(request.user)), pk=pk)
    require(request.user, Role.COORDINATOR, learner.partnership)
    return learner


def _facts(learner: Learner) -> list[dict[str, Any]]:
    facts = [
        {"term": _("Partnership"), "value": translated(learner.partnership, "name")},
        {"term": _("Year of birth"), "value": str(learner.birth_year or "")},
        {"term": _("Sex"), "value": capfirst(learner.get_sex_display())},
        {"term": _("Agreed to be followed on"), "value": format_date(learner.consented_on)},
        {"term": _("Took the agreement back on"), "value": format_date(learner.consent_withdrawn_on)},
        {"term": _("Guardian agreed on"), "value": format_date(learner.guardian_consented_on)},
    ]
    return [fact for fact in facts if str(fact["value"])]


def _enrolments(learner: Learner) -> Any:
    counted = {state.value: Count("attendances", filter=Q(attendances__state=state)) for state in State}
    rows = learner.enrolments.annotate(**counted).select_related("cohort__course")
    told = Prefetch("follow_ups", FollowUp.objects.standing().select_related("outcome"), to_attr="told")
    return rows.prefetch_related("results__exam__course", told, "follow_ups", "coachings").order_by("-enrolled_on")


def _path(row: Any, learner: Learner, on: Any) -> dict[str, Any]:
    """Return one enrolment as the page tells it, with what may be written about it."""
    ended = row.ended_on
    facts = [
        {"term": _("Enrolled on"), "value": format_date(row.enrolled_on)},
        {"term": _("Agreed to the commitments on"), "value": format_date(row.commitments_on)},
        {
            "term": _("Left on"),
            "value": format_date(row.withdrawn_on),
            "note": row.get_withdrawal_reason_display(),
        },
        {
            "term": _("Attendance"),
            "value": _("%(present)s attended, %(absent)s absent, %(excused)s excused")
            % {"present": row.present, "absent": row.absent, "excused": row.excused},
        },
        {"term": _("Exams"), "lines": [_result(result) for result in row.results.all()]},
        {"term": _("Answers taken back"), "value": str(len(row.follow_ups.all()) - len(row.told) or "")},
        {"term": _("Coaching talks"), "value": str(len(row.coachings.all()) or "")},
    ]
    writes = [(_("Change the enrolment"), reverse("beneficiaries:enrolment_edit", args=[row.pk]))]
    if learner.may_be_followed(on) and ended is not None and ended <= on:
        writes.append((_("Add a follow-up"), reverse("beneficiaries:follow_up_create", args=[row.pk])))
    writes.append((_("Add a coaching talk"), reverse("beneficiaries:coaching_create", args=[row.pk])))
    return {
        "title": row.cohort,
        "url": reverse("beneficiaries:cohort_detail", args=[row.cohort.slug]),
        "key": row.pk,
        "facts": [fact for fact in facts if str(fact.get("value", "")) or fact.get("lines")],
        "follow_ups": [_follow_up(one) for one in row.told],
        "writes": writes,
    }


def _result(row: Any) -> str:
    told = _("passed, with a diploma") if row.has_diploma else row.get_result_display()
    return f"{row.exam.date_text}: {told}"


def _follow_up(row: Any) -> dict[str, Any]:
    return {
        "months": row.months,
        "outcome": translated(row.outcome, "name"),
        "asked": format_date(row.asked_on),
        "url": reverse("beneficiaries:follow_up_edit", args=[row.pk]),
        "withdraw_url": reverse("beneficiaries:follow_up_withdraw", args=[row.pk]),
    }


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def learner_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a learner."""
    learner = _own(request, pk)
    back = reverse("beneficiaries:learner_detail", args=[pk])
    heading = _("Change the learner")
    trail = [
        {"label": _("Courses"), "url": reverse("beneficiaries:list")},
        {"label": learner.code, "url": back},
        {"label": heading},
    ]
    page = Page(heading=heading, intro=learner.code, trail=trail, back=back, saved=_("The learner is saved."))
    return write_row(request, page, learner, LearnerForm)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def enrolment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an enrolment, or say that somebody left."""
    enrolment = own_enrolment(request, pk)
    heading = _("Change the enrolment")
    page = Page(
        heading=heading,
        intro=str(enrolment),
        trail=cohort_trail(enrolment.cohort, {"label": heading}),
        back=reverse("beneficiaries:learner_detail", args=[enrolment.learner_id]),
        saved=_("The enrolment is saved."),
    )
    return write_row(request, page, enrolment, EnrolmentForm)
