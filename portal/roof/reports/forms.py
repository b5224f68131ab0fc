"""Which window, and in which language."""

import datetime as dt

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.models import FundingSource, Partnership
from portal.ground.dates import END_BEFORE_START
from portal.ground.forms import DayInput
from portal.roof.reports.editing import forms_of
from portal.roof.reports.render import can_draw

FIRST_YEAR, LAST_YEAR = 1990, 2100
NO_PDF = _(
    "This server cannot make a PDF: the library Pango is missing. "
    "Take the web page of the same report, and print it or save it as a PDF with your browser."
)
NO_EDITION = _("There is no such edition of this report.")


def check_window(starts_on: dt.date, ends_on: dt.date) -> None:
    """Raise ValidationError, with the field beside which it belongs, for a window that no report can have."""
    errors = {}
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            errors[name] = ValidationError(
                _("Give a date between %(first)s and %(last)s."),
                code="year",
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
    if not errors and ends_on < starts_on:
        errors["ends_on"] = ValidationError(END_BEFORE_START, code="order")
    if errors:
        raise ValidationError(errors)


class WindowForm(forms.Form):
    """The first and last day of what is asked for."""

    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(label=_("Up to and including"), widget=DayInput())

    def clean(self):
        """Check both dates together."""
        cleaned = super().clean()
        if cleaned.get("starts_on") and cleaned.get("ends_on"):
            check_window(cleaned["starts_on"], cleaned["ends_on"])
        return cleaned


class FileKind(models.TextChoices):
    """What a report is written as."""

    PDF = "pdf", _("PDF, to be read and sent")
    PAGE = "page", _("web page, to be read and printed")
    XLSX = "xlsx", _("spreadsheet of its tables")
    DOCX = "docx", _("text for a funder’s form")
    ARCHIVE = "archive", _("PDF/A for the archive, with its data")


# What is drawn, which not every server can.
DRAWN = {FileKind.PDF.value, FileKind.ARCHIVE.value}
# Only what was frozen is archived: it stays what it is.
OF_TODAY = [(kind.value, kind.label) for kind in FileKind if kind != FileKind.ARCHIVE]


class FileMixin:
    """Offers the editions of a partnership, where there are any, and what the report is written as."""

    def __init__(self, *args, partnership: Partnership, **kwargs):
        """Take the partnership whose editions may be chosen."""
        super().__init__(*args, **kwargs)
        if not can_draw():
            field = self.fields["kind"]
            field.choices = [choice for choice in field.choices if choice[0] not in DRAWN]
            field.initial = FileKind.PAGE
            field.error_messages["invalid_choice"] = NO_PDF
        language = get_language() or ""
        choices = [(sheet.slug, sheet.name.best(language)[1]) for sheet in forms_of(partnership)]
        if choices:
            self.fields["edition"].choices = choices
        else:
            del self.fields["edition"]

    def clean_kind(self):
        """Return PDF where nothing else is asked for, or a page where no PDF can be made."""
        return self.cleaned_data["kind"] or (FileKind.PDF.value if can_draw() else FileKind.PAGE.value)


class ReportWindowForm(FileMixin, WindowForm):
    """The window of a report, its language and its edition."""

    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
    edition = forms.ChoiceField(label=_("Edition"), required=False, error_messages={"invalid_choice": NO_EDITION})
    kind = forms.ChoiceField(label=_("File"), choices=OF_TODAY, initial=FileKind.PDF, required=False)
    draft = forms.BooleanField(
        label=_("As a draft, with what is known today"),
        required=False,
        help_text=_("A year that an officer has validated is otherwise told as it was validated last."),
    )


class SnapshotExportForm(FileMixin, forms.Form):
    """In which language and edition a frozen report is taken along, and as what."""

    kind = forms.ChoiceField(choices=FileKind, required=False)
    edition = forms.ChoiceField(label=_("Edition"), required=False, error_messages={"invalid_choice": NO_EDITION})
    language = forms.ChoiceField(label=_("Language of the report"), choices=settings.LANGUAGES)
    vouchers = forms.BooleanField(label=_("with the files of the vouchers"), required=False)

    def clean(self):
        """Ask for vouchers only where the file carries them, so that the same report is not made twice."""
        cleaned = super().clean()
        cleaned["vouchers"] = cleaned.get("vouchers") and cleaned.get("kind") == FileKind.ARCHIVE
        return cleaned


class VoucherListForm(WindowForm):
    """The window of a voucher list, and whose money it tells of."""

    field_order = ["source", "starts_on", "ends_on"]
    source = forms.ModelChoiceField(
        label=_("Funding source"),
        queryset=FundingSource.objects.none(),
        to_field_name="slug",
        empty_label=None,
        error_messages={"invalid_choice": _("This funding source pays nothing in this partnership.")},
    )

    def __init__(self, *args, sources: QuerySet[FundingSource], **kwargs):
        """Take the funding sources that may be chosen."""
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources


class VoucherExportForm(VoucherListForm):
    """What of a voucher list is taken along; a long PDF comes in parts."""

    class Kind(models.TextChoices):
        XLSX = "xlsx", _("spreadsheet")
        PDF = "pdf", _("PDF")
        ZIP = "zip", _("files")

    kind = forms.ChoiceField(label=_("Form"), choices=Kind)
    language = forms.ChoiceField(label=_("Language of the list"), choices=settings.LANGUAGES)
    part = forms.IntegerField(label=_("Part"), required=False, min_value=1, max_value=1000)
