"""Works that came of the activities - a film, a map, a plan - and where they were shown."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.log import LogEntry
from partnerships.models import HostEvent, Municipality, Organisation, Partnership, Phase, Place, Side
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import NaturalKey, Slugged


class ProductQuerySet(ScopedQuerySet):
    """Questions about products."""

    def public(self) -> Self:
        """Return the works that anybody may be told of: with the activity that they were made in, or of none."""
        released = Q(activity__isnull=True) | Q(activity__public_texts__state="released")
        return super().public().filter(released)


class Product(Slugged):
    """A work that stays when the activity is over."""

    class Kind(models.TextChoices):
        FILM = "film", _("film")
        PLAN = "plan", _("plan")
        MAP = "map", _("map")
        REGULATION = "regulation", _("regulation")
        ANALYSIS = "analysis", _("analysis")
        STRUCTURE = "structure", _("organisation chart")
        INVENTORY = "inventory", _("inventory")
        OTHER = "other", _("other")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="products", verbose_name=_("partnership"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("description"), blank=True, default="")
    activity = models.ForeignKey(
        Activity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("made in the activity"),
    )
    came_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="led_to", verbose_name=_("came from")
    )
    phase = models.ForeignKey(
        Phase, models.SET_NULL, null=True, blank=True, related_name="products", verbose_name=_("delivered in the phase")
    )
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("municipality")
    )
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["partnership", "finished_on", "slug"]
        constraints = [precision_matches("finished_on", "precision", name="activities_product_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.finished_on, self.precision)


class ShowingQuerySet(ScopedQuerySet):
    """Questions about showings."""

    partnership_path = "product__partnership"


class Showing(NaturalKey):
    """That a product was shown, on one of the sides, perhaps inside somebody else's event."""

    natural_key_fields = ["product__slug", "number"]

    product = models.ForeignKey(Product, models.CASCADE, related_name="showings", verbose_name=_("product"))
    number = models.PositiveSmallIntegerField(_("order"), default=1)
    log_entry = models.ForeignKey(
        LogEntry, models.SET_NULL, null=True, blank=True, related_name="showings", verbose_name=_("log entry")
    )
    side = models.CharField(_("side"), max_length=7, choices=Side)
    shown_on = models.DateField(_("shown on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    venue = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="showings", verbose_name=_("venue")
    )
    place = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="showings", verbose_name=_("place")
    )
    host_event = models.ForeignKey(
        HostEvent, models.PROTECT, null=True, blank=True, related_name="showings", verbose_name=_("inside the event")
    )

    objects = ShowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("showing")
        verbose_name_plural = _("showings")
        ordering = ["product", "number"]
        constraints = [
            precision_matches("shown_on", "precision", name="activities_showing_precision"),
            models.UniqueConstraint(
                fields=["product", "number"],
                name="activities_showing_number",
                violation_error_code="number",
                violation_error_message=_("Another showing of this product has this number."),
            ),
        ]

    def __str__(self):
        return f"{self.product} – {self.get_side_display()}"

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.shown_on, self.precision)
