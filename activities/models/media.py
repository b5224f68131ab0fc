"""Photos and documents of log entries; each is served through a view that asks `visible_to`."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from activities.models.log import LogEntry
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.stored_file import StoredFile, stored_name


class FileQuerySet(ScopedQuerySet):
    """Files that hang on a log entry."""

    partnership_path = "log_entry__activity__partnership"


class PhotoQuerySet(FileQuerySet):
    """Questions about photos."""

    def shown(self) -> Self:
        """Return the photos that show inside the portal: no consent was taken back, and a second person approved.

        Only a photo of a place that must not be found waits for a second person.
        """
        waiting = models.Q(log_entry__activity__place__is_confidential=True, approved_by__isnull=True)
        return self.filter(consent_withdrawn_on__isnull=True).exclude(waiting)

    def standing(self) -> Self:
        """Return the photos of standing entries; consent is asked of each (Photo.may_be_published).

        A picture of a place that must not be found could give the place away, whoever agreed to be in it.
        """
        standing = self.filter(log_entry__withdrawn_at__isnull=True, consent_withdrawn_on__isnull=True)
        return standing.exclude(log_entry__activity__place__is_confidential=True)

    def publishable(self) -> Self:
        """Return the photos that may leave the portal."""
        return self.standing().exclude(consent=Photo.Consent.MISSING)


class Photo(StoredFile):
    """A photo, re-encoded without metadata, with what the people in it agreed to."""

    class Consent(models.TextChoices):
        NOBODY = "nobody", _("nobody can be recognised")
        GIVEN = "given", _("everybody who can be recognised agreed")
        MISSING = "missing", _("not asked yet: keep it inside the portal")

    log_entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="photos", verbose_name=_("log entry"))
    thumbnail = models.FileField(_("thumbnail"), upload_to=stored_name, max_length=200, editable=False)
    width = models.PositiveIntegerField(_("width in pixels"), editable=False, default=0)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False, default=0)
    caption = models.CharField(_("caption"), max_length=250, blank=True, default="")
    consent = models.CharField(_("consent"), max_length=7, choices=Consent, default=Consent.MISSING)
    consented_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_withdrawn_on = models.DateField(_("agreement taken back on"), null=True, blank=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["log_entry", "pk"]
        constraints = [
            models.CheckConstraint(
                name="activities_photo_second_person",
                condition=models.Q(approved_by__isnull=True, approved_at__isnull=True)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False, added_by__isnull=True)
                | (
                    models.Q(approved_by__isnull=False, approved_at__isnull=False)
                    & ~models.Q(approved_by=models.F("added_by"))
                ),
                violation_error_code="approved_by",
                violation_error_message=_("Somebody else than who added the photo approves it."),
            ),
            models.CheckConstraint(
                name="activities_photo_consent_has_a_day",
                condition=~models.Q(consent="given") | models.Q(consented_on__isnull=False),
                violation_error_code="consented_on",
                violation_error_message=_("Say on which day they agreed."),
            ),
        ]

    @property
    def may_be_published(self) -> bool:
        """Whether it may leave the portal: in a report or on a public page."""
        return self.consent != self.Consent.MISSING and self.consent_withdrawn_on is None

    @property
    def waits(self) -> bool:
        """Whether it waits for a second person, as a photo of a place that must not be found does."""
        place = self.log_entry.activity.place
        return place is not None and place.is_confidential and self.approved_by_id is None

    @property
    def is_shown(self) -> bool:
        """Whether it shows inside the portal (see `PhotoQuerySet.shown`)."""
        return self.consent_withdrawn_on is None and not self.waits


class Document(StoredFile):
    """A document that belongs to a log entry: a programme, an attendance list without names, a folder."""

    log_entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="documents", verbose_name=_("log entry"))
    title = models.CharField(_("title"), max_length=200, blank=True, default="")

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["log_entry", "pk"]
