"""What a funder pays for, and what not: cost headings and rules, which an administrator edits."""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.funding import FundingSource
from partnerships.models.municipality import Side
from portal.ground.dates import END_BEFORE_START, Span, overlapping
from portal.ground.money import MAX_AMOUNT
from portal.ground.natural import NaturalKeyQuerySet, Slugged


class CostHeading(Span, Slugged):
    """A heading under which a funder wants money told, in two levels (Royal Decree of 11 September 2016, art. 1)."""

    class Nature(models.TextChoices):
        OPERATIONAL = "operational", _("operational costs")
        ADMINISTRATION = "administration", _("administration costs")
        MANAGEMENT = "management", _("management costs")
        STRUCTURE = "structure", _("structure costs")
        OTHER = "other", _("other costs")

    source = models.ForeignKey(FundingSource, models.CASCADE, related_name="headings", verbose_name=_("funding source"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="parts", verbose_name=_("part of")
    )
    name = models.CharField(_("name"), max_length=150)
    nature = models.CharField(_("nature"), max_length=14, choices=Nature)
    is_direct = models.BooleanField(_("direct costs"), default=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("cost heading")
        verbose_name_plural = _("cost headings")
        ordering = ["source", "position", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.name

    def clean(self) -> None:
        """Refuse a third level, and a part of another funder's heading."""
        super().clean()
        if self.parent is None:
            return
        if self.parent.source_id != self.source_id:
            raise ValidationError({"parent": _("This heading belongs to another funding source.")})
        if self.parent.parent_id or self.parent_id == self.pk or (self.pk and self.parts.exists()):
            raise ValidationError({"parent": _("Headings have two levels: choose one that is not a part itself.")})

    def holds(self, on: dt.date) -> bool:
        """Say whether the heading exists on a day."""
        return holds(self, on)


def holds(span: Span, on: dt.date) -> bool:
    """Say whether a day lies in a span; an open end reaches for ever."""
    return (span.starts_on is None or span.starts_on <= on) and (span.ends_on is None or span.ends_on >= on)


class FundingRuleQuerySet(NaturalKeyQuerySet):
    """Questions about funders' rules."""

    def in_force(self, on: dt.date) -> Self:
        """Return the rules that hold on a day."""
        return self.filter(overlapping(on, on))


def _says(kind: str, field: str, condition: models.Q) -> models.CheckConstraint:
    """Return the rule that a rule of this kind carries what it is about."""
    return models.CheckConstraint(
        name=f"partnerships_rule_{kind}",
        condition=~models.Q(kind=kind) | condition,
        violation_error_code=field,
        violation_error_message=_("A rule of this kind needs this."),
    )


def _known(*fields: str) -> models.Q:
    return models.Q(**{f"{field}__isnull": False for field in fields})


class FundingRule(Span, Slugged):
    """A funder's rule, with the text it comes from and the dates it holds. Code knows none of its figures."""

    class Kind(models.TextChoices):
        SIDE = "side", _("side on which the work is done")
        RECIPIENT = "recipient", _("who spends the money")
        HEADINGS = "headings", _("cost headings that are paid")
        WINDOW = "window", _("dates between which is paid")
        CEILING = "ceiling", _("largest amount")
        SHARE = "share", _("largest share of the accepted budget")
        OWN_CONTRIBUTION = "own", _("smallest own contribution")
        VOUCHER = "voucher", _("voucher needed above an amount")
        OVERSPEND = "overspend", _("spending above the budget line")
        BALANCE = "balance", _("largest unspent balance")
        DEADLINE = "deadline", _("deadline")
        NOTE = "note", _("in words only")

    class Effect(models.TextChoices):
        REFUSE = "refuse", _("refuses")
        WARN = "warn", _("warns, and asks for a reason")
        JUDGE = "judge", _("lets it in, but it cannot be justified")

    class Deadline(models.TextChoices):
        MORAL = "moral", _("moral report")
        FINANCIAL = "financial", _("financial report")
        CLAIM = "claim", _("claim of the next tranche")

    source = models.ForeignKey(FundingSource, models.CASCADE, related_name="rules", verbose_name=_("funding source"))
    title = models.CharField(_("rule in words"), max_length=250)
    legal_source = models.CharField(_("where the rule stands"), max_length=250, blank=True, default="")
    kind = models.CharField(_("kind of rule"), max_length=9, choices=Kind, default=Kind.NOTE)
    effect = models.CharField(_("what it does"), max_length=6, choices=Effect, default=Effect.REFUSE)
    side_allowed = models.CharField(_("only the"), max_length=7, choices=Side, blank=True, default="")
    headings = models.ManyToManyField(
        CostHeading, blank=True, related_name="+", verbose_name=_("headings that are paid")
    )
    heading = models.ForeignKey(
        CostHeading,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only for the heading"),
        help_text=_("For a largest amount: empty means the whole project."),
    )
    amount = models.DecimalField(
        _("amount in euro"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    percent = models.DecimalField(
        _("percentage"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    first_percent = models.DecimalField(
        _("percentage for the first tranche"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    first_day = models.DateField(_("first day that is paid"), null=True, blank=True)
    last_day = models.DateField(_("last day that is paid"), null=True, blank=True)
    deadline_for = models.CharField(_("deadline for the"), max_length=9, choices=Deadline, blank=True, default="")
    month = models.PositiveSmallIntegerField(
        _("month of the next year"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        _("day of the month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    warn_days = models.PositiveSmallIntegerField(
        _("days of warning before it"), default=90, validators=[MaxValueValidator(366)]
    )

    objects = FundingRuleQuerySet.as_manager()

    # Which columns a kind of rule speaks with; the others stay empty.
    SPEAKS_WITH: dict[str, set[str]] = {
        "side": {"side_allowed"},
        "recipient": {"side_allowed"},
        "headings": {"headings"},
        "window": {"first_day", "last_day"},
        "ceiling": {"amount", "heading"},
        "share": {"percent"},
        "own": {"percent"},
        "voucher": {"amount"},
        "overspend": {"percent"},
        "balance": {"percent", "first_percent"},
        "deadline": {"deadline_for", "month", "day"},
        "note": set(),
    }

    class Meta:
        verbose_name = _("funding rule")
        verbose_name_plural = _("funding rules")
        ordering = ["source", "slug"]
        constraints = [
            *Span.Meta.constraints,
            _says("side", "side_allowed", ~models.Q(side_allowed="")),
            _says("recipient", "side_allowed", ~models.Q(side_allowed="")),
            _says("window", "first_day", _known("first_day") | _known("last_day")),
            _says("ceiling", "amount", models.Q(amount__isnull=False, amount__gt=0, amount__lte=MAX_AMOUNT)),
            _says("share", "percent", models.Q(percent__isnull=False, percent__range=(0, 100))),
            _says("own", "percent", models.Q(percent__isnull=False, percent__range=(0, 100))),
            _says("voucher", "amount", models.Q(amount__isnull=False, amount__gte=0, amount__lte=MAX_AMOUNT)),
            _says("overspend", "percent", models.Q(percent__isnull=False, percent__range=(0, 100))),
            _says("balance", "percent", models.Q(percent__isnull=False, percent__range=(0, 100))),
            _says("deadline", "month", models.Q(month__isnull=False, month__range=(1, 12))),
            models.CheckConstraint(
                name="partnerships_rule_deadline_day",
                condition=~models.Q(kind="deadline") | models.Q(day__isnull=False, day__range=(1, 31)),
                violation_error_code="day",
                violation_error_message=_("A rule of this kind needs this."),
            ),
            models.CheckConstraint(
                name="partnerships_rule_deadline_for",
                condition=~models.Q(kind="deadline") | ~models.Q(deadline_for=""),
                violation_error_code="deadline_for",
                violation_error_message=_("A rule of this kind needs this."),
            ),
            models.CheckConstraint(
                name="partnerships_rule_window_in_order",
                condition=models.Q(first_day__isnull=True)
                | models.Q(last_day__isnull=True)
                | models.Q(last_day__gte=models.F("first_day")),
                violation_error_code="last_day",
                violation_error_message=END_BEFORE_START,
            ),
        ]

    def __str__(self):
        return self.title

    def holds(self, on: dt.date) -> bool:
        """Say whether the rule is in force on a day."""
        return holds(self, on)

    def date_in(self, year: int) -> dt.date | None:
        """Return the day of the deadline in a year; a day that its month lacks means the month's last."""
        if not (self.month and self.day):
            return None
        return dt.date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))

    def clean(self) -> None:
        """Refuse what its kind does not say, another funder's heading, and what another rule contradicts."""
        super().clean()
        errors: dict[str, Any] = {}
        for field in set().union(*self.SPEAKS_WITH.values()) - self.SPEAKS_WITH.get(self.kind, set()) - {"headings"}:
            if getattr(self, field) not in (None, ""):
                errors[field] = _("A rule of this kind does not use this: leave it empty.")
        if self.heading and self.heading.source_id != self.source_id:
            errors["heading"] = _("This heading belongs to another funding source.")
        if errors:
            raise ValidationError(errors)
        self.refuse_contradiction()

    def refuse_contradiction(self) -> None:
        """Raise ValidationError where another rule of the funder says something else for the same time."""
        if self.kind == self.Kind.NOTE:
            return
        others = [rule for rule in self._others() if self._shares_a_day_with(rule)]
        twin = next((rule for rule in others if self._is_about_the_same_as(rule)), None)
        if twin:
            sentence = _("“%(rule)s” speaks of the same for the same time: end that one first, or change it.")
            raise ValidationError({"kind": sentence % {"rule": twin}})
        rival = next((rule for rule in others if self._cannot_stand_beside(rule)), None)
        if rival:
            sentence = _("“%(rule)s” cannot be kept together with this: change one of the two.")
            raise ValidationError({"percent" if self.percent is not None else "amount": sentence % {"rule": rival}})

    def _others(self) -> list[FundingRule]:
        stored = FundingRule.objects.filter(source=self.source_id).exclude(pk=self.pk)
        return list(stored) if self.source_id else []

    def _shares_a_day_with(self, other: FundingRule) -> bool:
        first = max(self.starts_on or dt.date.min, other.starts_on or dt.date.min)
        return first <= min(self.ends_on or dt.date.max, other.ends_on or dt.date.max)

    def _is_about_the_same_as(self, other: FundingRule) -> bool:
        return (self.kind, self.heading_id, self.deadline_for) == (other.kind, other.heading_id, other.deadline_for)

    def _cannot_stand_beside(self, other: FundingRule) -> bool:
        """Say whether two shares leave more than the whole, or a heading may cost more than its project."""
        pair = {self.kind: self, other.kind: other}
        if set(pair) == {self.Kind.SHARE, self.Kind.OWN_CONTRIBUTION}:
            return sum(rule.percent or 0 for rule in pair.values()) > 100
        if self.kind == other.kind == self.Kind.CEILING and bool(self.heading_id) != bool(other.heading_id):
            part, whole = (self, other) if self.heading_id else (other, self)
            return part.amount is not None and whole.amount is not None and part.amount > whole.amount
        return False
