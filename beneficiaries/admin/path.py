"""Administration of what happens on the learner's path: sessions, exams, follow-ups and coaching."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from beneficiaries.admin.held import HeldForm, HeldMixin, HeldVersionedForm, KnownMixin
from beneficiaries.models import (
    Attendance,
    Coaching,
    Exam,
    ExamResult,
    FollowUp,
    FollowUpOutcome,
    Session,
)
from beneficiaries.resources import FollowUpResource, ResultResource
from beneficiaries.services import mark_changed
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipMixin
from portal.ground.admin import TranslatedAdmin, VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin

OF_ENROLMENT = "enrolment__cohort__course__partnership"
ABOUT_LEARNER = ["enrolment__learner__code", "enrolment__cohort__slug"]


@admin.register(Session)
class SessionAdmin(VersionedMixin, HeldMixin, OwnPartnershipAdmin):
    """Days on which cohorts meet."""

    form = HeldVersionedForm
    list_display = ["held_on", "starts_at", "cohort", "is_demonstration"]
    list_filter = ["is_demonstration", ("cohort__course__partnership", VisibleFilter)]
    list_select_related = ["cohort__course__partnership"]
    search_fields = ["cohort__slug", "cohort__name"]
    date_hierarchy = "held_on"
    autocomplete_fields = ["cohort"]
    readonly_fields = ["is_demonstration"]
    parent_field = "cohort"


@admin.register(Attendance)
class AttendanceAdmin(KnownMixin, HeldMixin, OwnPartnershipAdmin):
    """Who was there; a sheet is filled on its own page, and a trainer who has it open is shown what changes here."""

    form = HeldForm
    list_display = ["enrolment", "session", "state", "is_demonstration"]
    list_filter = ["state", "is_demonstration"]
    list_select_related = ["enrolment__learner", "enrolment__cohort__course", "session__cohort__course"]
    search_fields = ABOUT_LEARNER
    autocomplete_fields = ["session", "enrolment"]
    readonly_fields = ["is_demonstration"]
    parent_field = "session"

    def save_model(self, request: HttpRequest, obj: Attendance, form: Any, change) -> None:
        """Save it; the sheet on which it stands now, and the one on which it stood, are not what they were."""
        before = list(Attendance.objects.filter(pk=obj.pk).values_list("session", flat=True)) if change else []
        super().save_model(request, obj, form, change)
        mark_changed([*before, obj.session_id])

    def delete_model(self, request: HttpRequest, obj: Attendance) -> None:
        """Delete it; its sheet is not what it was."""
        super().delete_model(request, obj)
        mark_changed([obj.session_id])


@admin.register(Exam)
class ExamAdmin(VersionedMixin, HeldMixin, OwnPartnershipMixin, TranslatedAdmin):
    """Exams, with what they ask and who takes them."""

    form = HeldVersionedForm
    list_display = ["course", "date_text", "authority", "is_demonstration"]
    list_filter = ["is_demonstration", ("course__partnership", VisibleFilter)]
    list_select_related = ["course__partnership", "authority"]
    search_fields = ["slug", "course__title_nl", "course__title_fr", "course__title_en", "course__title_ar"]
    date_hierarchy = "held_on"
    autocomplete_fields = ["course", "authority", "changed_by"]
    readonly_fields = ["is_demonstration"]
    parent_field = "course"


@admin.register(ExamResult)
class ExamResultAdmin(KnownMixin, VersionedMixin, HeldMixin, ExchangeMixin, OwnPartnershipAdmin):
    """What learners came out of exams with, also from and to spreadsheets, by code."""

    form = HeldVersionedForm
    resource_class = ResultResource
    list_display = ["enrolment", "exam", "result", "has_diploma", "diploma_on", "is_demonstration"]
    list_filter = ["result", "has_diploma", "is_demonstration", (OF_ENROLMENT, VisibleFilter)]
    list_select_related = ["enrolment__learner", "enrolment__cohort__course", "exam__course"]
    search_fields = ABOUT_LEARNER
    autocomplete_fields = ["exam", "enrolment"]
    readonly_fields = ["is_demonstration"]
    parent_field = "exam"


@admin.register(FollowUpOutcome)
class FollowUpOutcomeAdmin(TranslatedAdmin):
    """What learners may be doing when they are asked."""

    list_display = ["name", "position", "slug"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(FollowUp)
class FollowUpAdmin(KnownMixin, VersionedMixin, HeldMixin, ExchangeMixin, OwnPartnershipAdmin):
    """What learners did some months afterwards, also from and to spreadsheets, by code."""

    form = HeldVersionedForm
    resource_class = FollowUpResource
    list_display = ["enrolment", "months", "asked_on", "outcome", "consented_on", "is_demonstration"]
    list_filter = ["outcome", "is_demonstration", (OF_ENROLMENT, VisibleFilter)]
    list_select_related = ["enrolment__learner", "enrolment__cohort__course", "outcome"]
    search_fields = ABOUT_LEARNER
    autocomplete_fields = ["enrolment", "outcome"]
    readonly_fields = ["consent_withdrawn_on", "is_demonstration"]
    parent_field = "enrolment"

    def is_closed(self, obj: FollowUp) -> bool:
        """Say whether a locked year holds it, or its answer was taken back."""
        return obj.consent_withdrawn_on is not None or super().is_closed(obj)


@admin.register(Coaching)
class CoachingAdmin(KnownMixin, HeldMixin, OwnPartnershipAdmin):
    """Talks with learners who start something."""

    form = HeldForm
    list_display = ["enrolment", "held_on", "topic", "is_demonstration"]
    list_filter = ["topic", "is_demonstration", (OF_ENROLMENT, VisibleFilter)]
    list_select_related = ["enrolment__learner", "enrolment__cohort__course"]
    search_fields = ABOUT_LEARNER
    date_hierarchy = "held_on"
    autocomplete_fields = ["enrolment"]
    readonly_fields = ["is_demonstration"]
    parent_field = "enrolment"
