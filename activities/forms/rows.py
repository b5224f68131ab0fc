"""The rows of a log entry's form, as many as are needed: photos, documents, and what every kind has in common."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.models import Photo
from activities.services import DocumentValues, PhotoValues
from portal.ground import uploads
from portal.ground.field_help import explain
from portal.ground.forms import LineField
from portal.ground.row_sets import RowSet

MAX_ROWS = 30
PICTURES = "image/jpeg,image/png,image/webp"


class Row(forms.Form):
    """One row that may stay blank. `telling` names the fields that make it more than blank."""

    telling: list[str] = []

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    remove = forms.BooleanField(label=_("Remove"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        explain(self.fields)

    def has_changed(self):
        """Say whether anything worth keeping was typed; a pre-chosen currency alone is not."""
        return bool(self.data_of("pk")) or any(self.data_of(name) for name in self.telling)

    def data_of(self, name: str):
        """Return what was sent for a field, before cleaning."""
        field = self.fields[name]
        value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return value.strip() if isinstance(value, str) else value

    @property
    def is_old(self) -> bool:
        """Whether the row stands for something that was saved before."""
        return bool(self["pk"].value())


class FileRow(Row):
    """A row with a file. A file that was accepted is kept while the rest of the form is put in order."""

    file_field = "file"
    accept = staticmethod(uploads.accept_photo)

    staged = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, owner, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner, self.accepted = owner, None

    def has_changed(self):
        return super().has_changed() or bool(self.data_of("staged"))

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get(self.file_field)
        if upload is None and cleaned.get("staged"):
            upload = uploads.staged(cleaned["staged"], owner_id=self.owner.pk)
            if upload is None:
                self.add_error(self.file_field, gettext("The file was not kept: choose it again."))
        if upload is not None and self.file_field not in self.errors:
            try:
                self.accepted = self.accept(upload)
            except ValidationError as error:
                self.add_error(self.file_field, error)
        return cleaned

    def stage(self) -> None:
        """Keep the accepted file for the next time that the form is sent."""
        if self.accepted and not self.cleaned_data.get("staged"):
            self.data[self.add_prefix("staged")] = uploads.stage(self.accepted, owner_id=self.owner.pk)

    @property
    def kept_name(self) -> str:
        """The name of the file that is kept, for the page to show."""
        return self.accepted.original_name if self.accepted else ""


class PhotoRow(FileRow):
    """A photo, its caption, and what the people in it agreed to."""

    telling = ["file", "caption"]

    file = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "data-max-bytes": uploads.MAX_FILE_BYTES}),
    )
    caption = LineField(label=_("Caption"), required=False, max_length=250)
    consent = forms.ChoiceField(
        label=_("Consent"), choices=Photo.Consent, required=False, initial=Photo.Consent.MISSING
    )

    def clean(self):
        cleaned = super().clean()
        if not self.is_old and not self.accepted and "file" not in self.errors:
            self.add_error("file", gettext("Choose the photo."))
        return cleaned

    def values(self) -> PhotoValues:
        """Return the row for the services."""
        cleaned = self.cleaned_data
        return PhotoValues(
            pk=cleaned.get("pk"),
            remove=cleaned["remove"],
            caption=cleaned.get("caption", ""),
            consent=cleaned.get("consent") or Photo.Consent.MISSING,
            accepted=self.accepted,
        )


class DocumentRow(FileRow):
    """A document and its title."""

    telling = ["file", "title"]
    accept = staticmethod(uploads.accept_document)

    file = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": f"application/pdf,{PICTURES}", "data-max-bytes": uploads.MAX_FILE_BYTES}
        ),
    )
    title = LineField(label=_("Title"), required=False, max_length=200)

    def clean(self):
        cleaned = super().clean()
        if not self.is_old and not self.accepted and "file" not in self.errors:
            self.add_error("file", gettext("Choose the document."))
        return cleaned

    def values(self) -> DocumentValues:
        """Return the row for the services."""
        cleaned = self.cleaned_data
        return DocumentValues(
            pk=cleaned.get("pk"), remove=cleaned["remove"], title=cleaned.get("title", ""), accepted=self.accepted
        )


def row_set(row: type[Row]) -> type[forms.BaseFormSet]:
    """Return the formset of a kind of row: one blank row at first, at most `MAX_ROWS`."""
    most = {"max_num": MAX_ROWS, "absolute_max": MAX_ROWS + 10, "validate_max": True}
    return forms.formset_factory(row, formset=RowSet, extra=1, **most)


PhotoRows, DocumentRows = row_set(PhotoRow), row_set(DocumentRow)
