"""What every form of the portal does: name the field, keep the text, refuse what no database can store."""

from __future__ import annotations

import re
import unicodedata
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import BLANK_CHOICE_DASH
from django.utils.dateparse import parse_date
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from portal.ground.dates import check_plausible
from portal.ground.field_help import explain
from portal.ground.money import CENT, format_rate, parse_amount, parse_rate
from portal.ground.numbers import format_number

MAX_TEXT = 50_000
DASHES = BLANK_CHOICE_DASH[0][1]
TEXT_TOO_LONG = _("This text is longer than %(limit_value)s characters; put the rest in a document.")
# Letters without a shape, among which a title would be lost as among spaces.
_INVISIBLE_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
# Line breaks and tabs are text. Other control characters are not, nor are the two overrides that make a
# reader see letters in another order than they stand; Arabic writing needs the other direction marks.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e]")
NOT_A_FIGURE = _("Type the number in digits, for example 1,234.56.")
UNREADABLE = _("The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it.")


def check_readable(text: str) -> None:
    """Raise ValidationError for control characters and direction overrides."""
    if _UNREADABLE.search(text):
        raise ValidationError(UNREADABLE, code="unreadable")


def is_invisible(text: str) -> bool:
    """Say whether nothing of a text shows on a page: spaces of any width, direction marks, joiners, fillers."""
    return all(sign.isspace() or sign in _INVISIBLE_LETTERS or unicodedata.category(sign) == "Cf" for sign in text)


def mark_unreadable(text: str) -> str:
    """Return the text with each unreadable character shown as a box, so that the writer finds it."""
    return _UNREADABLE.sub("▯", text)


def as_key(text: str) -> int | None:
    """Return the primary key that an address or a form names, or None where it cannot be one."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def as_uuid(text: str) -> uuid.UUID | None:
    """Return the form key that a form carries, or None where it cannot be one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class DayInput(forms.DateInput):
    """A day, as browsers let one pick it. What is no day stands there as it was typed: they would empty the field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if not _is_day(context["widget"]["value"]):
            context["widget"]["type"] = "text"
        return context


def _is_day(text: str | None) -> bool:
    """Say whether a field for days can show a text; it shows nothing as well as any day."""
    try:
        return not text or parse_date(text) is not None
    except ValueError:
        return False


class Unseen(forms.HiddenInput):
    """A hidden field between those that are seen: the label that Django's page writes beside each names none."""

    def id_for_label(self, id_: str | None) -> str:
        """Return that no label stands for it."""
        return ""


class PlainTextMixin:
    """A text field that answers a sentence where the database would answer an error."""

    def to_python(self, value):
        text = super().to_python(value)
        if isinstance(text, str):
            check_readable(text)
            return self.empty_value if is_invisible(text) else text
        return text

    def bound_data(self, data, initial):
        kept = super().bound_data(data, initial)
        return mark_unreadable(kept) if isinstance(kept, str) else kept


class TextField(PlainTextMixin, forms.CharField):
    """Text of some paragraphs."""

    def __init__(self, *args, max_length=MAX_TEXT, rows=4, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(*args, **kwargs)
        # A length limit of the field's own would cut what is pasted, without a word, in the browser.
        self.validators.append(MaxLengthValidator(max_length, message=TEXT_TOO_LONG))


class LineField(PlainTextMixin, forms.CharField):
    """Text of one line."""


class NumberTextField(forms.CharField):
    """A number that people may write in several ways."""

    def __init__(self, *args, max_length, **kwargs):
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
        )
        super().__init__(*args, max_length=max_length, **kwargs)

    def has_changed(self, initial, data):
        """Say whether another number was typed, however it is written."""
        try:
            typed = self.clean(data) if self.to_python(data) else None
        except ValidationError:
            return True
        return typed != (None if initial == "" else initial)


class AmountField(NumberTextField):
    """An amount of money, typed with a decimal comma or point. Cleans to Decimal or None.

    `lowest` is the smallest amount that is taken: a cent, zero, or below zero where money may come back.
    """

    def __init__(self, *args, lowest=CENT, max_length=40, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)
        self.lowest = lowest

    def prepare_value(self, value):
        return number_format(value, decimal_pos=2, use_l10n=True) if isinstance(value, Decimal) else value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        amount = parse_amount(text)
        if amount < self.lowest:
            sentence = _("The amount is more than zero.") if self.lowest > 0 else _("The amount is too low.")
            raise ValidationError(sentence, code="min_value")
        if amount >= 100_000_000:
            raise ValidationError(_("The amount is less than a hundred million."), code="max_value")
        return amount


class FigureField(NumberTextField):
    """A number that is no money: a decimal comma or point, at most two decimals. Cleans to Decimal or None.

    `lowest` is the smallest number that is taken; None takes any.
    """

    def __init__(self, *args, lowest=None, max_length=20, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)
        self.lowest = lowest

    def prepare_value(self, value):
        return format_number(value) if isinstance(value, Decimal) else value

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            number = parse_amount(text)
        except ValidationError:
            raise ValidationError(NOT_A_FIGURE, code="invalid") from None
        if self.lowest is not None and number < self.lowest:
            sentence = _("The number is at least %(lowest)s.") % {"lowest": format_number(self.lowest)}
            raise ValidationError(sentence, code="min_value")
        if abs(number) >= 1_000_000_000:
            raise ValidationError(_("The number is less than a thousand million."), code="max_value")
        return number


class RateField(NumberTextField):
    """A rate of exchange of at most six decimals. Cleans to Decimal or None."""

    def __init__(self, *args, max_length=20, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    def prepare_value(self, value):
        return format_rate(value) if isinstance(value, Decimal) else value

    def clean(self, value):
        text = super().clean(value)
        return parse_rate(text) if text else None


class RowsField(forms.ModelMultipleChoiceField):
    """Several rows to choose; a number that no database could hold is no choice, and no crash."""

    def _check_values(self, value):
        for key in value if isinstance(value, list | tuple) else []:
            if as_key(str(key)) is None:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": str(key)[:20]}
                )
        return super()._check_values(value)


def expect_plausible_days(fields: dict[str, forms.Field]) -> None:
    """Have the days that are typed into fields refused where their year is a slip of the hand."""
    for field in fields.values():
        if isinstance(field, forms.DateField):
            field.validators.append(check_plausible)


class PortalForm(forms.Form):
    """A form that carries the key which makes it safe to send twice, and puts errors beside fields.

    A constraint of a model names the field that its sentence belongs to in `violation_error_code`.
    """

    submission_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        explain(self.fields)
        expect_plausible_days(self.fields)
        if not self.is_bound:
            self.initial.setdefault("submission_key", uuid.uuid4())

    def add_error(self, field, error):
        if field is None and isinstance(error, ValidationError):
            error = _beside_fields(error, self.fields)
        super().add_error(field, error)


class PortalModelForm(PortalForm, forms.ModelForm):
    """A PortalForm for one row.

    A parent set on the instance is part of the constraints' check, and so is what a stored row links to, or not,
    without the form asking for it.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _say_nothing_in_words(field)

    def _get_validation_exclusions(self):
        given = {
            field.name
            for field in self.instance._meta.concrete_fields
            if field.is_relation
            and (getattr(self.instance, field.attname, None) is not None or self._is_stored(field.name))
        }
        return super()._get_validation_exclusions() - given

    def _is_stored(self, name: str) -> bool:
        return self.instance.pk is not None and name not in self.fields

    def _update_errors(self, errors):
        super()._update_errors(_beside_fields(errors, self.fields))


def _say_nothing_in_words(field: forms.Field) -> None:
    """Give the empty choice of a model's field a word: a screen reader reads Django's nine dashes aloud."""
    word = _("Choose…") if field.required else _("none")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = word
    elif isinstance(field, forms.ChoiceField):
        field.choices = [(value, word if label == DASHES else label) for value, label in field.choices]


def _beside_fields(error: ValidationError, fields) -> ValidationError:
    """Return the error with each sentence under the field that its code names, where there is one.

    What names a field that the form does not have speaks of the whole: it is said, and never an error of the portal.
    """
    placed: dict[str, list] = {}
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, sentences in by_field.items():
        for sentence in sentences:
            home = sentence.code if name == NON_FIELD_ERRORS else name
            placed.setdefault(home if home in fields else NON_FIELD_ERRORS, []).append(sentence)
    return ValidationError(placed)
