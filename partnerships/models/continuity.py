"""What goes on after the programme, or ends: posts that are taken over, calls for initiatives, closures."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Round
from django.utils.translation import gettext_lazy as _

from partnerships.models.actors import Organisation
from partnerships.models.funding import FundingSource
from partnerships.models.municipality import Side
from partnerships.models.partnership import Partnership, ScopedQuerySet
from partnerships.models.programme import Programme
from portal.ground.dates import Precision, Span, format_date, precision_matches
from portal.ground.money import MAX_AMOUNT
from portal.ground.natural import NaturalKey, Slugged


class Post(Span, Slugged):
    """A post that the programme pays until its end date, and who takes it over then."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="posts", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("programme")
    )
    side = models.CharField(_("side"), max_length=7, choices=Side)
    title = models.CharField(_("title"), max_length=150)
    paid_by = models.ForeignKey(
        FundingSource, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("paid by")
    )
    taken_over_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("taken over by")
    )
    taken_over_on = models.DateField(_("taken over on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    text = models.TextField(_("how it is handed over"), blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("post paid by the programme")
        verbose_name_plural = _("posts paid by the programme")
        ordering = ["partnership", "starts_on", "slug"]
        constraints = [
            *Span.Meta.constraints,
            precision_matches("taken_over_on", "precision", name="partnerships_post_precision"),
        ]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the day on which somebody took it over, in the active language."""
        return format_date(self.taken_over_on, self.precision)


def _amount(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0, amount__lte=MAX_AMOUNT),
        violation_error_code="amount",
        violation_error_message=_("Give an amount above zero, in euro."),
    )


class Call(Span, Slugged):
    """A call for initiatives: how many came in, and how many were chosen."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="calls", verbose_name=_("partnership"))
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("programme")
    )
    source = models.ForeignKey(
        FundingSource, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("paid by")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    submitted = models.PositiveIntegerField(_("submitted"), null=True, blank=True)
    chosen = models.PositiveIntegerField(_("chosen"), null=True, blank=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("call for initiatives")
        verbose_name_plural = _("calls for initiatives")
        ordering = ["partnership", "starts_on", "slug"]
        constraints = [
            *Span.Meta.constraints,
            models.CheckConstraint(
                name="partnerships_call_chosen",
                condition=models.Q(chosen__isnull=True)
                | models.Q(submitted__isnull=True)
                | models.Q(chosen__lte=models.F("submitted")),
                violation_error_code="chosen",
                violation_error_message=_("No more initiatives are chosen than were submitted."),
            ),
        ]

    def __str__(self):
        return self.title


class SubGrant(NaturalKey):
    """An initiative that answered a call, and the money that it got."""

    natural_key_fields = ["call__slug", "number"]

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        CHOSEN = "chosen", _("chosen")
        REFUSED = "refused", _("not chosen")

    call = models.ForeignKey(Call, models.CASCADE, related_name="sub_grants", verbose_name=_("call for initiatives"))
    number = models.PositiveSmallIntegerField(_("number"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="sub_grants", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.SUBMITTED)
    amount = models.DecimalField(_("amount in euro"), max_digits=12, decimal_places=2, null=True, blank=True)
    reason = models.TextField(_("why"), blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about sub-grants."""

        partnership_path = "call__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("sub-grant")
        verbose_name_plural = _("sub-grants")
        ordering = ["call", "number"]
        constraints = [
            _amount("partnerships_sub_grant_amount"),
            models.UniqueConstraint(
                fields=["call", "number"],
                name="partnerships_sub_grant_number",
                violation_error_code="number",
                violation_error_message=_("Another initiative of this call has this number."),
            ),
        ]

    def __str__(self):
        return self.title


class Closure(Slugged):
    """The end of a programme, or of a whole partnership: the day, the reason and what is left of the money."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="closures", verbose_name=_("partnership"))
    programme = models.OneToOneField(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="closure",
        verbose_name=_("programme"),
        help_text=_("Left out: the partnership as a whole."),
    )
    closed_on = models.DateField(_("closed on"))
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, default=Precision.DAY)
    reason = models.TextField(_("reason"))
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["partnership", "closed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"],
                condition=models.Q(programme__isnull=True),
                name="partnerships_closure_once",
                violation_error_code="partnership",
                violation_error_message=_("This partnership is closed already."),
            )
        ]

    def __str__(self):
        return f"{self.programme or self.partnership}, {self.date_text}"

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.closed_on, self.precision)


class ClosingBalance(NaturalKey):
    """What was left of one source's money when a programme was closed, and where it went.

    What is left was received and not spent; below zero, the municipality advanced it. Where the sums behind it are
    not known any more, the rest alone is.
    """

    natural_key_fields = ["closure__slug", "source__slug"]

    closure = models.ForeignKey(Closure, models.CASCADE, related_name="balances", verbose_name=_("closure"))
    source = models.ForeignKey(
        FundingSource, models.PROTECT, related_name="closing_balances", verbose_name=_("funding source")
    )
    granted = models.DecimalField(_("granted, in euro"), max_digits=12, decimal_places=2, null=True, blank=True)
    received = models.DecimalField(_("received, in euro"), max_digits=12, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(
        _("spent, without what was rejected, in euro"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    amount = models.DecimalField(_("left, in euro"), max_digits=12, decimal_places=2)
    note = models.CharField(_("what becomes of it"), max_length=250, blank=True, default="")

    class OwnQuerySet(ScopedQuerySet):
        """Questions about closing balances."""

        partnership_path = "closure__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing balance")
        verbose_name_plural = _("closing balances")
        ordering = ["closure", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "source"],
                name="partnerships_closing_balance_once",
                violation_error_code="source",
                violation_error_message=_("This source has a balance in this closure already."),
            ),
            models.CheckConstraint(
                name="partnerships_closing_balance_left",
                condition=models.Q(received__isnull=True)
                | models.Q(spent__isnull=True)
                # Rounded, because SQLite subtracts decimals as floating numbers.
                | models.Q(amount=Round(models.F("received") - models.F("spent"), 2)),
                violation_error_code="amount",
                violation_error_message=_("What is left is what was received without what was spent."),
            ),
        ]

    def __str__(self):
        return f"{self.closure}: {self.source}"
