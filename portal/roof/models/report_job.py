"""Reports on their way, and those that were made."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.stored_file import stored_name
from portal.roof.models.snapshot import Snapshot


class ReportJob(models.Model):
    """A report from the moment it is asked for; once it is made its file stays, byte for byte."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for its turn")
        MAKING = "making", _("being made")
        DONE = "done", _("made")
        FAILED = "failed", _("could not be made")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("no longer kept: ask for it again")
        REMOVED = "removed", _("removed: something in it may no longer be shown")

    class Step(models.TextChoices):
        DATA = "data", _("The data are being gathered.")
        PAGES = "pages", _("The pages are being set.")
        FILE = "file", _("The file is being written.")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", verbose_name=_("partnership"))
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("frozen report")
    )
    # What was asked for, as the service takes it; the key is the same only for the same report.
    asked = models.JSONField(_("asked for"), default=dict)
    key = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    step = models.CharField(_("step"), max_length=5, choices=Step, blank=True, default="")
    page = models.PositiveIntegerField(_("page being set"), default=0)
    chapter = models.CharField(_("chapter"), max_length=200, blank=True, default="")
    percent = models.PositiveSmallIntegerField(_("per cent"), default=0)
    askers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("asked for by"))
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    heard_at = models.DateTimeField(_("last heard of at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), null=True, blank=True)
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200, blank=True, default="")
    name = models.CharField(_("name of the file"), max_length=150, blank=True, default="")
    ascii_name = models.CharField(_("name of the file in ASCII"), max_length=150, blank=True, default="")
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, default="")
    # The photos in the file: when one of them may no longer be shown, the file goes.
    photos = models.JSONField(_("photos"), default=list)
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report that was asked for")
        verbose_name_plural = _("reports that were asked for")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # Two people who ask for the same report at once get one.
            models.UniqueConstraint(
                fields=["partnership", "key"],
                condition=models.Q(state__in=["waiting", "making"]),
                name="roof_report_job_once",
                violation_error_code="key",
                violation_error_message=_("This report is being made already."),
            )
        ]

    def __str__(self):
        return self.name or f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_running(self) -> bool:
        """Whether it is not finished yet."""
        return self.state in {self.State.WAITING, self.State.MAKING}
