"""Spreadsheets of what learners do: who joined a cohort, what an exam came to, and what was heard afterwards.

A learner is a code there too, within the partnership of the cohort. Rows about one learner are those that the actor
works with; a viewer of the partnership takes none out.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.models import Cohort, Enrolment, ExamResult, FollowUp, Learner
from beneficiaries.models.learners import tidy_code
from beneficiaries.services.days import hold_day
from partnerships.resources import OwnPartnershipResource
from portal.ground.columns import BySlug, Choice, Column, Number, Widget, YesNo, as_text

Row = dict[str, Any]
GONE = gettext_lazy("Who was erased, and answers that were taken back, stay out of the file.")


def code_in(row: Row) -> str:
    """Return the code in a row as it is kept."""
    return tidy_code(as_text(row.get("code")).replace("\0", ""))


class CohortOf(Column):
    """The cohort of a row that hangs on an enrolment: with the code it tells whose row it is."""

    def __init__(self):
        super().__init__("cohort", Widget(), label=gettext_lazy("cohort"), readonly=True)

    def export(self, instance, **kwargs):
        return _of(instance, "enrolment", "cohort", "slug")


class CodeOf(Column):
    """The code of a learner; what it stands for is looked for in the partnership of the row's cohort."""

    def __init__(self, *steps: str):
        super().__init__("code", Widget(), label=gettext_lazy("code"))
        self.steps = steps

    def save(self, instance, row, is_m2m=False, **kwargs):  # noqa: FBT002 - the library's signature
        """Leave the record as it is: the resource has found whose it is."""

    def export(self, instance, **kwargs):
        return _of(instance, *self.steps, "code")


def _of(instance: Any, *steps: str) -> str:
    """Return what stands at the end of some links of a record; an empty text where one is missing."""
    try:
        for step in steps:
            instance = getattr(instance, step)
    except ObjectDoesNotExist:
        return ""
    return str(instance)


class PathResource(OwnPartnershipResource):
    """Rows of a learner's path, told apart by the cohort, the code and what else `told_by` names."""

    told_by: list[str] = []
    # The way to the learner.
    whose = "enrolment__learner"
    stay = GONE

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        """Return the records of learners who were not erased."""
        return records.filter(**{f"{self.whose}__erased_on__isnull": True})

    def key(self, row: Row) -> tuple[Any, ...]:
        names = ["cohort", "code", *self.told_by]
        missing = [name for name in names if not as_text(row.get(name))]
        if missing:
            raise ValidationError(dict.fromkeys(missing, _("This column tells the record from others.")))
        others = (as_text(row[name]) for name in self.told_by)
        return as_text(row["cohort"]), code_in(row), *others

    def load(self, rows: list[Row]) -> dict[tuple[Any, ...], models.Model]:
        self.cohorts = self._cohorts(rows)
        homes = {cohort.course.partnership_id for cohort in self.cohorts.values()}
        wanted = {code_in(row) for row in rows}
        learners = Learner.objects.visible_to(self.actor).known().filter(partnership__in=homes, code__in=wanted)
        self.learners = {(row.partnership_id, row.code): row for row in learners.select_related("partnership")}
        joined = Enrolment.objects.filter(cohort__in=self.cohorts.values(), learner__in=self.learners.values())
        related = ["learner__partnership", "cohort__course__partnership"]
        held = joined.select_related(*related).select_for_update(of=("self",)).order_by("pk")
        self.joined = {(row.cohort.slug, row.learner.code): row for row in held}
        return self.stored()

    def _cohorts(self, rows: list[Row]) -> dict[str, Cohort]:
        slugs = {as_text(row.get("cohort")).replace("\0", "") for row in rows}
        found = Cohort.objects.visible_to(self.actor).filter(slug__in=slugs).select_related("course__partnership")
        return {row.slug: row for row in found}

    def stored(self) -> dict[tuple[Any, ...], models.Model]:
        """Return {key: record} of the records of the enrolments that the rows name."""
        raise NotImplementedError

    def cohort_of(self, row: Row) -> Cohort:
        """Return the cohort that a row names. Raises ValidationError where there is none that the actor sees."""
        slug = as_text(row["cohort"])
        if slug not in self.cohorts:
            sentence = _("There is no cohort with the short name “%(slug)s”.")
            raise ValidationError({"cohort": sentence % {"slug": slug}})
        return self.cohorts[slug]

    def learner_of(self, row: Row) -> Learner:
        """Return the learner whom a row names by a code. Raises ValidationError where nobody has it."""
        found = self.learners.get((self.cohort_of(row).course.partnership_id, code_in(row)))
        if found is None:
            sentence = _("No learner of this partnership has the code “%(code)s”.")
            raise ValidationError({"code": sentence % {"code": code_in(row)}})
        return found

    def before_import_row(self, row, *, row_number, **kwargs):
        super().before_import_row(row, row_number=row_number, **kwargs)
        # Whom a new row is about is asked before its cells: without that none of them means anything.
        self.home = {} if self.row_key in self.existing else self.home_of(row)

    def import_instance(self, instance, row, **kwargs):
        for name, value in self.home.items():
            setattr(instance, name, value)
        super().import_instance(instance, row, **kwargs)

    def home_of(self, row: Row) -> dict[str, models.Model]:
        """Return what a new record of a row belongs to, by its columns. Raises ValidationError."""
        return {"enrolment": self._enrolment(row)}

    def _enrolment(self, row: Row) -> Enrolment:
        learner = self.learner_of(row)
        found = self.joined.get((self.cohort_of(row).slug, learner.code))
        if found is None:
            sentence = _("%(code)s is not enrolled in this cohort.")
            raise ValidationError({"code": sentence % {"code": learner.code}})
        return found

    def check_stored(self, instance: Any) -> None:
        super().check_stored(instance)
        hold_day(instance)

    def check(self, instance: Any) -> None:
        super().check(instance)
        hold_day(instance)

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1

    def parent_of(self, instance: Any) -> models.Model:
        return instance.enrolment


class EnrolmentResource(PathResource):
    """Who joined which cohort, and who left it. A code that nobody has yet is written down as a learner first."""

    cohort = Column("cohort", BySlug(Cohort))
    code = CodeOf("learner")
    withdrawal_reason = Column("withdrawal_reason", Choice(list(Enrolment.Reason.choices)))
    whose = "learner"
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["learner__partnership", "cohort__course__partnership"]

    class Meta:
        model = Enrolment
        fields = [
            "cohort",
            "code",
            "enrolled_on",
            "commitments_on",
            "withdrawn_on",
            "withdrawal_reason",
            "is_demonstration",
        ]

    def stored(self) -> dict[tuple[Any, ...], models.Model]:
        return dict(self.joined)

    def home_of(self, row: Row) -> dict[str, models.Model]:
        return {"cohort": self.cohort_of(row), "learner": self.learner_of(row)}

    def parent_of(self, instance: Any) -> models.Model:
        return instance.cohort


class ResultResource(PathResource):
    """What learners came out of exams with."""

    cohort = CohortOf()
    code = CodeOf("enrolment", "learner")
    result = Column("result", Choice(list(ExamResult.Result.choices)))
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["exam__course__partnership", "enrolment__learner", "enrolment__cohort__course__partnership"]
    told_by = ["exam"]

    class Meta:
        model = ExamResult
        fields = [
            "exam",
            "cohort",
            "code",
            "result",
            "has_diploma",
            "diploma_on",
            "diploma_number",
            "is_demonstration",
        ]

    def stored(self) -> dict[tuple[Any, ...], models.Model]:
        rows = ExamResult.objects.filter(enrolment__in=self.joined.values()).select_related(*self.related)
        held = rows.select_for_update(of=("self",)).order_by("pk")
        return {(row.enrolment.cohort.slug, row.enrolment.learner.code, row.exam.slug): row for row in held}


class FollowUpResource(PathResource):
    """What was heard of learners some months afterwards."""

    cohort = CohortOf()
    code = CodeOf("enrolment", "learner")
    months = Column("months", Number())
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["outcome", "enrolment__learner", "enrolment__cohort__course__partnership"]
    told_by = ["months"]

    class Meta:
        model = FollowUp
        fields = ["cohort", "code", "months", "asked_on", "outcome", "consented_on", "is_demonstration"]

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        """Return the answers that stand."""
        return super().may_leave(records).filter(pk__in=FollowUp.objects.standing().values("pk"))

    def stored(self) -> dict[tuple[Any, ...], models.Model]:
        rows = FollowUp.objects.filter(enrolment__in=self.joined.values()).select_related(*self.related)
        held = rows.select_for_update(of=("self",)).order_by("pk")
        return {(row.enrolment.cohort.slug, row.enrolment.learner.code, str(row.months)): row for row in held}
