"""Municipalities, and the two sides of a partnership."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ground.natural import Slugged


class Side(models.TextChoices):
    """The two sides of a partnership: where something happens, and who does it."""

    HOME = "home", _("Belgian side")
    PARTNER = "partner", _("Moroccan side")


class Municipality(Slugged):
    """A municipality in Belgium or Morocco."""

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

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["slug"]

    def __str__(self):
        return self.name
