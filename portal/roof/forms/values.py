"""The form of an actual value: the number or the step, its parts, where it is known from, and a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities.counting import Count
from activities.forms.rows import PICTURES, FileRow
from beneficiaries.models import AgeBand, Sex, TargetGroup
from beneficiaries.parts import Slice, parts_of
from beneficiaries.services import ValueInput
from beneficiaries.small_figures import VALUE_TEXTS, Stored, figures_of_value
from partnerships.forms.base import day_input
from partnerships.forms.indicators import measured_field
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import Indicator, IndicatorValue
from portal.ground import uploads
from portal.ground.carry import author_token
from portal.ground.forms import FigureField, LineField, PortalForm, TextField
from portal.ground.wording import listed, translated


@dataclass(frozen=True)
class PartGrid:
    """Cells of parts that are told by the same dimensions: a row for each age or group, a column for each sex."""

    caption: str
    columns: list[str]
    rows: list[tuple[str, list[BoundField]]]


class ValueForm(AskingForm, PortalForm, FileRow):
    """What an indicator came to in a period."""

    why_asked = SMALL_COUNTS

    accept = staticmethod(uploads.accept_document)
    pk = None
    remove = None

    starts_on = forms.DateField(label=gettext_lazy("From"), widget=day_input())
    ends_on = forms.DateField(
        label=gettext_lazy("Up to and including"),
        widget=day_input(),
        help_text=gettext_lazy("A period lies within one calendar year."),
    )
    source = LineField(
        label=gettext_lazy("Source"),
        required=False,
        max_length=250,
        help_text=gettext_lazy("Where it is known from: a register, a survey, a report."),
    )
    comment = TextField(label=gettext_lazy("Comment"), required=False, rows=3)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), choices=settings.LANGUAGES)
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": f"application/pdf,{PICTURES}", "data-max-bytes": uploads.MAX_FILE_BYTES}
        ),
    )
    drop_file = forms.BooleanField(label=gettext_lazy("Take the file away"), required=False)
    counted = forms.BooleanField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, value: IndicatorValue, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, owner=user, **kwargs)
        self.value, self.indicator = value, value.indicator
        self.column, field = measured_field(self.indicator, _("Actual value"), required=True)
        self.fields[self.column] = field
        self.initial |= {"author": author_token(user), "version": value.version if value.pk else 0}
        self.initial.setdefault("language", get_language())
        stored = self._stored = parts_of(value.parts.all()) if value.pk else {}
        if value.pk:
            names = ["starts_on", "ends_on", "source", "comment", "language", self.column]
            self.initial |= {name: getattr(value, name) for name in names} | {"counted": value.is_counted}
        if not value.file:
            del self.fields["drop_file"]
        self.bands = {band.pk: band for band in AgeBand.objects.all()}
        self.groups = {group.pk: group for group in _groups(self.indicator, stored)}
        self.cells = {part: cell_name(part) for part in _cells(self.indicator, self.bands, self.groups, stored)}
        for part, name in self.cells.items():
            self.fields[name] = self._cell(part)
            self.initial[name] = stored.get(part)

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in its texts that are small counts of vulnerable people in the value or its parts."""
        parts = [self.cleaned_data.get(name) for name in self.cells.values()]
        texts = {name: self.cleaned_data.get(name) for name in VALUE_TEXTS}
        stored = {name: getattr(self.value, name) for name in VALUE_TEXTS}
        before = Stored(stored, [self.value.value, *self._stored.values()])
        return figures_of_value(self.indicator.pk, texts, [self.cleaned_data.get("value"), *parts], before=before)

    def _cell(self, part: Slice) -> FigureField:
        sex = str(Sex(part.sex).label) if part.sex else ""
        label = listed([self.row_label(part), sex])
        field = FigureField(label=label, required=False, lowest=Decimal(0))
        field.widget.attrs |= {"class": "form-control", "aria-label": label}
        return field

    def row_label(self, part: Slice) -> str:
        """Return the age band and the target group of a part."""
        group = translated(self.groups[part.group], "name") if part.group else ""
        return listed([group, self.bands[part.band] if part.band else ""])

    def grids(self) -> list[PartGrid]:
        """Return the cells for the page, those of the same dimensions together."""
        made = []
        for kind in sorted({part.dimensions for part in self.cells}, reverse=True):
            parts = [part for part in self.cells if part.dimensions == kind]
            sexes = [sex.value for sex in Sex if any(part.sex == sex for part in parts)] or [""]
            keys = list(dict.fromkeys((part.group, part.band) for part in parts))
            rows = [
                (
                    self.row_label(Slice("", band, group)) or _("Number"),
                    [self[self.cells[slice_]] for sex in sexes if (slice_ := Slice(sex, band, group)) in self.cells],
                )
                for group, band in keys
            ]
            columns = [capfirst(str(Sex(sex).label)) if sex else _("Number") for sex in sexes]
            made.append(PartGrid(_("By %(dimensions)s") % {"dimensions": _dimensions(kind)}, columns, rows))
        return made

    @property
    def value_field(self) -> BoundField:
        """The field of the number, or of the step of the scale."""
        return self[self.column]

    @property
    def parts(self) -> dict[Slice, Decimal]:
        """The cells that hold a number above zero. Call it after `is_valid`."""
        cleaned = self.cleaned_data
        return {part: cleaned[name] for part, name in self.cells.items() if cleaned.get(name)}

    def typed(self, *, is_counted: bool) -> ValueInput:
        """Return the input of the services. Call it after `is_valid`."""
        cleaned = self.cleaned_data
        names = ["starts_on", "ends_on", "source", "comment", "language"]
        return ValueInput(
            **{name: cleaned[name] for name in names},
            **{self.column: cleaned[self.column]},
            is_counted=is_counted,
            parts=self.parts,
            accepted=self.accepted,
            drop_file=bool(cleaned.get("drop_file")),
        )

    def fill(self, count: Count) -> None:
        """Put what was counted into the value and its parts; what was typed elsewhere stays."""
        indicator = self.indicator
        parts = count.parts_by(sex=indicator.by_sex, age=indicator.by_age, group=indicator.by_group)
        self.data = self.data.copy()
        for part, name in self.cells.items():
            self.data[name] = _plain(parts.get(part))
        self.data["value"], self.data["counted"] = str(count.total), "on"
        self.full_clean()

    def holds(self, count: Count) -> bool:
        """Say whether the form holds what was counted, the parts included. Call it after `is_valid`."""
        indicator = self.indicator
        parts = count.parts_by(sex=indicator.by_sex, age=indicator.by_age, group=indicator.by_group)
        return self.cleaned_data.get("value") == count.total and self.parts == {p: n for p, n in parts.items() if n}


def cell_name(part: Slice) -> str:
    """Return the name of a part's field."""
    return f"part-{part.sex or 'all'}-{part.band or 0}-{part.group or 0}"


def _plain(number: Decimal | None) -> str:
    return str(number) if number else ""


def _dimensions(kind: tuple[bool, bool, bool]) -> str:
    names = (_("sex"), _("age"), _("target group"))
    return listed(name for name, told in zip(names, kind, strict=True) if told)


def _groups(indicator: Indicator, stored: Mapping[Slice, Decimal]) -> Iterable[TargetGroup]:
    """Return the target groups to choose from: all where the indicator is told by them, else those told already."""
    told = {part.group for part in stored if part.group}
    rows: Any = TargetGroup.objects.all()
    return rows if indicator.by_group else rows.filter(pk__in=told)


def _cells(
    indicator: Indicator, bands: Iterable[int], groups: Iterable[int], stored: Mapping[Slice, Decimal]
) -> list[Slice]:
    """Return the parts that are asked for: by sex and age together, by target group, and whatever is told already."""
    sexes = [sex.value for sex in Sex] if indicator.by_sex else [""]
    ages: list[int | None] = [*bands] if indicator.by_age else [None]
    cells = [Slice(sex, band) for band in ages for sex in sexes if sex or band is not None]
    if indicator.by_group:
        cells += [Slice(group=group) for group in groups]
    return list(dict.fromkeys([*cells, *stored]))
