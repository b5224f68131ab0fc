"""What was spent, from which source, and the vouchers that show it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.log import LogEntry
from activities.models.media import StoredFile
from partnerships.models import FundingSource
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.money import MAX_AMOUNT, Currency


class ExpenditureQuerySet(ScopedQuerySet):
    """Questions about expenditures."""

    partnership_path = "activity__partnership"

    def standing(self) -> Self:
        """Return the expenditures that no withdrawn entry holds."""
        return self.filter(log_entry__withdrawn_at__isnull=True)

    def during(self, starts_on: dt.date, ends_on: dt.date) -> Self:
        """Return what was spent in the window, both ends included."""
        return self.filter(spent_on__range=(starts_on, ends_on))


class Expenditure(models.Model):
    """Money spent on an activity, in euro to the cent; another currency keeps its own amount and rate."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="expenditures", verbose_name=_("activity"))
    log_entry = models.ForeignKey(
        LogEntry, models.PROTECT, null=True, blank=True, related_name="expenditures", verbose_name=_("log entry")
    )
    spent_on = models.DateField(_("date"))
    description = models.CharField(_("what was paid"), max_length=200)
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="expenditures", verbose_name=_("paid from"))
    amount = models.DecimalField(_("amount in euro"), max_digits=10, decimal_places=2)
    original_amount = models.DecimalField(
        _("amount in the other currency"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    original_currency = models.CharField(
        _("other currency"), max_length=3, choices=[(Currency.MAD.value, Currency.MAD.label)], blank=True, default=""
    )
    rate = models.DecimalField(
        _("rate"),
        max_digits=12,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Units of the other currency for one euro, for example 10,85."),
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ExpenditureQuerySet.as_manager()

    class Meta:
        verbose_name = _("expenditure")
        verbose_name_plural = _("expenditures")
        ordering = ["spent_on", "pk"]
        indexes = [models.Index(fields=["activity", "spent_on"], name="expenditure_of_activity")]
        constraints = [
            models.CheckConstraint(
                name="activities_expenditure_amount",
                condition=models.Q(amount__gt=0, amount__lte=MAX_AMOUNT),
                violation_error_code="amount",
                violation_error_message=_("Give an amount of more than zero and less than a hundred million."),
            ),
            models.CheckConstraint(
                name="activities_expenditure_rate",
                condition=models.Q(rate__isnull=True) | models.Q(rate__gt=0),
                violation_error_code="rate",
                violation_error_message=_("The rate is more than zero."),
            ),
            models.CheckConstraint(
                name="activities_expenditure_currency",
                condition=models.Q(original_amount__isnull=True, original_currency="", rate__isnull=True)
                # A check with an unknown value passes, so the amount is asked for by name.
                | models.Q(
                    original_amount__isnull=False, original_amount__gt=0, original_currency="MAD", rate__isnull=False
                ),
                violation_error_code="original_amount",
                violation_error_message=_(
                    "For another currency give the amount, the currency and the rate; else leave all three empty."
                ),
            ),
        ]

    def __str__(self):
        return self.description


class VoucherQuerySet(ScopedQuerySet):
    """Files that prove an expenditure."""

    partnership_path = "expenditure__activity__partnership"


class Voucher(StoredFile):
    """The invoice, receipt or ticket that shows an expenditure."""

    expenditure = models.ForeignKey(Expenditure, models.CASCADE, related_name="vouchers", verbose_name=_("expenditure"))
    number = models.CharField(_("number"), max_length=50, blank=True, default="")

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["expenditure", "pk"]
