"""Organisations, the people and places around a partnership."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.municipality import Municipality, Side, coordinates_known
from partnerships.models.partnership import Partnership, PartnershipMunicipality, ScopedQuerySet
from portal.ground.dates import Span
from portal.ground.natural import NaturalKey, NaturalKeyQuerySet, Slugged


class LocatedQuerySet(NaturalKeyQuerySet):
    """Questions about what lies in a municipality."""

    def local_to(self, partnerships: models.QuerySet, *chosen: int | None) -> LocatedQuerySet:
        """Return what partnerships may name: what lies in a municipality of theirs, of no partnership, or in none.

        What only another partnership has is left out: its names would tell what happens there. `chosen` are the keys
        of rows that are named already.
        """
        sides = PartnershipMunicipality.objects.all()
        own = sides.filter(partnership__in=partnerships)
        return self.filter(
            models.Q(municipality=None)
            | models.Q(municipality__in=own.values("municipality"))
            | ~models.Q(municipality__in=sides.values("municipality"))
            | models.Q(pk__in=[pk for pk in chosen if pk])
        )


class OrganisationQuerySet(LocatedQuerySet):
    """Questions about organisations."""

    def local_to(self, partnerships: models.QuerySet, *chosen: int | None) -> LocatedQuerySet:
        """Return the same, and those that have a role in the partnerships wherever they are."""
        roles = OrganisationRole.objects.filter(partnership__in=partnerships).values_list("organisation", flat=True)
        return super().local_to(partnerships, *chosen, *roles)


class Place(Slugged):
    """Where something happens. A confidential place is known by its municipality and nothing finer."""

    name = models.CharField(_("name"), max_length=150)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="places", verbose_name=_("municipality")
    )
    district = models.CharField(_("district"), max_length=100, blank=True, default="")
    is_confidential = models.BooleanField(_("must not be found"), default=False)
    address = models.CharField(_("address"), max_length=250, blank=True, default="")
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    is_public = models.BooleanField(
        _("on the public map"),
        default=False,
        help_text=_("Everybody may read what it is, where it is, and what was released of what happens there."),
    )

    objects = LocatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="partnerships_place_confidential",
                condition=models.Q(is_confidential=False)
                | models.Q(address="", district="", latitude__isnull=True, longitude__isnull=True),
                violation_error_code="is_confidential",
                violation_error_message=_(
                    "A place that must not be found has no address, no district and no coordinates here."
                ),
            ),
            models.CheckConstraint(
                name="partnerships_place_public",
                condition=models.Q(is_confidential=False) | models.Q(is_public=False),
                violation_error_code="is_public",
                violation_error_message=_("A place that must not be found is on no public map."),
            ),
            coordinates_known("partnerships_place_coordinates"),
        ]

    def __str__(self):
        return str(self.municipality) if self.is_confidential else self.name


class Organisation(Slugged):
    """An association, public service or institution; known under one name or several."""

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("association")
        PUBLIC_SERVICE = "public_service", _("public service")
        MUNICIPAL_SERVICE = "municipal_service", _("municipal service")
        NGO = "ngo", _("non-governmental organisation")
        CULTURE = "culture", _("cultural institution")
        INITIATIVE = "initiative", _("public initiative")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=17, choices=Kind)
    municipality = models.ForeignKey(
        Municipality,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("municipality"),
    )
    website = models.URLField(_("website"), blank=True, default="")
    place = models.ForeignKey(
        Place,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("works from"),
        help_text=_("An organisation that works from a place that must not be found is on no map."),
    )
    is_public = models.BooleanField(
        _("on the public map"),
        default=False,
        help_text=_("Everybody may read its name, where it works from and what it does in a partnership."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["slug"]

    def __str__(self):
        return self.name

    def clean(self) -> None:
        """Keep an organisation off the public map that works from a place that must not be found."""
        super().clean()
        if self.is_public and self.place and self.place.is_confidential:
            sentence = _("It works from a place that must not be found, so it is on no public map.")
            raise ValidationError({"is_public": ValidationError(sentence, code="confidential")})


class OrganisationAlias(NaturalKey):
    """Another name, or another spelling, of an organisation."""

    natural_key_fields = ["organisation__slug", "name"]

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="aliases", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("alias of an organisation")
        verbose_name_plural = _("aliases of organisations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="partnerships_organisation_alias_once",
                violation_error_code="name",
                violation_error_message=_("The organisation has this alias already."),
            )
        ]

    def __str__(self):
        return self.name


class OrganisationRole(Span, NaturalKey):
    """What an organisation does in a partnership, and from when to when."""

    natural_key_fields = ["organisation__slug", "partnership__slug", "role"]

    class Role(models.TextChoices):
        PARTNER = "partner", _("local partner")
        FUNDER = "funder", _("funds")
        MANAGER = "manager", _("manages")
        TEACHER = "teacher", _("responsible for the curriculum")
        EXAMINER = "examiner", _("responsible for the exams")
        HOST = "host", _("hosts")
        CIVIL_SOCIETY = "civil_society", _("civil-society partner")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="roles", verbose_name=_("organisation"))
    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="organisation_roles", verbose_name=_("partnership")
    )
    role = models.CharField(_("role"), max_length=13, choices=Role)
    side = models.CharField(_("side"), max_length=7, choices=Side)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of an organisation")
        verbose_name_plural = _("roles of organisations")
        ordering = ["partnership", "organisation", "role"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "partnership", "role", "starts_on"],
                name="partnerships_organisation_role_once",
                violation_error_code="role",
                violation_error_message=_("The organisation has this role from that day already."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "partnership", "role"],
                condition=models.Q(starts_on__isnull=True),
                name="partnerships_organisation_role_undated_once",
                violation_error_code="role",
                violation_error_message=_("The organisation has this role already, without a first day."),
            ),
        ]

    def __str__(self):
        return f"{self.organisation}: {self.get_role_display()}"


class HostEvent(Slugged):
    """A festival or event of somebody else, inside which an activity or a showing takes place."""

    name = models.CharField(_("name"), max_length=150)
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="host_events", verbose_name=_("municipality")
    )
    is_recurring = models.BooleanField(_("recurring"), default=False)

    objects = LocatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("host event")
        verbose_name_plural = _("host events")
        ordering = ["slug"]

    def __str__(self):
        return self.name


class Appointment(Span, NaturalKey):
    """A person in charge on one side of a partnership (B31)."""

    natural_key_fields = ["partnership__slug", "municipality__slug", "function", "person"]

    class Function(models.TextChoices):
        COORDINATOR = "coordinator", _("coordinator")
        ELECTED = "elected", _("elected official")
        OTHER = "other", _("other")

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="appointments", verbose_name=_("partnership")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="appointments", verbose_name=_("municipality")
    )
    function = models.CharField(_("function"), max_length=11, choices=Function)
    person = models.CharField(_("person"), max_length=100)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("person in charge")
        verbose_name_plural = _("people in charge")
        ordering = ["partnership", "person"]
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["partnership", "municipality", "function", "person"],
                name="partnerships_appointment_once",
                violation_error_code="person",
                violation_error_message=_("This person has this function already."),
            ),
        ]

    def __str__(self):
        return f"{self.person} ({self.get_function_display()})"
