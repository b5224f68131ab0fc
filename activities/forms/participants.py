"""The grid of participants: how many, by target group, sex and age band."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from activities.models import Participation
from beneficiaries.models import AgeBand, Sex, TargetGroup
from portal.ground.field_help import explain

MAX_COUNT = 100_000


@dataclass(frozen=True)
class GroupGrid:
    """One target group's part of the grid: a row for each age band, a cell for each sex."""

    group: TargetGroup
    is_open: bool
    rows: list[tuple[AgeBand, list[tuple[Sex, BoundField]]]]


class ParticipantGrid(forms.Form):
    """A number for each target group, sex and age band of the group; an empty cell is nobody.

    A number in an age band by which the group is no longer counted stays in the form. A page holds hundreds of these
    cells, so each is written as short as it can be: the table names the group, the style sheet draws it, its name is
    that of its column and its row, which the page holds once (templates/activities/log/participants.html), and the
    server alone says that there are not a hundred thousand.
    """

    counting = forms.ChoiceField(
        label=_("These numbers were"), choices=Participation.Counting, initial=Participation.Counting.COUNTED
    )

    def __init__(self, *args, groups: list[TargetGroup], wanted: set[int], **kwargs):
        super().__init__(*args, **kwargs)
        explain(self.fields)
        self.groups, self.wanted = groups, wanted
        filled = {name for name, value in self.data.items() if value} | self.initial.keys()
        bands = sorted(AgeBand.objects.all(), key=lambda band: band.min_age is None)
        self.all_bands = bands
        self.bands: dict[int, list[AgeBand]] = {}
        for group in groups:
            kept = [band for band in bands if any(cell_name(group.pk, sex, band.pk) in filled for sex in Sex)]
            asked = {*group.bands_among(bands), *kept}
            self.bands[group.pk] = [band for band in bands if band in asked]
        for group, sex, band in self._cells():
            self.fields[cell_name(group.pk, sex, band.pk)] = _cell(group, sex, band)

    @property
    def sexes(self) -> list[Sex]:
        """The columns of the grid."""
        return list(Sex)

    def grids(self) -> list[GroupGrid]:
        """Return the groups for the page: those of the activity first, and open, as is one with numbers in it."""
        grids = []
        for group in self.groups:
            rows = [
                (band, [(sex, self[cell_name(group.pk, sex, band.pk)]) for sex in Sex]) for band in self.bands[group.pk]
            ]
            filled = any(cell.value() or cell.errors for _band, cells in rows for _sex, cell in cells)
            for name in (cell.name for _band, cells in rows for _sex, cell in cells if not cell.errors):
                self.fields[name].widget.attrs["id"] = False  # only a link to what is wrong asks for it
            grids.append(GroupGrid(group, filled or group.pk in self.wanted, rows))
        return sorted(grids, key=lambda grid: not grid.is_open)

    def participants(self) -> dict[tuple[int, str, int], int]:
        """Return {(group id, sex, band id): number} of the cells above zero."""
        counts = {
            (group.pk, sex.value, band.pk): self.cleaned_data.get(cell_name(group.pk, sex, band.pk))
            for group, sex, band in self._cells()
        }
        return {key: count for key, count in counts.items() if count}

    def _cells(self) -> Iterator[tuple[TargetGroup, Sex, AgeBand]]:
        return ((group, sex, band) for group in self.groups for band in self.bands[group.pk] for sex in Sex)


def cell_name(group_id: int, sex: Sex | str, band_id: int) -> str:
    """Return the name of a cell's field."""
    return f"people-{group_id}-{Sex(sex).value}-{band_id}"


def _cell(group: TargetGroup, sex: Sex, band: AgeBand) -> forms.IntegerField:
    field = forms.IntegerField(
        label=f"{group}, {sex.label}, {band}",
        required=False,
        min_value=0,
        max_value=MAX_COUNT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "aria-labelledby": f"s-{sex.value} b-{band.pk}"}),
    )
    del field.widget.attrs["max"]
    return field
