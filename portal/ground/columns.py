"""What a cell of a spreadsheet may hold, and the value that it stands for."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from import_export import fields, widgets

from portal.ground.dates import Precision, check_plausible
from portal.ground.forms import MAX_TEXT, NOT_A_FIGURE, TEXT_TOO_LONG, check_readable, is_invisible
from portal.ground.money import CENT, MAX_AMOUNT, NOT_A_NUMBER, parse_amount, parse_rate

__all__ = ["Column", "KnownDate", "Widget", "widget_for"]


class Widget(widgets.Widget):
    """Text in a cell. `actor`, who brings the spreadsheet in, is set before the first cell is read."""

    actor: Any = None

    def clean(self, value, row=None, **kwargs):
        return self.read(value)

    def render(self, value, obj=None, **kwargs):
        return self.write(value)

    def read(self, value: Any) -> Any:
        """Return the value that a cell stands for. Raises ValidationError with a sentence."""
        text = as_text(value)
        check_readable(text)
        if len(text) > MAX_TEXT:
            raise ValidationError(TEXT_TOO_LONG, params={"limit": MAX_TEXT, "limit_value": MAX_TEXT})
        return text

    def write(self, value: Any) -> Any:
        """Return the typed content of a cell for a value."""
        return value or ""


def as_text(value: Any) -> str:
    """Return a cell as the text that its reader sees in it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = value.isoformat() if isinstance(value, dt.date | dt.time) else str(value).strip()
    return "" if is_invisible(text) else text


class Choice(Widget):
    """One of some values, by its name in any of the portal's languages or by its code."""

    def __init__(self, choices: list[tuple[str, Any]]):
        super().__init__()
        self.choices = choices
        self.known: dict[str, str] = {}

    def read(self, value):
        text = as_text(value).casefold()
        if not text:
            return ""
        if not self.known:
            for code in [*(code for code, _name in settings.LANGUAGES), translation.get_language()]:
                with translation.override(code):
                    self.known |= {str(label).casefold(): key for key, label in self.choices}
            self.known |= {key.casefold(): key for key, _label in self.choices}
        if text not in self.known:
            names = ", ".join(str(label) for _key, label in self.choices)
            raise ValidationError(_("“%(value)s” is not one of: %(names)s.") % {"value": value, "names": names})
        return self.known[text]

    def write(self, value):
        return str(dict(self.choices).get(value, value or ""))


class YesNo(Choice):
    """Yes or no, in any of the portal's languages."""

    def __init__(self):
        super().__init__([("1", translation.gettext_lazy("yes")), ("0", translation.gettext_lazy("no"))])

    def read(self, value):
        words = {"true": "1", "false": "0", "x": "1", "": "0"}
        text = as_text(value).casefold()
        return super().read(words.get(text, text)) == "1"

    def write(self, value):
        return bool(value)


class Amount(Widget):
    """An amount of money; typed with a decimal comma or point, or a number of the spreadsheet."""

    def read(self, value):
        if value in (None, ""):
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            if not abs(value) <= MAX_AMOUNT:
                raise ValidationError(NOT_A_NUMBER)
            # The sums of a spreadsheet carry binary dust behind the cents; more than dust is a mistake.
            amount = Decimal(str(round(value, 6)))
            if amount != amount.quantize(CENT):
                raise ValidationError(_("An amount has at most two decimals."))
            return amount.quantize(CENT)
        return parse_amount(as_text(value))

    def write(self, value):
        return value


class Figure(Amount):
    """A number that is no money, of at most two decimals."""

    def read(self, value):
        try:
            return super().read(value)
        except ValidationError:
            raise ValidationError(NOT_A_FIGURE, code="invalid") from None


class Rate(Amount):
    """A rate of exchange, of at most six decimals."""

    def read(self, value):
        if isinstance(value, float):
            value = f"{value:.6f}"
        return parse_rate(as_text(value)) if as_text(value) else None

    def write(self, value):
        # A number without its last zeros may call itself 1E+1; the spreadsheet shows and reads 10.
        return None if value is None else Decimal(format(Decimal(value).normalize(), "f"))


class Number(Widget):
    """A whole number."""

    def read(self, value):
        text = as_text(value)
        if text and not (text.isascii() and text.isdigit() and len(text) < 16):
            raise ValidationError(_("“%(value)s” is not a whole number.") % {"value": text})
        return int(text) if text else None

    def write(self, value):
        return value


class Day(Widget):
    """A day, as 2024-12-31, 31/12/2024 or a date of the spreadsheet."""

    def read(self, value):
        known = parse_known_date(value)
        if known and known[1] != Precision.DAY:
            raise ValidationError(NOT_A_DAY % {"value": as_text(value)})
        return known[0] if known else None

    def write(self, value):
        return value


NOT_A_DAY = translation.gettext_lazy("“%(value)s” is not a date: write it as 31/12/2024 or 2024-12-31.")
_SHAPES = [
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", Precision.DAY),
    (r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})", Precision.DAY),
    (r"(?P<year>\d{4})-(?P<month>\d{1,2})", Precision.MONTH),
    (r"(?P<month>\d{1,2})[/.-](?P<year>\d{4})", Precision.MONTH),
    (r"(?P<year>\d{4})", Precision.YEAR),
]


def parse_known_date(value: Any) -> tuple[dt.date, Precision] | None:
    """Return the first day of what a cell knows of a date, and how much that is; None for an empty cell."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        check_plausible(value)
        return value, Precision.DAY
    text = as_text(value)
    if not text:
        return None
    for shape, precision in _SHAPES:
        found = re.fullmatch(shape, text, re.ASCII)
        if found:
            parts = {"month": 1, "day": 1} | {name: int(number) for name, number in found.groupdict().items()}
            try:
                day = dt.date(**parts)
            except ValueError:
                break
            check_plausible(day)
            return day, precision
    raise ValidationError(NOT_A_DAY % {"value": text})


class BySlug(Widget):
    """Another record, by its short name, among those that the actor may see."""

    def __init__(self, model: Any):
        super().__init__()
        self.model = model
        self.found: dict[str, models.Model] = {}

    def read(self, value):
        slug = as_text(value)
        return self.get(slug) if slug else None

    def get(self, slug: str) -> models.Model:
        """Return the record; what is not visible is refused as if it were not there."""
        if slug not in self.found:
            check_readable(slug)
            rows = self.model._default_manager.all()
            visible = rows.visible_to(self.actor) if hasattr(rows, "visible_to") else rows
            record = visible.filter(slug=slug).first()
            if record is None:
                raise ValidationError(
                    _("There is no %(kind)s with the short name “%(slug)s”.")
                    % {"kind": self.model._meta.verbose_name, "slug": slug}
                )
            self.found[slug] = record
        return self.found[slug]

    def write(self, value):
        return value.slug if value else ""


class BySlugs(BySlug):
    """Other records, by their short names with a comma between them."""

    def read(self, value):
        return [self.get(slug) for slug in dict.fromkeys(re.split(r"[,;|\s]+", as_text(value))) if slug]

    def write(self, value):
        rows = value.all() if isinstance(value, models.Manager) else value or []
        return ", ".join(sorted(row.slug for row in rows))


def widget_for(field: models.Field) -> Widget:
    """Return the widget that reads and writes the cells of a model's field."""
    if field.many_to_many:
        return BySlugs(field.related_model)
    if field.remote_field:
        return BySlug(field.related_model)
    if field.choices:
        return Choice([(key, label) for key, label in field.flatchoices if key])
    kinds = {
        models.BooleanField: YesNo,
        models.DateField: Day,
        models.DecimalField: Rate if getattr(field, "decimal_places", 0) > 2 else Amount,
        models.AutoField: Number,
        models.IntegerField: Number,
    }
    return next((widget for kind, widget in kinds.items() if isinstance(field, kind)), Widget)()


class Column(fields.Field):
    """One column: its name is stable, its heading is the model's own word or `label`."""

    def __init__(self, attribute: str, widget: Widget, *, label: Any = "", readonly: bool = False):
        super().__init__(attribute=attribute, column_name=attribute, widget=widget, readonly=readonly)
        self.label = label

    @property
    def is_link(self) -> bool:
        """Whether the cell names other records that are linked once the record is saved."""
        return isinstance(self.widget, BySlugs)

    def export(self, instance, **kwargs):
        # A record has links only once it is saved.
        return "" if self.is_link and instance.pk is None else super().export(instance, **kwargs)


class KnownDate(Column):
    """A date known to the year, the month or the day: 2024, 2024-05 or 2024-05-31."""

    def __init__(self, end: str, label: Any = ""):
        super().__init__(f"{end}_on", Widget(), label=label)
        self.end = end

    def save(self, instance, row, is_m2m=False, **kwargs):  # noqa: FBT002 - the library's signature
        known = parse_known_date(row[self.column_name])
        day = None
        if known:
            typed, precision = known
            day = precision.last_day(typed) if self.end == "ends" else precision.first_day(typed)
        setattr(instance, f"{self.end}_on", day)
        setattr(instance, f"{self.end}_precision", known[1] if known else "")

    def export(self, instance, **kwargs):
        day = getattr(instance, f"{self.end}_on")
        if day is None:
            return ""
        precision = getattr(instance, f"{self.end}_precision")
        return {Precision.YEAR: f"{day:%Y}", Precision.MONTH: f"{day:%Y-%m}"}.get(precision, day)
