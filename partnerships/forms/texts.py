"""Texts in the four languages of the portal: the writer's own first, the others folded below it."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.ground.forms import LineField, TextField


class InLanguages:
    """A form part: each of `texts` stands in four languages, and `needed` in one of them at least."""

    # {column of the model without its language: whether it is one line}
    texts: dict[str, bool] = {}
    needed: list[str] = []

    def add_texts(self, instance: Any) -> None:
        """Add the fields of the texts, filled from a row. Call it in `__init__`."""
        self.languages = sorted(settings.LANGUAGES, key=lambda language: language[0] != get_language())
        for name, is_line in self.texts.items():
            column = instance._meta.get_field(name)
            for code, language in self.languages:
                field = f"{name}_{code}"
                label = f"{capfirst(str(column.verbose_name))} ({language})"
                self.fields[field] = _text_field(code, label, column.max_length if is_line else None)
                self.initial.setdefault(field, getattr(instance, field) or "")
            if name in self.needed:
                self.fields[f"{name}_{self.languages[0][0]}"].help_text = _("Needed in at least one language.")

    def text_layout(self) -> list[Any]:
        """Return the layout of the texts."""
        (first, _name), *others = self.languages
        folded = [f"{name}_{code}" for code, _language in others for name in self.texts]
        opened = " open" if any(self[name].errors for name in folded) else ""
        summary = format_html(
            "<details class='form-part mb-3'{}><summary>{}</summary>", opened, _("In other languages")
        )
        return [*(f"{name}_{first}" for name in self.texts), HTML(summary), *folded, HTML("</details>")]

    def check_texts(self, values: dict[str, Any]) -> None:
        """Refuse a needed text that stands in no language. Call it in `clean`."""
        for name in self.needed:
            written = [f"{name}_{code}" for code, _language in self.languages]
            if not any(values.get(field) or field in self.errors for field in written):
                self.add_error(written[0], ValidationError(_("Write this in at least one language."), code="required"))

    def text_columns(self) -> list[str]:
        """Return the names of the columns that hold the texts."""
        return [f"{name}_{code}" for name in self.texts for code, _language in self.languages]


def _text_field(code: str, label: str, longest: int | None) -> forms.Field:
    """Return the field of a text in one language: one line of at most `longest` characters, or some paragraphs."""
    direction = {"lang": code, "dir": "rtl" if code == "ar" else "ltr"}
    if longest:
        return LineField(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=direction))
    return TextField(label=label, required=False, widget=forms.Textarea(attrs={"rows": 3, **direction}))
