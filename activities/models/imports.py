"""Spreadsheets that are on their way in, and what the columns of a municipality's own spreadsheets mean."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.stored_file import stored_name


class SheetImportQuerySet(ScopedQuerySet):
    """Imports. What somebody brings in is seen by that person alone."""

    def visible_to(self, user) -> Self:
        return super().visible_to(user).filter(actor=user.pk)


class SheetImport(models.Model):
    """A spreadsheet from the moment it is sent until its rows are written; the file is kept no longer than that."""

    class Kind(models.TextChoices):
        EXPENSES = "expenses", _("expenses")
        BUDGET = "budget", _("budget lines")

    class State(models.TextChoices):
        MAPPING = "mapping", _("columns to choose")
        CHECKING = "checking", _("being checked")
        READY = "ready", _("checked, nothing written yet")
        WRITING = "writing", _("being written")
        DONE = "done", _("written")
        FAILED = "failed", _("could not be read")

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", verbose_name=_("partnership"))
    kind = models.CharField(_("what the rows are"), max_length=8, choices=Kind, default=Kind.EXPENSES)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.MAPPING)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    file = models.FileField(_("file"), upload_to=stored_name, max_length=200, blank=True, default="")
    verdicts = models.FileField(_("verdicts"), upload_to=stored_name, max_length=200, blank=True, default="")
    name = models.CharField(_("name of the file"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, default="")
    headings = models.JSONField(_("headings"), default=list)
    samples = models.JSONField(_("first values"), default=list)
    # The name of our field for each column of the file, "" for a column that is left out.
    columns = models.JSONField(_("columns"), default=list)
    # {name of our field: text} of what holds for every row, where no column says it.
    constants = models.JSONField(_("the same for all rows"), default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    fingerprint = models.CharField(_("fingerprint of the preview"), max_length=64, blank=True, default="")
    note = models.TextField(_("note"), blank=True, default="")
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    asked_at = models.DateTimeField(_("started at"), null=True, blank=True)

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of a spreadsheet")
        verbose_name_plural = _("imports of spreadsheets")
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return self.name

    @property
    def is_running(self) -> bool:
        """Whether the background work on it is not finished."""
        return self.state in {self.State.CHECKING, self.State.WRITING}


class SheetColumnQuerySet(ScopedQuerySet):
    """What columns mean."""


class SheetColumn(models.Model):
    """What a heading in the spreadsheets of a partnership means; remembered from the last import."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", verbose_name=_("partnership"))
    kind = models.CharField(_("what the rows are"), max_length=8, choices=SheetImport.Kind)
    heading = models.CharField(_("heading"), max_length=200)
    # Which of several columns under the same heading.
    number = models.PositiveSmallIntegerField(_("number"), default=1, validators=[MinValueValidator(1)])
    field = models.CharField(_("field"), max_length=40, blank=True, default="")

    objects = SheetColumnQuerySet.as_manager()

    class Meta:
        verbose_name = _("known column of spreadsheets")
        verbose_name_plural = _("known columns of spreadsheets")
        ordering = ["partnership", "kind", "heading", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "kind", "heading", "number"],
                name="activities_sheet_column_once",
                violation_error_code="heading",
                violation_error_message=_("This heading is known already."),
            )
        ]

    def __str__(self):
        return self.heading
