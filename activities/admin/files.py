"""Files in the administration: accepted by the same rules as everywhere, shown by the view that asks who looks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import OwnPartnershipForm
from portal.ground.uploads import AcceptedFile, accept_document, accept_photo


class StoredFileForm(OwnPartnershipForm):
    """A row with a file, which is checked by its content."""

    accept = staticmethod(accept_document)
    accepted: AcceptedFile | None = None

    def clean_file(self) -> Any:
        """Return the accepted file, or the one that is there."""
        upload = self.cleaned_data["file"]
        if not isinstance(upload, UploadedFile):
            return upload
        self.accepted = self.accept(upload)
        return self.accepted.columns()["file"]

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.accepted:
            for name, value in self.known().items():
                setattr(self.instance, name, value)

    def known(self) -> dict[str, Any]:
        """Return what is known of the accepted file, by column."""
        return {name: value for name, value in self.accepted.columns().items() if name != "file"}


class PhotoForm(StoredFileForm):
    """A photo, re-encoded without metadata."""

    accept = staticmethod(accept_photo)

    def known(self) -> dict[str, Any]:
        """Return what is known of the photo, its thumbnail included."""
        photo = self.accepted
        thumbnail = ContentFile(photo.thumbnail, name="thumbnail.jpg")
        drawn = {"thumbnail": thumbnail, "width": photo.width, "height": photo.height}
        # Another file is another photo: a second person looks at it anew.
        return super().known() | drawn | {"added_by": self.actor, "approved_by": None, "approved_at": None}


class StoredFileMixin:
    """A link to the view that serves the file, and the field for a new one only for who may send it."""

    form = StoredFileForm
    readonly_fields = ["stored"]
    file_fields = ["file", "stored"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave the field for a file out of pages that are only read."""
        fields = list(super().get_fields(request, obj))
        if self.has_change_permission(request, obj) or (obj is None and self.has_add_permission(request)):
            return fields
        return [name for name in fields if name != "file"]

    @admin.display(description=_("stored file"))
    def stored(self, row: models.Model) -> SafeString | str:
        """Return a link to the file."""
        if not row.pk or not row.file:
            return "–"
        address = reverse(f"activities:{row._meta.model_name}", args=[row.pk])
        return format_html('<a href="{}" dir="auto">{}</a>', address, row.original_name or row)
