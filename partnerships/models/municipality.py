"""Municipalities, and the two sides of a partnership."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ground.natural import Slugged


class Side(models.TextChoices):
    """The two sides of a partnership: where something happens, and who does it."""

    HOME = "home", _("Belgian side")
    PARTNER = "partner", _("Moroccan side")


def coordinates_known(name: str) -> models.CheckConstraint:
    """Return the rule that a point has both coordinates or none, and lies on the earth."""
    return models.CheckConstraint(
        name=name,
        # A check with an unknown value passes, so both are asked for by name.
        condition=models.Q(latitude__isnull=True, longitude__isnull=True)
        | models.Q(
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=(-90, 90),
            longitude__range=(-180, 180),
        ),
        violation_error_code="latitude",
        violation_error_message=_(
            "Give both coordinates: the latitude between -90 and 90, the longitude between -180 and 180."
        ),
    )


class Municipality(Slugged):
    """A municipality in Belgium or Morocco, and the point at which a map names it."""

    class Country(models.TextChoices):
        BELGIUM = "BE", _("Belgium")
        MOROCCO = "MA", _("Morocco")

    name = models.CharField(_("name"), max_length=100)
    country = models.CharField(_("country"), max_length=2, choices=Country)
    iati_identifier = models.CharField(
        _("IATI identifier of the organisation"),
        max_length=80,
        blank=True,
        default="",
        validators=[
            RegexValidator(
                r"\A[A-Z]{2}-[A-Z0-9_]+-[A-Za-z0-9._-]+\Z",
                _("Write the country, the register and the number in it, with hyphens between them."),
            )
        ],
        help_text=_("The register and the number in it. Who publishes aid data is known by it."),
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["slug"]
        constraints = [coordinates_known("partnerships_municipality_coordinates")]

    def __str__(self):
        return self.name
