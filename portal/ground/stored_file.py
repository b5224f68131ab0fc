"""A file as the portal keeps it: under a name that tells nothing, with what people called it in its row."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.db import models
from django.utils.translation import gettext_lazy as _


def stored_name(instance: models.Model, filename: str) -> str:
    """Return a name that says nothing about the file but its kind; what people called it stays in the row."""
    return f"{instance._meta.model_name}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


class StoredFile(models.Model):
    """A file as it was accepted: its name, its kind, its size in bytes and its SHA-256."""

    file = models.FileField(_("file"), upload_to=stored_name, max_length=200)
    original_name = models.CharField(_("name of the file"), max_length=150, editable=False, default="")
    content_type = models.CharField(_("kind of file"), max_length=50, editable=False, default="")
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False, default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False, default="")
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.original_name
