"""The forms of an import: the file, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import SheetImport
from partnerships.models import Partnership
from portal.ground import spreadsheets
from portal.ground.carry import author_token
from portal.ground.forms import LineField, PortalForm
from portal.ground.sheet_rows import Field
from portal.ground.uploads import TooLargeFile


class ImportForm(PortalForm):
    """The spreadsheet to bring in, and what its rows are."""

    partnership: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Partnership"), queryset=Partnership.objects.none()
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What the rows are"), choices=SheetImport.Kind, widget=forms.RadioSelect, initial="expenses"
    )
    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy("The first sheet counts; its first row holds the headings, in your own words."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx", "data-max-bytes": spreadsheets.MAX_BYTES}),
    )
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: Any, partnerships: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"].queryset = partnerships
        self.fields["partnership"].empty_label = None if len(partnerships) == 1 else _("Choose")
        self.initial["author"] = author_token(user)
        self.helper = FormHelper()
        self.helper.form_tag, self.helper.disable_csrf = False, True

    def clean_file(self) -> bytes:
        """Return what the file holds, as it is."""
        upload = self.cleaned_data["file"]
        self.name = upload.name
        if isinstance(upload, TooLargeFile) or upload.size > spreadsheets.MAX_BYTES:
            limit = spreadsheets.MAX_BYTES // 1024 // 1024
            raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": limit})
        return upload.read()


class ColumnsForm(forms.Form):
    """What each column of a sheet holds. Cleans to the name of a field for each column, "" to leave it out.

    Behind the columns stands what no column holds and every row says.
    """

    def __init__(
        self,
        *args: Any,
        headings: Sequence[str],
        fields: Sequence[Field],
        chosen: Sequence[str],
        constants: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("leave out")), *((one.name, str(one.label)) for one in fields)]
        for place, heading in enumerate(headings):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)s") % {"number": place + 1},
                choices=choices,
                required=False,
                initial=chosen[place],
                widget=forms.Select(attrs={"class": "form-select"}),
            )

        for one in fields:
            if one.for_all:
                self.fields[f"constant-{one.name}"] = LineField(
                    label=one.label,
                    help_text=one.help_text,
                    required=False,
                    max_length=200,
                    initial=constants.get(one.name, ""),
                )

    @property
    def columns(self) -> list[str]:
        """The name of a field for each column."""
        return [self.cleaned_data[name] for name in self.fields if name.startswith("column-")]

    @property
    def constants(self) -> dict[str, str]:
        """What every row says, by the name of the field."""
        typed = {name.removeprefix("constant-"): text for name, text in self.cleaned_data.items() if text}
        return {name: text for name, text in typed.items() if f"constant-{name}" in self.fields}
