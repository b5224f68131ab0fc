"""What is planned to be spent: budget lines with their amendments, and who shares in the cost of an activity."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from partnerships.models import CostHeading, FundingSource, Outcome, Programme
from partnerships.models.grants import ProgrammeMoneyQuerySet
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import AppendOnly
from portal.ground.money import MAX_AMOUNT
from portal.ground.wording import listed

NONE = models.Value(0, output_field=models.BigIntegerField())


class BudgetLine(models.Model):
    """What may be spent in one year of a programme, for an outcome or an activity, under a heading, from a source.

    `amount` is what holds now; a BudgetAmendment keeps each earlier amount and why it changed.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="budget_lines", verbose_name=_("programme"))
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="budget_lines", verbose_name=_("paid from"))
    heading = models.ForeignKey(
        CostHeading, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("cost heading")
    )
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("outcome")
    )
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="budget_lines", verbose_name=_("activity")
    )
    description = models.CharField(_("what it is for"), max_length=200, blank=True, default="")
    amount = models.DecimalField(_("amount in euro"), max_digits=10, decimal_places=2)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ProgrammeMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["programme", "year", "source", "heading", "pk"]
        constraints = [
            models.CheckConstraint(
                name="activities_budget_amount",
                condition=models.Q(amount__gte=0, amount__lte=MAX_AMOUNT),
                violation_error_code="amount",
                violation_error_message=_("Give an amount from zero to a hundred million."),
            ),
            models.CheckConstraint(
                name="activities_budget_one_aim",
                condition=models.Q(outcome__isnull=True) | models.Q(activity__isnull=True),
                violation_error_code="outcome",
                violation_error_message=_("Choose an outcome or an activity, not both."),
            ),
            models.UniqueConstraint(
                models.F("programme"),
                models.F("year"),
                models.F("source"),
                Coalesce("heading", NONE),
                Coalesce("outcome", NONE),
                Coalesce("activity", NONE),
                Lower("description"),
                name="activities_budget_once",
                violation_error_code="description",
                violation_error_message=_(
                    "This budget line is there already: amend it, or say what sets this one apart."
                ),
            ),
        ]

    def __str__(self):
        about = self.description or str(self.heading or self.activity or self.outcome or "")
        return f"{listed([self.year, self.source])}{': ' if about else ''}{about}"

    def clean(self) -> None:
        """Refuse a year outside the programme, a heading of another funder, an aim of another partnership."""
        super().clean()
        if not (self.programme_id and self.source_id):
            return
        errors: dict[str, Any] = {}
        if self.year is not None and not self.programme.starts_on.year <= self.year <= self.programme.ends_on.year:
            sentence = _("The programme runs in %(years)s.")
            errors["year"] = sentence % {"years": self.programme.span_text}
        if self.heading and self.heading.source_id != self.source_id:
            errors["heading"] = _("This heading belongs to another funding source.")
        for field in ("outcome", "activity"):
            aim = getattr(self, field)
            if aim and aim.partnership_id != self.programme.partnership_id:
                errors[field] = _("“%(row)s” belongs to another partnership.") % {"row": aim}
        if errors:
            raise ValidationError(errors)


class BudgetAmendmentQuerySet(ScopedQuerySet):
    """Changes of budget lines."""

    partnership_path = "line__programme__partnership"


class BudgetAmendment(models.Model):
    """One change of a budget line's amount, with the reason. It stays: the first amount can always be told."""

    line = models.ForeignKey(BudgetLine, models.PROTECT, related_name="amendments", verbose_name=_("budget line"))
    number = models.PositiveSmallIntegerField(_("number"))
    amount_before = models.DecimalField(_("amount before, in euro"), max_digits=10, decimal_places=2)
    amount_after = models.DecimalField(_("amount after, in euro"), max_digits=10, decimal_places=2)
    reason = models.TextField(_("reason"))
    agreed_on = models.DateField(_("agreed on"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = BudgetAmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget amendment")
        verbose_name_plural = _("budget amendments")
        ordering = ["line", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "number"],
                name="activities_amendment_once",
                violation_error_code="number",
                violation_error_message=_("This budget line has an amendment with this number already."),
            ),
            AppendOnly(name="activities_amendment_append_only"),
        ]

    def __str__(self):
        return f"{self.line}: {self.amount_before} → {self.amount_after}"


class CoFundingQuerySet(ScopedQuerySet):
    """Shares of sources in activities."""

    partnership_path = "activity__partnership"


class CoFunding(models.Model):
    """The share of an activity's cost that one source is meant to pay."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="co_funding", verbose_name=_("activity"))
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="co_funding", verbose_name=_("paid from"))
    share = models.DecimalField(_("share in per cent"), max_digits=5, decimal_places=2)

    objects = CoFundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a source in an activity")
        verbose_name_plural = _("shares of sources in activities")
        ordering = ["activity", "-share", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "source"],
                name="activities_co_funding_once",
                violation_error_code="source",
                violation_error_message=_("The activity has a share of this source already."),
            ),
            models.CheckConstraint(
                name="activities_co_funding_share",
                condition=models.Q(share__gt=0, share__lte=100),
                violation_error_code="share",
                violation_error_message=_("Give a share of more than 0 and at most 100 per cent."),
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.share.normalize():f} %"

    def clean(self) -> None:
        """Refuse shares of more than the whole."""
        super().clean()
        if self.activity_id is None or self.share is None:
            return
        others = CoFunding.objects.filter(activity=self.activity_id).exclude(pk=self.pk)
        if self.share + sum(other.share for other in others) > 100:
            raise ValidationError({"share": _("The shares of this activity come to more than 100 per cent.")})
