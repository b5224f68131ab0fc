"""What the public reads about an activity: a text that one person proposes and another releases."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.activity import Activity
from activities.models.media import Photo
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.natural import NaturalKey


class PublicTextQuerySet(ScopedQuerySet):
    """Questions about public texts."""

    partnership_path = "activity__partnership"

    def public(self) -> Self:
        """Return the texts that anybody may read now."""
        return super().public().filter(state=PublicText.State.RELEASED)

    def open(self) -> Self:
        """Return the texts that wait for a second person."""
        return self.filter(state=PublicText.State.PROPOSED)


class PublicText(NaturalKey):
    """A title and a text about an activity, with photos, as they are or were shown to the public.

    It is a copy: what is changed in the activity later shows nowhere before it is proposed and released again. What
    the two municipalities had published before the portal comes with the reference data, and has no persons here.
    """

    natural_key_fields = ["activity__slug", "number"]

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for its release")
        RELEASED = "released", _("released: everybody can read it")
        REPLACED = "replaced", _("replaced by a newer text")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Origin(models.TextChoices):
        PORTAL = "portal", _("written in the portal")
        PUBLISHED = "published", _("published by the municipality before")

    activity = models.ForeignKey(
        Activity, models.CASCADE, related_name="public_texts", verbose_name=_("activity"), editable=False
    )
    number = models.PositiveSmallIntegerField(_("order"), editable=False)
    # Stands in the address of the public page, so it tells no more than the released title.
    slug = models.SlugField(_("short name"), max_length=80, editable=False)
    title = models.CharField(_("public title"), max_length=200)
    text = models.TextField(_("public text"))
    photos = models.ManyToManyField(Photo, blank=True, related_name="public_texts", verbose_name=_("photos"))
    # {number of a photo: SHA-256 of its file} as released: another file under the same number was not.
    seals = models.JSONField(_("released files"), default=dict, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PROPOSED, editable=False)
    origin = models.CharField(_("origin"), max_length=9, choices=Origin, default=Origin.PORTAL, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
        editable=False,
    )
    # Whoever wrote a version of it: none of them is the second person.
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("written by"), editable=False
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("released by"),
        editable=False,
    )
    released_at = models.DateTimeField(_("released at"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    reason = models.TextField(_("why it is withdrawn"), blank=True, default="", editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = PublicTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("public text")
        verbose_name_plural = _("public texts")
        ordering = ["activity", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "number"],
                name="activities_public_text_number",
                violation_error_code="number",
                violation_error_message=_("Another public text of this activity has this number."),
            ),
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(state="released"),
                name="activities_public_text_one_released",
                violation_error_code="state",
                violation_error_message=_("Another text of this activity is released already."),
            ),
            models.UniqueConstraint(
                fields=["activity"],
                condition=Q(state="proposed"),
                name="activities_public_text_one_proposed",
                violation_error_code="state",
                violation_error_message=_("Another text of this activity waits for its release already."),
            ),
            models.CheckConstraint(
                name="activities_public_text_two_people",
                condition=~Q(state="released")
                | Q(origin="published")
                | Q(proposed_by__isnull=False, released_by__isnull=False) & ~Q(proposed_by=F("released_by")),
                violation_error_code="released_by",
                violation_error_message=_("Somebody else than who wrote a text releases it."),
            ),
        ]

    def __str__(self):
        return self.title

    def pictures(self) -> list[Photo]:
        """Return the photos that were released with it and may still be shown, oldest first.

        It asks for each what may change afterwards: consent, the entry, the place, and the file itself.
        """
        photos = Photo.objects.publishable().filter(public_texts=self, log_entry__activity=self.activity_id)
        return [photo for photo in photos.order_by("pk") if self.seals.get(str(photo.pk)) == photo.sha256]
