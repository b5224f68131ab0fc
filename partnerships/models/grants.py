"""The path of money to the partner: grant, yearly tranche, transfer. A transfer is never expenditure (art. 32)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from partnerships.models.funding import FundingRequest, FundingSource
from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import Programme
from partnerships.models.rules import FundingRule
from portal.ground.dates import dates_in_order
from portal.ground.money import MAX_AMOUNT, RATE_STEP, format_amount

PLAUSIBLE = _("Give an amount of more than zero and less than a hundred million.")


def plausible(field: str, name: str, *, optional: bool = False) -> models.CheckConstraint:
    """Return the rule that an amount is more than zero and no absurd one."""
    condition = models.Q(**{f"{field}__gt": 0, f"{field}__lte": MAX_AMOUNT})
    if optional:
        condition |= models.Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(
        name=name, condition=condition, violation_error_code=field, violation_error_message=PLAUSIBLE
    )


def _shown(percent: Decimal) -> str:
    """Return a percentage as the active language writes it, with the decimals that it has."""
    return number_format(f"{percent.normalize():f}", use_l10n=True)


class ProgrammeMoneyQuerySet(ScopedQuerySet):
    """Money of a programme."""

    partnership_path = "programme__partnership"


class Grant(models.Model):
    """Money that a funder promised to a programme for a project, in euro, for expenses between two days."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="grants", verbose_name=_("programme"))
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="grants", verbose_name=_("funding source"))
    request = models.OneToOneField(
        FundingRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grant",
        verbose_name=_("request that it answers"),
    )
    reference = models.CharField(_("reference of the decision"), max_length=80)
    granted_on = models.DateField(_("granted on"))
    starts_on = models.DateField(_("pays expenses from"))
    ends_on = models.DateField(_("pays expenses until"))
    amount = models.DecimalField(_("amount in euro"), max_digits=10, decimal_places=2)
    accepted_budget = models.DecimalField(
        _("accepted budget of the project in euro"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("What the project may cost in all, own contribution included."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ProgrammeMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["programme", "starts_on", "pk"]
        constraints = [
            dates_in_order("partnerships_grant_dates_in_order"),
            plausible("amount", "partnerships_grant_amount"),
            plausible("accepted_budget", "partnerships_grant_budget", optional=True),
            models.CheckConstraint(
                name="partnerships_grant_within_budget",
                condition=models.Q(accepted_budget__isnull=True) | models.Q(accepted_budget__gte=models.F("amount")),
                violation_error_code="accepted_budget",
                violation_error_message=_("The accepted budget is not less than the grant."),
            ),
            models.UniqueConstraint(
                fields=["programme", "source", "reference"],
                name="partnerships_grant_once",
                violation_error_code="reference",
                violation_error_message=_("This programme has a grant of this source with this reference already."),
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.reference}"

    def clean(self) -> None:
        """Refuse what the request, the programme, the tranches or the funder's rules contradict."""
        super().clean()
        errors: dict[str, list] = {}
        if self.programme_id:
            self._check_surroundings(errors)
        if self.pk:
            self._check_tranches(errors)
        for rule, sentence in self.objections():
            if rule.effect == rule.Effect.REFUSE:
                errors.setdefault("amount", []).append(f"{rule} ({sentence})")
        if errors:
            raise ValidationError(errors)

    def _check_surroundings(self, errors: dict[str, list]) -> None:
        request = self.request
        if request and (request.source_id, request.partnership_id) != (self.source_id, self.programme.partnership_id):
            errors["request"] = [_("The request is about another source or another partnership.")]
        if self.starts_on and self.starts_on > self.programme.ends_on:
            errors["starts_on"] = [_("The programme is over by then.")]
        if self.ends_on and self.ends_on < self.programme.starts_on:
            errors["ends_on"] = [_("The programme begins after this day.")]
        if self.source_id and self.starts_on and self.ends_on:
            source = self.source
            if (source.ends_on and source.ends_on < self.starts_on) or (
                source.starts_on and source.starts_on > self.ends_on
            ):
                sentence = _("%(source)s pays only in this time: %(span)s.")
                errors["source"] = [sentence % {"source": source, "span": source.span_text}]

    def _check_tranches(self, errors: dict[str, list]) -> None:
        rows = list(self.tranches.all())
        for field in ("claimed_amount", "received_amount"):
            total = sum((getattr(row, field) or Decimal(0) for row in rows), Decimal(0))
            if self.amount is not None and total > self.amount:
                sentence = _("The tranches come to more than this: %(total)s.")
                errors["amount"] = [sentence % {"total": format_amount(total)}]
        if self.starts_on and self.ends_on:
            outside = [row.year for row in rows if not self.starts_on.year <= row.year <= self.ends_on.year]
            if outside:
                field = "starts_on" if outside[0] < self.starts_on.year else "ends_on"
                errors[field] = [_("The grant has a tranche of %(year)s.") % {"year": outside[0]}]

    def objections(self) -> list[tuple[FundingRule, str]]:
        """Return the funder's rules, as they stood when the grant was made, that its amounts break, and how."""
        if not (self.source_id and self.granted_on and self.amount):
            return []
        rules = FundingRule.objects.in_force(self.granted_on).filter(source=self.source_id)
        return [(rule, sentence) for rule in rules if (sentence := self._objection(rule))]

    def _objection(self, rule) -> str:
        budget = self.accepted_budget
        if rule.kind == rule.Kind.CEILING and not rule.heading_id and self.amount > rule.amount:
            return _("at most %(amount)s") % {"amount": format_amount(rule.amount)}
        if budget and rule.kind == rule.Kind.SHARE and self.amount * 100 > rule.percent * budget:
            return _("at most %(percent)s %% of the accepted budget") % {"percent": _shown(rule.percent)}
        if budget and rule.kind == rule.Kind.OWN_CONTRIBUTION and (budget - self.amount) * 100 < rule.percent * budget:
            return _("at least %(percent)s %% is paid by the municipality") % {"percent": _shown(rule.percent)}
        return ""


class TrancheQuerySet(ScopedQuerySet):
    """Yearly parts of grants."""

    partnership_path = "grant__programme__partnership"


class Tranche(models.Model):
    """The part of a grant for one year: what was claimed, and what was received (art. 32)."""

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="tranches", verbose_name=_("grant"))
    year = models.PositiveSmallIntegerField(_("year"))
    claimed_amount = models.DecimalField(_("claimed, in euro"), max_digits=10, decimal_places=2, null=True, blank=True)
    claimed_on = models.DateField(_("claimed on"), null=True, blank=True)
    received_amount = models.DecimalField(
        _("received, in euro"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    received_on = models.DateField(_("received on"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = TrancheQuerySet.as_manager()

    class Meta:
        verbose_name = _("tranche")
        verbose_name_plural = _("tranches")
        ordering = ["grant", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["grant", "year"],
                name="partnerships_tranche_once",
                violation_error_code="year",
                violation_error_message=_("This grant has a tranche of this year already."),
            ),
            models.CheckConstraint(
                name="partnerships_tranche_year",
                condition=models.Q(year__gte=1990, year__lte=2100),
                violation_error_code="year",
                violation_error_message=_("Give a year between 1990 and 2100."),
            ),
            plausible("claimed_amount", "partnerships_tranche_claimed", optional=True),
            plausible("received_amount", "partnerships_tranche_received", optional=True),
            models.CheckConstraint(
                name="partnerships_tranche_claim",
                condition=models.Q(claimed_amount__isnull=True, claimed_on__isnull=True)
                | models.Q(claimed_amount__isnull=False, claimed_on__isnull=False),
                violation_error_code="claimed_on",
                violation_error_message=_("Give the amount and the day of the claim, or neither."),
            ),
            models.CheckConstraint(
                name="partnerships_tranche_receipt",
                condition=models.Q(received_amount__isnull=True, received_on__isnull=True)
                | models.Q(received_amount__isnull=False, received_on__isnull=False),
                violation_error_code="received_on",
                violation_error_message=_("Give the amount and the day of the receipt, or neither."),
            ),
            models.CheckConstraint(
                name="partnerships_tranche_claim_first",
                condition=models.Q(received_on__isnull=True)
                # A check with an unknown value passes, so the claim is asked for by name.
                | models.Q(claimed_on__isnull=False, claimed_on__lte=models.F("received_on")),
                violation_error_code="received_on",
                violation_error_message=_("A tranche is claimed before it is received: check both dates."),
            ),
        ]

    def __str__(self):
        return f"{self.grant}, {self.year}"

    def clean(self) -> None:
        """Refuse a year outside the grant, and more than the grant in all its years."""
        super().clean()
        if not self.grant_id:
            return
        errors: dict[str, Any] = {}
        if self.year is not None and not self.grant.starts_on.year <= self.year <= self.grant.ends_on.year:
            errors["year"] = _("The grant pays nothing in this year.")
        others = list(self.grant.tranches.exclude(pk=self.pk))
        for field in ("claimed_amount", "received_amount"):
            amounts = [getattr(row, field) or Decimal(0) for row in others]
            left = self.grant.amount - sum(amounts, Decimal(0))
            if (getattr(self, field) or Decimal(0)) > left:
                sentence = _("This is more than the grant: %(left)s is left of it.")
                errors[field] = sentence % {"left": format_amount(max(left, Decimal(0)))}
        if errors:
            raise ValidationError(errors)


class Transfer(models.Model):
    """Money sent to the partner: euro out, dirham in. It is not spent until the partner spends it (art. 32).

    `sent_amount` is without `bank_costs`, which are told apart.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="transfers", verbose_name=_("programme"))
    source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="transfers", verbose_name=_("funding source")
    )
    reference = models.CharField(_("reference"), max_length=80)
    sent_on = models.DateField(_("sent on"))
    sent_amount = models.DecimalField(_("sent, in euro"), max_digits=10, decimal_places=2)
    bank_costs = models.DecimalField(_("bank costs in euro"), max_digits=8, decimal_places=2, default=Decimal("0.00"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    received_amount = models.DecimalField(
        _("received, in dirham"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ProgrammeMoneyQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer to the partner")
        verbose_name_plural = _("transfers to the partner")
        ordering = ["programme", "sent_on", "pk"]
        constraints = [
            plausible("sent_amount", "partnerships_transfer_sent"),
            plausible("received_amount", "partnerships_transfer_received", optional=True),
            models.CheckConstraint(
                name="partnerships_transfer_costs",
                condition=models.Q(bank_costs__gte=0, bank_costs__lte=models.F("sent_amount")),
                violation_error_code="bank_costs",
                violation_error_message=_("Bank costs are not below zero, and not more than what was sent."),
            ),
            models.CheckConstraint(
                name="partnerships_transfer_receipt",
                condition=models.Q(received_amount__isnull=True, received_on__isnull=True)
                | models.Q(received_amount__isnull=False, received_on__isnull=False),
                violation_error_code="received_on",
                violation_error_message=_("Give the amount and the day of the receipt, or neither."),
            ),
            dates_in_order("partnerships_transfer_dates_in_order", starts="sent_on", ends="received_on"),
            models.UniqueConstraint(
                fields=["programme", "source", "reference"],
                name="partnerships_transfer_once",
                violation_error_code="reference",
                violation_error_message=_("This programme has a transfer of this source with this reference already."),
            ),
        ]

    def __str__(self):
        return f"{self.reference} ({date_format(self.sent_on, 'SHORT_DATE_FORMAT')})"

    @property
    def rate(self) -> Decimal | None:
        """Dirham received for one euro sent, to six places; None until the money has arrived."""
        return (self.received_amount / self.sent_amount).quantize(RATE_STEP) if self.received_amount else None

    def clean(self) -> None:
        """Refuse a rate that no exchange gives: most often two amounts that changed places."""
        super().clean()
        if (
            self.sent_amount
            and self.received_amount
            and not Decimal(1) <= self.received_amount / self.sent_amount < 100
        ):
            raise ValidationError(
                {"received_amount": _("At these amounts one euro brings an implausible number of dirham.")}
            )
