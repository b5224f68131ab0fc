"""Whose money, under which rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.municipality import Side
from partnerships.models.partnership import Partnership, ScopedQuerySet
from partnerships.models.programme import Programme
from portal.ground.dates import Precision, Span, dates_in_order, precision_matches
from portal.ground.natural import NaturalKey, Slugged


class FundingSource(Span, Slugged):
    """Who pays, and in which years: a government, an agency, or a municipality itself."""

    class Kind(models.TextChoices):
        FEDERAL = "federal", _("federal government")
        REGIONAL = "regional", _("regional or community agency")
        OWN = "own", _("own funds")
        OTHER = "other", _("other")

    class VoucherOrder(models.TextChoices):
        HEADING = "heading", _("cost heading, then date")
        DATE = "date", _("date")
        ACTIVITY = "activity", _("activity, then date")
        NUMBER = "number", _("number of the voucher")

    name = models.CharField(_("name"), max_length=150)
    abbreviation = models.CharField(_("abbreviation"), max_length=20, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    voucher_order = models.CharField(
        _("order of the voucher list"), max_length=8, choices=VoucherOrder, default=VoucherOrder.HEADING
    )

    class Meta:
        verbose_name = _("funding source")
        verbose_name_plural = _("funding sources")
        ordering = ["slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.abbreviation or self.name


class FundingSourceAlias(NaturalKey):
    """Another name of a funding source: BWI is also written WBI (A3)."""

    natural_key_fields = ["source__slug", "name"]

    source = models.ForeignKey(FundingSource, models.CASCADE, related_name="aliases", verbose_name=_("funding source"))
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("alias of a funding source")
        verbose_name_plural = _("aliases of funding sources")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "name"],
                name="partnerships_source_alias_once",
                violation_error_code="name",
                violation_error_message=_("The funding source has this alias already."),
            )
        ]

    def __str__(self):
        return self.name


class PartnershipFunding(Span, NaturalKey):
    """That a source pays for a partnership: as its main money, or on top of it (A2, A3)."""

    natural_key_fields = ["partnership__slug", "source__slug"]

    class Purpose(models.TextChoices):
        MAIN = "main", _("main source")
        TOP_UP = "top_up", _("on top of the main source")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="funding", verbose_name=_("partnership"))
    source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="partnerships", verbose_name=_("funding source")
    )
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding of a partnership")
        verbose_name_plural = _("funding of partnerships")
        ordering = ["partnership", "purpose", "source"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["partnership", "source"],
                name="partnerships_funding_once",
                violation_error_code="source",
                violation_error_message=_("The partnership has this funding source already."),
            ),
        ]

    def __str__(self):
        return f"{self.source}: {self.get_purpose_display()}"


class FundingRequestQuerySet(ScopedQuerySet):
    """Questions about funding requests."""

    def asked_for(self, programme: Programme) -> Self:
        """Return the requests for a programme; those that name none yet count to the partnership's last one."""
        named = models.Q(programme=programme) | models.Q(grant__programme=programme)
        later = Programme.objects.filter(partnership=programme.partnership_id, starts_on__gt=programme.starts_on)
        open_ones = models.Q(programme=None, grant=None, partnership=programme.partnership_id)
        return self.filter(named if later.exists() else named | open_ones)


class FundingRequest(Slugged):
    """Money that is asked for. Until it is granted it is not yet a budget (A26)."""

    class State(models.TextChoices):
        SOUGHT = "sought", _("sought")
        SUBMITTED = "submitted", _("submitted")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="funding_requests", verbose_name=_("partnership")
    )
    source = models.ForeignKey(FundingSource, models.PROTECT, related_name="requests", verbose_name=_("funding source"))
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="funding_requests",
        verbose_name=_("programme"),
        help_text=_("Where the programme that the money is for is known."),
    )
    side = models.CharField(_("for work on the"), max_length=7, choices=Side, blank=True, default="")
    purpose = models.CharField(_("purpose"), max_length=250)
    state = models.CharField(_("state"), max_length=9, choices=State)
    amount = models.DecimalField(
        _("amount in euro"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision_note = models.CharField(_("reason of the decision"), max_length=250, blank=True, default="")
    state_on = models.DateField(_("in this state since"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = FundingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding request")
        verbose_name_plural = _("funding requests")
        ordering = ["partnership", "slug"]
        constraints = [
            precision_matches("state_on", "precision", name="partnerships_request_precision"),
            models.CheckConstraint(
                name="partnerships_request_amount",
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0),
                violation_error_code="amount",
                violation_error_message=_("The amount is more than zero."),
            ),
            dates_in_order("partnerships_request_dates_in_order", starts="submitted_on", ends="decided_on"),
            models.CheckConstraint(
                name="partnerships_request_refusal",
                condition=~models.Q(state="refused") | ~models.Q(decision_note=""),
                violation_error_code="decision_note",
                violation_error_message=_("Say why the request is refused."),
            ),
        ]

    def __str__(self):
        return self.purpose

    def clean(self) -> None:
        """Refuse a programme of another partnership, and a grant beside a request that is not granted."""
        super().clean()
        errors: dict[str, Any] = {}
        if self.programme and self.programme.partnership_id != self.partnership_id:
            errors["programme"] = _("“%(row)s” belongs to another partnership.") % {"row": self.programme}
        if self.pk and self.state != self.State.GRANTED and hasattr(self, "grant"):
            errors["state"] = _("A grant answers this request: it stays granted.")
        if errors:
            raise ValidationError(errors)
