"""Partnerships between municipalities, their biography, and who may do what in them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.models.municipality import Municipality, Side
from portal.ground.dates import Precision, Span, dates_in_order, format_date, overlapping
from portal.ground.natural import NaturalKey, NaturalKeyQuerySet, Slugged


class Role(models.TextChoices):
    """What a member may do in a partnership; each role includes those before it."""

    VIEWER = "viewer", _("viewer")
    COORDINATOR = "coordinator", _("coordinator")
    OFFICER = "officer", _("officer")

    def includes(self, other: Role) -> bool:
        """Say whether this role may do what `other` may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


class ScopedQuerySet(NaturalKeyQuerySet):
    """Rows that belong to one partnership, reached over `partnership_path`."""

    partnership_path = "partnership"

    def visible_to(self, user) -> Self:
        """Return the rows that `user` may see now: a member's own partnerships, an administrator's all."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        memberships = Membership.objects.filter(user=user).active(timezone.localdate())
        return self.filter(**{f"{self.partnership_path}__in": memberships.values("partnership")})

    def public(self) -> Self:
        """Return the rows of the partnerships that have public pages; a model that releases row by row asks more."""
        return self.filter(**{f"{self.partnership_path}__is_public": True})


class PartnershipQuerySet(ScopedQuerySet):
    """Questions about partnerships."""

    partnership_path = "pk"

    def public(self) -> Self:
        """Return the partnerships that have public pages."""
        return self.filter(is_public=True)


class Partnership(Slugged):
    """A lasting bond between municipalities of Belgium and of Morocco."""

    name = models.CharField(_("name"), max_length=150)
    theme = models.CharField(_("theme"), max_length=200, blank=True, default="")
    objective = models.TextField(_("objective"), blank=True, default="")
    summary = models.TextField(_("public summary"), blank=True, default="")
    is_public = models.BooleanField(
        _("has public pages"),
        default=False,
        help_text=_("Everybody may read what it is, its milestones, and what was released."),
    )
    municipalities = models.ManyToManyField(
        Municipality, through="PartnershipMunicipality", related_name="partnerships", verbose_name=_("municipalities")
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        ordering = ["slug"]

    def __str__(self):
        return self.name


class PartnershipMunicipality(Span, NaturalKey):
    """A municipality on one side of a partnership; a side may have several, and they may change."""

    natural_key_fields = ["partnership__slug", "municipality__slug"]

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="sides", verbose_name=_("partnership"))
    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="sides", verbose_name=_("municipality"))
    side = models.CharField(_("side"), max_length=7, choices=Side)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("municipality of a partnership")
        verbose_name_plural = _("municipalities of partnerships")
        ordering = ["partnership", "side", "municipality"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["partnership", "municipality"],
                name="partnerships_municipality_once",
                violation_error_code="municipality",
                violation_error_message=_("This municipality is in the partnership already."),
            ),
        ]

    def __str__(self):
        return f"{self.municipality} ({self.get_side_display()})"


class PartnershipPeriod(Span, NaturalKey):
    """A stretch of a partnership's life in which it was active or interrupted.

    An end may be unknown while the length is known: B4 tells of two years, without days.
    """

    natural_key_fields = ["partnership__slug", "number"]

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        INTERRUPTED = "interrupted", _("interrupted")
        CLOSED = "closed", _("closed")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="periods", verbose_name=_("partnership"))
    number = models.PositiveSmallIntegerField(_("order"))
    state = models.CharField(_("state"), max_length=12, choices=State)
    months = models.PositiveSmallIntegerField(_("length in months, where known"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("period of a partnership")
        verbose_name_plural = _("periods of partnerships")
        ordering = ["partnership", "number"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["partnership", "number"],
                name="partnerships_period_number",
                violation_error_code="number",
                violation_error_message=_("Another period of this partnership has this number."),
            ),
        ]

    def __str__(self):
        return f"{self.get_state_display()} {self.span_text}".strip()


class Milestone(Slugged):
    """Something that happened once in the life of a partnership."""

    class Kind(models.TextChoices):
        START = "start", _("start")
        RESUMPTION = "resumption", _("resumption")
        RENEWAL = "renewal", _("renewal")
        SUBMISSION = "submission", _("programme submitted")
        STUDY_VISIT = "study_visit", _("study visit")
        INSTITUTION = "institution", _("new institution")
        REGULATION = "regulation", _("regulation")
        FINDING = "finding", _("finding")
        TRAINING = "training", _("training")
        WORKS = "works", _("works and equipment")
        CLOSURE = "closure", _("closure")
        OTHER = "other", _("other")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="milestones", verbose_name=_("partnership")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    happened_on = models.DateField(_("date"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    came_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="led_to", verbose_name=_("came from")
    )
    from_side = models.CharField(_("travelled from"), max_length=7, choices=Side, blank=True, default="")
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("municipality")
    )
    programme = models.ForeignKey(
        "partnerships.Programme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("programme"),
    )
    organisation = models.ForeignKey(
        "partnerships.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("organisation"),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["partnership", "happened_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="partnerships_milestone_precision",
                condition=(models.Q(happened_on__isnull=False) & ~models.Q(precision=""))
                | models.Q(happened_on__isnull=True, precision=""),
                violation_error_code="precision",
                violation_error_message=_("Say how exact the date is, and only where there is a date."),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.happened_on, self.precision)


class MembershipQuerySet(ScopedQuerySet):
    """Questions about memberships."""

    def active(self, on: dt.date) -> Self:
        """Return the memberships that hold on a day."""
        return self.filter(overlapping(on, on))


class Membership(models.Model):
    """What one user may do in one partnership, from one day to another."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="memberships", verbose_name=_("partnership")
    )
    side = models.CharField(_("side"), max_length=7, choices=Side, blank=True, default="")
    role = models.CharField(_("role"), max_length=11, choices=Role)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    reads_notes = models.BooleanField(
        _("writes and reads confidential notes"), default=False, help_text=_("Those of the own side.")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["partnership", "user"]
        constraints = [
            dates_in_order("partnerships_membership_dates_in_order"),
            models.CheckConstraint(
                name="partnerships_membership_notes_side",
                condition=models.Q(reads_notes=False) | ~models.Q(side=""),
                violation_error_code="side",
                violation_error_message=_(
                    "Who reads confidential notes belongs to a side: they are those of one side."
                ),
            ),
            models.UniqueConstraint(
                fields=["user", "partnership", "starts_on"],
                name="partnerships_membership_once",
                violation_error_code="starts_on",
                violation_error_message=_("This person has a role in this partnership from that day already."),
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.partnership} ({self.get_role_display()})"
