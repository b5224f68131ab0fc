"""What was spent, from which source, and the vouchers that show it."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.log import LogEntry
from partnerships.models import CostHeading, FundingRule, FundingSource, Side, Transfer
from partnerships.models.grants import plausible
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import Frozen
from portal.ground.money import MAX_AMOUNT, Currency
from portal.ground.stored_file import StoredFile, stored_name

# What an officer justified; it is corrected by a row of its own.
MONEY_COLUMNS = [
    "activity",
    "spent_on",
    "description",
    "source",
    "heading",
    "spent_by",
    "amount",
    "original_amount",
    "original_currency",
    "rate",
    "corrects",
]


class ExpenditureQuerySet(ScopedQuerySet):
    """Questions about expenditures."""

    partnership_path = "activity__partnership"

    def standing(self) -> Self:
        """Return the expenditures that no withdrawn entry holds."""
        return self.filter(log_entry__withdrawn_at__isnull=True)

    def charged(self) -> Self:
        """Return what the sources bear: standing expenditures that no officer rejected."""
        return self.standing().exclude(decision=Expenditure.Decision.REJECTED)

    def during(self, starts_on: dt.date, ends_on: dt.date) -> Self:
        """Return what was spent in the window, both ends included."""
        return self.filter(spent_on__range=(starts_on, ends_on))

    def without_heading(self) -> Self:
        """Return what has no cost heading although its source has headings on that day."""
        headings = CostHeading.objects.filter(_holding_on_that_day(), source=models.OuterRef("source"))
        return self.filter(models.Exists(headings), heading__isnull=True)

    def lacking_voucher(self) -> Self:
        """Return what has no voucher although a rule of its source asks for one, for that amount and on that day."""
        rules = FundingRule.objects.filter(
            _holding_on_that_day(),
            source=models.OuterRef("source"),
            kind=FundingRule.Kind.VOUCHER,
            amount__lt=models.OuterRef("amount"),
        )
        vouchers = Voucher.objects.filter(expenditure=models.OuterRef("pk"))
        return self.filter(models.Exists(rules), ~models.Exists(vouchers))


def _holding_on_that_day() -> models.Q:
    """Return the condition that a span of the funder's holds on the day of the outer expenditure."""
    day = models.OuterRef("spent_on")
    begun = models.Q(starts_on__isnull=True) | models.Q(starts_on__lte=day)
    return begun & (models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=day))


class Expenditure(models.Model):
    """Money spent on an activity, in euro to the cent; another currency keeps its own amount and rate."""

    class Decision(models.TextChoices):
        OPEN = "", _("not yet judged")
        JUSTIFIED = "justified", _("justified")
        REJECTED = "rejected", _("rejected")

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="expenditures", verbose_name=_("activity"))
    log_entry = models.ForeignKey(
        LogEntry, models.PROTECT, null=True, blank=True, related_name="expenditures", verbose_name=_("log entry")
    )
    spent_on = models.DateField(_("date"))
    description = models.CharField(_("what was paid"), max_length=200)
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="expenditures", verbose_name=_("paid from"))
    heading = models.ForeignKey(
        CostHeading, models.PROTECT, null=True, blank=True, related_name="expenditures", verbose_name=_("cost heading")
    )
    spent_by = models.CharField(
        _("spent by the"),
        max_length=7,
        choices=Side,
        blank=True,
        default="",
        help_text=_("Empty: the side on which the activity takes place."),
    )
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
        help_text=_("Units of the other currency for one euro, for example 10.85."),
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("corrects or refunds"),
        help_text=_("A row of its own, below zero where money came back."),
    )
    rule_reason = models.CharField(_("reason despite a warning"), max_length=250, blank=True, default="")
    decision = models.CharField(
        _("judgement"), max_length=9, choices=Decision, blank=True, default=Decision.OPEN, editable=False
    )
    decision_reason = models.CharField(
        _("reason of the judgement"), max_length=250, blank=True, default="", editable=False
    )
    decided_on = models.DateField(_("judged on"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by"),
        editable=False,
    )
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ExpenditureQuerySet.as_manager()

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["spent_on", "pk"]
        indexes = [
            models.Index(fields=["activity", "spent_on"], name="expenditure_of_activity"),
            models.Index(fields=["spent_on", "id"], name="expenditure_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activities_expenditure_amount",
                condition=models.Q(amount__gt=0, amount__lte=MAX_AMOUNT)
                | models.Q(corrects__isnull=False, amount__lt=0, amount__gte=-MAX_AMOUNT),
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
                | models.Q(original_currency="MAD", rate__isnull=False, original_amount__isnull=False)
                # Both amounts go the same way: out, or back.
                & (models.Q(original_amount__gt=0, amount__gt=0) | models.Q(original_amount__lt=0, amount__lt=0)),
                violation_error_code="original_amount",
                violation_error_message=_(
                    "For another currency give the amount, the currency and the rate; else leave all three empty."
                ),
            ),
            models.CheckConstraint(
                name="activities_expenditure_rejection",
                condition=~models.Q(decision="rejected") | ~models.Q(decision_reason=""),
                violation_error_code="decision_reason",
                violation_error_message=_("Say why the expense is rejected."),
            ),
            models.CheckConstraint(
                name="activities_expenditure_not_itself",
                condition=models.Q(corrects__isnull=True) | ~models.Q(corrects=models.F("pk")),
                violation_error_code="corrects",
                violation_error_message=_("An expense does not correct itself."),
            ),
            Frozen(
                name="activities_expenditure_justified",
                column="decision",
                value="justified",
                fields=MONEY_COLUMNS,
                violation_error_code="amount",
                violation_error_message=_("This expense is justified: correct it by a row of its own."),
            ),
        ]

    def __str__(self):
        return self.description

    @property
    def spender(self) -> str:
        """The side that spent the money: the one named, else the side of the activity."""
        return self.spent_by or self.activity.side

    @property
    def is_fixed(self) -> bool:
        """Whether it stays as it is: an officer judged it, or a row of its own corrects it."""
        return bool(self.decision or (self.pk and self.corrections.all()))

    def clean(self) -> None:
        """Refuse a row that corrects one of another activity, or one that is a correction itself."""
        super().clean()
        corrected = self.corrects
        if corrected and corrected.activity_id != self.activity_id:
            raise ValidationError({"corrects": _("The corrected expense belongs to another activity.")})
        if corrected and corrected.corrects_id:
            raise ValidationError({"corrects": _("This is a correction itself: correct the first expense.")})


class DrawdownQuerySet(ScopedQuerySet):
    """Parts of transfers that were spent."""

    partnership_path = "expenditure__activity__partnership"

    def standing(self) -> Self:
        """Return the drawdowns of expenditures that no withdrawn entry holds."""
        return self.filter(expenditure__log_entry__withdrawn_at__isnull=True)


class Drawdown(models.Model):
    """The dirham of one transfer that an expenditure used up; its rate is that of its transfers."""

    expenditure = models.ForeignKey(Expenditure, models.CASCADE, related_name="drawdowns", verbose_name=_("expense"))
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="drawdowns", verbose_name=_("transfer"))
    amount = models.DecimalField(_("amount in dirham"), max_digits=10, decimal_places=2)

    objects = DrawdownQuerySet.as_manager()

    class Meta:
        verbose_name = _("drawdown of a transfer")
        verbose_name_plural = _("drawdowns of transfers")
        ordering = ["transfer", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["expenditure", "transfer"],
                name="activities_drawdown_once",
                violation_error_code="transfer",
                violation_error_message=_("The expense draws on this transfer already."),
            ),
            models.CheckConstraint(
                name="activities_drawdown_amount",
                condition=~models.Q(amount=0),
                violation_error_code="amount",
                violation_error_message=_("The amount is not zero."),
            ),
        ]

    def __str__(self):
        return f"{self.transfer}: {self.amount} MAD"


class VoucherQuerySet(ScopedQuerySet):
    """Files that prove an expenditure."""

    partnership_path = "expenditure__activity__partnership"


class Voucher(StoredFile):
    """The invoice, receipt or ticket that shows an expenditure."""

    expenditure = models.ForeignKey(Expenditure, models.CASCADE, related_name="vouchers", verbose_name=_("expense"))
    # A paper that is not scanned yet has its number and no file.
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200, blank=True, default="")
    number = models.CharField(_("number"), max_length=50, blank=True, default="")
    dated_on = models.DateField(_("date of the voucher"), null=True, blank=True)
    supplier = models.CharField(_("supplier"), max_length=150, blank=True, default="")
    total = models.DecimalField(
        _("total of the voucher in euro"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Only where several expenses share one voucher: what it comes to in all."),
    )

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["expenditure", "pk"]
        indexes = [models.Index(Upper("number"), name="voucher_by_number")]
        constraints = [
            models.CheckConstraint(
                name="activities_voucher_something",
                condition=~models.Q(number="") | ~models.Q(file=""),
                violation_error_code="number",
                violation_error_message=_("Give the voucher's number or its file."),
            ),
            plausible("total", "activities_voucher_total", optional=True),
        ]

    def __str__(self):
        return self.number or self.original_name
