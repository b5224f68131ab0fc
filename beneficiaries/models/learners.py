"""People who learn, under a code, and the cohorts that they joined. Who a code is stays on paper with the centre."""

from __future__ import annotations

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Cohort
from beneficiaries.models.groups import Sex
from beneficiaries.models.scoped import PersonalQuerySet
from partnerships.models import Partnership
from portal.ground.dates import dates_in_order, format_date

FIRST_YEAR, LAST_YEAR = 1900, 2100
OLDEST = 120
OF_AGE = 18
AGE_OUT = _("An age lies between 0 and 120 years: check the year of birth.")
# The same values as Sex has, said of one person.
SEXES = [
    (Sex.WOMEN.value, _("woman")),
    (Sex.MEN.value, _("man")),
    (Sex.OTHER.value, Sex.OTHER.label),
]
check_code = RegexValidator(
    re.compile(r"\w[\w ./-]*\Z"), _("A code is made of letters, digits, hyphens, points and strokes."), code="code"
)
A_WORD = re.compile(r"[^\W\d_]{4}")
# ALI1, but neither BRK1 nor BER-1: centres begin their codes so. In Arabic the short vowels are not written.
A_SHORT_NAME = re.compile(r"(?<!\w)(?=[^\W\d_]*(?:[AEIOUYÀ-ÖØ-Ý]|[^\x00-ɏ]))[^\W\d_]{3}\d")
# As many digits as a telephone number, or that of a national register.
MANY_DIGITS = 8
# Between these ages hardly anybody is surprised; B28 tells of 15 to 55 years.
USUAL_AGES = range(12, 76)

ERASED = _("This learner was erased: nothing more is written about the person.")


def looks_like_a_name(code: str) -> bool:
    """Say whether a code may be somebody's name, or a number by which somebody is known elsewhere.

    A name holds no digit, or a word, as FATIMA1 does, or begins as ALI1; such a number holds digits alone, and many.
    """
    digits = sum(sign.isdigit() for sign in code)
    if not any(sign.isalpha() for sign in code) and digits >= MANY_DIGITS:
        return True
    return not digits or A_WORD.search(code) is not None or A_SHORT_NAME.search(code) is not None


def is_unlikely_age(birth_year: int | None, on: dt.date) -> bool:
    """Say whether hardly anybody born in a year would follow a course on a day; an impossible age is refused anyway."""
    return birth_year is not None and 0 <= on.year - birth_year <= OLDEST and on.year - birth_year not in USUAL_AGES


def is_distinctive(code: str) -> bool:
    """Say whether a text that holds a code means it: a mere number or word stands in texts about other things too."""
    return len(code) > 2 and any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)


def tidy_code(code: str) -> str:
    """Return a code as it is kept: in capitals, with single spaces."""
    return " ".join(code.upper().split())


class LearnerQuerySet(PersonalQuerySet):
    """Questions about learners."""

    partnership_path = "partnership"

    def known(self) -> LearnerQuerySet:
        """Return those who were not erased: the others are only counted."""
        return self.filter(erased_on__isnull=True)


class Learner(models.Model):
    """Somebody who follows courses: a code, and the least that following the path needs. There is no name.

    Who was erased is one more in the counts, under a code that nobody ever had (beneficiaries.services.erasing).
    """

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="learners", verbose_name=_("partnership"))
    code = models.CharField(
        _("code"),
        max_length=20,
        validators=[check_code],
        help_text=_("Given by the centre, and never a name: who it is stays on paper with the centre."),
    )
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=5, choices=SEXES, default=Sex.OTHER)
    consented_on = models.DateField(_("agreed to be followed on"), null=True, blank=True)
    consent_withdrawn_on = models.DateField(_("took the agreement back on"), null=True, blank=True)
    guardian_consented_on = models.DateField(_("guardian agreed on"), null=True, blank=True)
    erased_on = models.DateField(_("erased on"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = LearnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        ordering = ["partnership", "code"]
        constraints = [
            models.UniqueConstraint(
                "partnership",
                Upper("code"),
                name="beneficiaries_learner_code_once",
                violation_error_code="code",
                violation_error_message=_("Another learner of this partnership has this code."),
            ),
            models.CheckConstraint(
                name="beneficiaries_learner_birth_year",
                condition=models.Q(birth_year__isnull=True) | models.Q(birth_year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="birth_year",
                violation_error_message=AGE_OUT,
            ),
            models.CheckConstraint(
                name="beneficiaries_learner_consent",
                condition=models.Q(consent_withdrawn_on__isnull=True)
                | models.Q(consented_on__isnull=False, consent_withdrawn_on__gte=models.F("consented_on")),
                violation_error_code="consent_withdrawn_on",
                violation_error_message=_("An agreement is taken back after it was given."),
            ),
            models.CheckConstraint(
                name="beneficiaries_learner_erased",
                condition=models.Q(erased_on__isnull=True)
                | models.Q(
                    birth_year__isnull=True,
                    consented_on__isnull=True,
                    consent_withdrawn_on__isnull=True,
                    guardian_consented_on__isnull=True,
                ),
                violation_error_code="code",
                violation_error_message=_("Of a learner who was erased nothing is kept."),
            ),
        ]

    def __str__(self):
        return self.code if self.erased_on is None else str(_("a learner who was erased"))

    def clean(self) -> None:
        """Keep the code in one form, and refuse a year of birth that an enrolment contradicts."""
        super().clean()
        refuse_erased(self)
        self.code = tidy_code(self.code)
        if self.pk and self.birth_year is not None:
            for day in self.enrolments.values_list("enrolled_on", flat=True):
                check_age(self.birth_year, day)

    def is_minor(self, on: dt.date) -> bool:
        """Say whether the learner may be under age: until the end of the year of the eighteenth birthday."""
        return self.birth_year is not None and on.year - self.birth_year <= OF_AGE

    def lacks_guardian(self, on: dt.date) -> bool:
        """Say whether a minor has no guardian's consent yet."""
        return self.is_minor(on) and self.guardian_consented_on is None

    def may_be_followed(self, on: dt.date) -> bool:
        """Say whether the agreement to be followed holds on a day: of a minor, also that of a guardian."""
        given, back, guardian = self.consented_on, self.consent_withdrawn_on, self.guardian_consented_on
        if self.is_minor(on) and (guardian is None or guardian > on):
            return False
        return given is not None and given <= on and (back is None or on < back)


def refuse_erased(learner: Learner | None) -> None:
    """Raise ValidationError where a row is about somebody who was erased: the row would tell of the person again."""
    if learner is not None and learner.erased_on is not None:
        raise ValidationError(ValidationError(ERASED, code="erased"))


def check_age(birth_year: int | None, on: dt.date) -> None:
    """Raise ValidationError where somebody born in a year has an age outside 0–120 on a day."""
    if birth_year is not None and not 0 <= on.year - birth_year <= OLDEST:
        raise ValidationError({"birth_year": ValidationError(AGE_OUT, code="age")})


class EnrolmentQuerySet(PersonalQuerySet):
    """Questions about enrolments."""

    partnership_path = "cohort__course__partnership"

    def on(self, day: dt.date) -> EnrolmentQuerySet:
        """Return those enrolled on a day: joined by then, and not gone before it."""
        staying = models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gte=day)
        return self.filter(staying, enrolled_on__lte=day)


class Enrolment(models.Model):
    """One learner in one cohort, from the day of joining to its end or to the day of leaving it."""

    class Reason(models.TextChoices):
        WORK = "work", _("found work")
        MOVED = "moved", _("moved away")
        FAMILY = "family", _("family")
        HEALTH = "health", _("health")
        DISTANCE = "distance", _("distance or transport")
        OTHER = "other", _("another reason")
        UNKNOWN = "unknown", _("not said")

    learner = models.ForeignKey(Learner, models.PROTECT, related_name="enrolments", verbose_name=_("learner"))
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="enrolments", verbose_name=_("cohort"))
    enrolled_on = models.DateField(_("enrolled on"))
    commitments_on = models.DateField(_("agreed to the commitments on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("left on"), null=True, blank=True)
    withdrawal_reason = models.CharField(_("reason for leaving"), max_length=8, choices=Reason, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["cohort", "learner"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "learner"],
                name="beneficiaries_enrolment_once",
                violation_error_code="learner",
                violation_error_message=_("This learner is enrolled in this cohort already."),
            ),
            models.UniqueConstraint(  # what attendance refers to
                fields=["id", "cohort"],
                name="beneficiaries_enrolment_cohort",
                violation_error_code="cohort",
                violation_error_message=_("This learner is enrolled in this cohort already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_enrolment_left",
                condition=models.Q(withdrawn_on__isnull=True, withdrawal_reason="")
                | (models.Q(withdrawn_on__isnull=False) & ~models.Q(withdrawal_reason="")),
                violation_error_code="withdrawal_reason",
                violation_error_message=_("Give both the day and the reason of leaving, or neither."),
            ),
            dates_in_order("beneficiaries_enrolment_days_in_order", starts="enrolled_on", ends="withdrawn_on"),
        ]

    def __str__(self):
        return f"{self.learner} – {self.cohort}"

    def clean(self) -> None:
        """Refuse a learner of another partnership, an impossible age, and days after the cohort or an exam."""
        super().clean()
        if not (self.learner_id and self.cohort_id and self.enrolled_on):
            return
        refuse_erased(self.learner)
        if self.learner.partnership_id != self.cohort.course.partnership_id:
            raise ValidationError({"learner": _("This belongs to another partnership.")})
        if self.cohort.ends_on and self.enrolled_on > self.cohort.ends_on:
            sentence = _("The cohort ended on %(day)s: nobody enrols after that.")
            raise ValidationError(
                {"enrolled_on": ValidationError(sentence, params={"day": format_date(self.cohort.ends_on)})}
            )
        try:
            check_age(self.learner.birth_year, self.enrolled_on)
        except ValidationError as error:
            raise ValidationError({"enrolled_on": error.error_dict["birth_year"]}) from error
        if self.pk:
            self._check_what_followed()

    def _check_what_followed(self) -> None:
        if self.results.filter(exam__held_on__lt=self.enrolled_on).exists():
            sentence = _("This learner sat an exam before that day.")
            raise ValidationError({"enrolled_on": ValidationError(sentence, code="exam")})
        present = self.attendances.filter(state="present")
        if present.filter(session__held_on__lt=self.enrolled_on).exists():
            sentence = _("This learner was present before that day.")
            raise ValidationError({"enrolled_on": ValidationError(sentence, code="attendance")})
        if self.withdrawn_on and present.filter(session__held_on__gt=self.withdrawn_on).exists():
            sentence = _("This learner was present after that day.")
            raise ValidationError({"withdrawn_on": ValidationError(sentence, code="attendance")})

    @property
    def ended_on(self) -> dt.date | None:
        """The day from which follow-up counts: that of leaving, or the cohort's last one."""
        return self.withdrawn_on or self.cohort.ends_on
