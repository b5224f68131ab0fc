"""How long what is known of people is kept, and the register of what was erased."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ground.constraints import AppendOnly

LONGEST_MONTHS = 1200


class Kind(models.TextChoices):
    """What has a period of its own; portal.roof.privacy.periods says of which class of data each is."""

    LEARNERS = "learners", _("learners under their code, with their path")
    CODES = "codes", _("hashes of codes that were erased")
    NOTES = "notes", _("confidential notes that were dealt with")
    WORDS = "words", _("own words in evaluation forms")
    PHOTOS = "photos", _("photos whose people were never asked")
    ACCOUNTS = "accounts", _("accounts of who has left")
    TRAIL = "trail", _("what entries of the trail say")
    REPORTS = "reports", _("files of reports that tell of no frozen year")
    LETTERS = "letters", _("mails of the portal")
    KEYS = "keys", _("keys of forms that were sent")


# Not about what anybody did or is: they may go without a decision.
TECHNICAL = [Kind.REPORTS.value, Kind.LETTERS.value, Kind.KEYS.value]


class RetentionRule(models.Model):
    """For how many months one kind of data is kept. What the portal proposes is applied once somebody decided it."""

    kind = models.CharField(_("kind of data"), max_length=8, choices=Kind, unique=True)
    months = models.PositiveSmallIntegerField(
        _("months"),
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
        help_text=_("From the day on which it was last needed. The first figure is a proposal of this portal, no law."),
    )
    is_on = models.BooleanField(_("is applied"), default=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    basis = models.CharField(
        _("rests on"),
        max_length=250,
        blank=True,
        default="",
        help_text=_("The law, the rule of a funder, or the decision of the municipality that asks for this period."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("period of retention")
        verbose_name_plural = _("periods of retention")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="roof_retention_decided",
                condition=models.Q(is_on=False) | models.Q(decided_on__isnull=False) | models.Q(kind__in=TECHNICAL),
                violation_error_code="decided_on",
                violation_error_message=_("Say when this period was decided: nothing of people is erased before."),
            ),
            models.CheckConstraint(
                name="roof_retention_months",
                condition=models.Q(months__range=(1, LONGEST_MONTHS)),
                violation_error_code="months",
                violation_error_message=_("Give a number of months between 1 and 1200."),
            ),
        ]

    def __str__(self):
        return str(self.get_kind_display())

    def limit(self, on: dt.date) -> dt.date:
        """Return the day before which what was last needed is no longer kept."""
        year, month = divmod(on.year * 12 + on.month - 1 - self.months, 12)
        first = dt.date(max(year, 1), month + 1, 1)
        # The last days of a month have no like in a shorter one: the rest of it is kept a little longer.
        return first + dt.timedelta(days=min(on.day, 28) - 1)


class Erasure(models.Model):
    """That something was erased: how much of which kind, why, when and by whom. Never what it was."""

    class Cause(models.TextChoices):
        PERIOD = "period", _("kept as long as was agreed")
        REQUEST = "request", _("the person asked for it")

    kind = models.CharField(_("kind of data"), max_length=8, choices=Kind)
    cause = models.CharField(_("why"), max_length=7, choices=Cause)
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    records = models.PositiveIntegerField(_("records"))
    entries = models.PositiveIntegerField(_("emptied entries of the trail"), default=0)
    erased_at = models.DateTimeField(_("erased at"), auto_now_add=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("register of erasures")
        ordering = ["-erased_at", "-pk"]
        constraints = [AppendOnly(name="roof_erasure_append_only")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.records}"
