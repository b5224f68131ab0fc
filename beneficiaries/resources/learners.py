"""Spreadsheets of cohorts and of learners; a learner is a code there too."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from beneficiaries.doubts import ERASED_CODE, LOOKS_LIKE_A_NAME, ONE_CODE, UNLIKELY_AGE, run_together
from beneficiaries.models import Cohort, ErasedCode, Learner
from beneficiaries.models.learners import check_age, is_unlikely_age, looks_like_a_name, tidy_code
from beneficiaries.resources.path import GONE
from beneficiaries.services.days import hold_day
from partnerships.models import Partnership
from partnerships.resources import OwnPartnershipResource, SluggedResource
from portal.ground.columns import Column, YesNo, as_text


class CohortResource(SluggedResource, OwnPartnershipResource):
    """Cohorts, each with its course. What was invented says so."""

    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["course__partnership", "programme", "place", "centre", "trained_by"]

    class Meta:
        model = Cohort
        fields = [
            "slug",
            "course",
            "name",
            "programme",
            "place",
            "centre",
            "trained_by",
            "trainer",
            "starts_on",
            "ends_on",
            "timetable",
            "seats",
            "is_demonstration",
        ]

    def check(self, instance: Any) -> None:
        super().check(instance)
        hold_day(instance)

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def parent_of(self, instance: Any) -> models.Model:
        return instance.course


class LearnerResource(OwnPartnershipResource):
    """Learners; partnership and code tell one from the others. What is probably a slip is warned of."""

    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["partnership"]

    stay = GONE

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        """Return the learners who were not erased."""
        return records.filter(erased_on__isnull=True)

    class Meta:
        model = Learner
        fields = [
            "partnership",
            "code",
            "birth_year",
            "sex",
            "consented_on",
            "consent_withdrawn_on",
            "guardian_consented_on",
            "is_demonstration",
        ]

    def key(self, row: dict[str, Any]) -> tuple[str, str]:
        return as_text(row.get("partnership")), tidy_code(as_text(row.get("code")).replace("\0", ""))

    def load(self, rows: list[dict[str, Any]]) -> dict[tuple[str, str], models.Model]:
        keys = {self.key(row) for row in rows}
        wanted = {code for _slug, code in keys}
        homes = Partnership.objects.filter(slug__in={slug for slug, _code in keys}).values_list("pk", "slug")
        by_home = [(pk, [code for slug, code in keys if slug == home]) for pk, home in homes]
        self.erased = {(pk, code) for pk, codes in by_home for code in ErasedCode.objects.among(pk, codes)}
        self.together = {(pk, code) for pk, codes in by_home for code in run_together(pk, codes)}
        visible = Learner.objects.visible_to(self.actor).known().filter(code__in=wanted).select_related("partnership")
        return {(row.partnership.slug, row.code): row for row in visible.select_for_update(of=("self",))}

    def check(self, instance: Any) -> None:
        super().check(instance)
        check_age(instance.birth_year, timezone.localdate())
        if (instance.partnership_id, instance.code) in self.together:
            raise ValidationError({"code": ONE_CODE})

    def warning(self, instance: Any) -> str:
        code, on = instance.code, timezone.localdate()
        doubts = [
            (LOOKS_LIKE_A_NAME, looks_like_a_name(code)),
            (ERASED_CODE, (instance.partnership_id, code) in self.erased),
            (UNLIKELY_AGE, is_unlikely_age(instance.birth_year, on)),
        ]
        told = {"code": code, "ages": on.year - (instance.birth_year or 0)}
        return " ".join(sentence % told for sentence, is_so in doubts if is_so)

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def parent_of(self, instance: Any) -> Partnership:
        return instance.partnership
