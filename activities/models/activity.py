"""Activities: what the partners do, or think of doing."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Course, EvaluationForm, TargetGroup
from partnerships.models import (
    HostEvent,
    ObservedOutcome,
    Organisation,
    Outcome,
    Partnership,
    Place,
    Programme,
    Side,
)
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.constraints import NoCycle
from portal.ground.dates import Span, overlapping
from portal.ground.natural import NaturalKey, Slugged


class Status(models.TextChoices):
    """How far an activity is, and to which statuses it may go from there."""

    IDEA = "idea", _("idea")
    UNDER_STUDY = "under_study", _("under study")
    PLANNED = "planned", _("planned")
    ONGOING = "ongoing", _("ongoing")
    DELAYED = "delayed", _("delayed")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")

    @property
    def next(self) -> list[Status]:
        """The statuses to which an activity may go from this one."""
        return [Status(value) for value in TRANSITIONS[self.value]]


TRANSITIONS = {
    "idea": ["under_study", "planned", "cancelled"],
    "under_study": ["idea", "planned", "cancelled"],
    "planned": ["ongoing", "delayed", "done", "cancelled"],
    "ongoing": ["delayed", "done", "cancelled"],
    "delayed": ["planned", "ongoing", "done", "cancelled"],
    "done": ["ongoing"],
    "cancelled": ["idea", "planned"],
}


class Theme(Slugged):
    """A subject of the work, by which pages and the map are filtered."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["slug"]

    def __str__(self):
        return self.name


# What has no date comes last. The order says so itself, because the engines disagree on where NULL stands.
NEWEST_FIRST = (IsNull(F("starts_on"), True).asc(), F("starts_on").desc(), F("id").desc())


class ActivityQuerySet(ScopedQuerySet):
    """Questions about activities."""

    def during(self, starts_on: dt.date, ends_on: dt.date) -> Self:
        """Return the activities whose span shares a day with the window, both ends included."""
        return self.filter(overlapping(starts_on, ends_on))

    def overdue(self, on: dt.date) -> Self:
        """Return the activities that were to be over before a day and are not; an end known to a month is its last."""
        return self.filter(status__in=[Status.PLANNED, Status.ONGOING, Status.DELAYED], ends_on__lt=on)


class Activity(Span, Slugged):
    """Something that the partners do, or think of doing."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("training")
        WORKSHOP = "workshop", _("workshop")
        EQUIPMENT = "equipment", _("equipment")
        WORKS = "works", _("works")
        INVESTMENT = "investment", _("investment")
        CAMPAIGN = "campaign", _("campaign")
        AWARENESS = "awareness", _("awareness raising")
        EVENT = "event", _("event")
        STUDY_VISIT = "study_visit", _("study visit")
        STUDY = "study", _("study")
        SERVICE = "service", _("service for people")
        PRODUCTION = "production", _("production of a work")
        SUPPORT = "support", _("support and guidance")

    class Initiator(models.TextChoices):
        BENEFICIARIES = "beneficiaries", _("the beneficiaries themselves")
        HOME = "home", _("the Belgian municipality")
        PARTNER = "partner", _("the Moroccan municipality")
        TOGETHER = "together", _("both municipalities")
        ORGANISATION = "organisation", _("an organisation")

    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="activities", verbose_name=_("partnership")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("programme")
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("public summary"), blank=True, default="")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    side = models.CharField(_("place of work"), max_length=7, choices=Side)
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.IDEA)
    status_note = models.TextField(_("why it has this status"), blank=True, default="")
    initiated_by = models.CharField(_("initiated by"), max_length=13, choices=Initiator, blank=True, default="")
    is_recurring = models.BooleanField(_("recurring"), default=False)
    is_flagship = models.BooleanField(_("best known to the public"), default=False)
    part_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="parts", verbose_name=_("part of activity")
    )
    host_event = models.ForeignKey(
        HostEvent, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("inside the event")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("place")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="activities", verbose_name=_("themes"))
    target_groups = models.ManyToManyField(
        TargetGroup, blank=True, related_name="activities", verbose_name=_("target groups")
    )
    organisations = models.ManyToManyField(
        Organisation,
        through="ActivityOrganisation",
        blank=True,
        related_name="activities",
        verbose_name=_("organisations"),
    )
    course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("gives the course")
    )
    evaluation_form = models.ForeignKey(
        EvaluationForm,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("evaluated by the form"),
    )
    outcome = models.ForeignKey(
        Outcome, models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("outcome")
    )
    observed_outcomes = models.ManyToManyField(
        ObservedOutcome, blank=True, related_name="activities", verbose_name=_("observed outcomes")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = NEWEST_FIRST
        # The partnership is in it so that a list asks its scope of the index alone.
        indexes = [models.Index(*NEWEST_FIRST, "partnership", name="activity_newest")]
        constraints = [
            *Span.Meta.constraints,
            NoCycle(
                name="activities_activity_no_cycle",
                parent="part_of",
                violation_error_code="part_of",
                violation_error_message=_("An activity is no part of itself, nor of one of its own parts."),
            ),
        ]

    def __str__(self):
        return self.title

    def clean(self) -> None:
        """Refuse a result of another programme than the activity's own, and a form of another partnership."""
        super().clean()
        if self.evaluation_form and self.evaluation_form.partnership_id != self.partnership_id:
            sentence = _("This belongs to another partnership.")
            raise ValidationError({"evaluation_form": ValidationError(sentence, code="partnership")})
        if self.outcome and self.outcome.programme_id not in {None, self.programme_id}:
            sentence = _("This result belongs to another programme.")
            raise ValidationError({"outcome": ValidationError(sentence, code="programme")})


class ActivityOrganisation(NaturalKey):
    """What an organisation does in an activity."""

    natural_key_fields = ["activity__slug", "organisation__slug"]

    class Role(models.TextChoices):
        PARTNER = "partner", _("takes part")
        HOST = "host", _("hosts")
        EXHIBITOR = "exhibitor", _("shows its work")
        AUDIENCE = "visited", _("is visited")
        VISITOR = "visitor", _("visits")
        TRAINER = "trainer", _("trains")
        BENEFITS = "benefits", _("benefits")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="organisation_roles", verbose_name=_("activity")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="activity_roles", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=9, choices=Role)

    class Meta:
        verbose_name = _("organisation in an activity")
        verbose_name_plural = _("organisations in activities")
        ordering = ["activity", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organisation"],
                name="activities_organisation_once",
                violation_error_code="organisation",
                violation_error_message=_("The organisation is in this activity already."),
            )
        ]

    def __str__(self):
        return f"{self.organisation}: {self.get_role_display()}"
