"""The parts of an indicator's value: which may be told, and whether they add up to the value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from beneficiaries.models import AgeBand, IndicatorPart, Sex, TargetGroup
from partnerships.models import Indicator
from portal.ground.numbers import format_number
from portal.ground.wording import listed


class Slice(NamedTuple):
    """Of whom a part tells: a sex, an age band and a target group by their keys; "" or None tells of all."""

    sex: str = ""
    band: int | None = None
    group: int | None = None

    @property
    def dimensions(self) -> tuple[bool, bool, bool]:
        """By which of sex, age and target group it is told."""
        return bool(self.sex), self.band is not None, self.group is not None


Parts = Mapping[Slice, Decimal]


def parts_of(rows: Iterable[IndicatorPart]) -> dict[Slice, Decimal]:
    """Return stored parts of one value by what they tell of."""
    return {Slice(row.sex, row.age_band_id, row.target_group_id): row.number for row in rows}


def check_parts(indicator: Indicator, value: Decimal | None, parts: Parts) -> None:
    """Refuse parts by what the indicator is not told by, and those of one kind that do not add up to the value.

    Parts are of one kind where they are told by the same dimensions: by sex, or by sex and age. Only those of an
    indicator whose parts add up are added; of any other that counts, no part is larger than the value, and of a
    percentage none lies above 100. Raises ValidationError, with both figures in the sentence.
    """
    allowed = (indicator.by_sex, indicator.by_age, indicator.by_group)
    refusals = [
        _("This indicator is not told by %(dimension)s.") % {"dimension": name}
        for place, name in enumerate(_names())
        if not allowed[place] and any(part.dimensions[place] for part in parts)
    ]
    if indicator.adds_parts:
        for kind in sorted({part.dimensions for part in parts}, reverse=True):
            total = sum((number for part, number in parts.items() if part.dimensions == kind), Decimal(0))
            if value is not None and total != value:
                refusals.append(_together(kind, total, value))
    elif value is not None and indicator.measure == Indicator.Measure.NUMBER:
        above = [(part.dimensions, number) for part, number in parts.items() if number > value]
        refusals += [_together(kind, number, value) for kind, number in above]
    if indicator.measure == Indicator.Measure.PERCENTAGE and not all(0 <= number <= 100 for number in parts.values()):
        refusals.append(_("A percentage lies between 0 and 100."))
    if refusals:
        raise ValidationError([ValidationError(sentence, code="parts") for sentence in refusals])


def in_words(parts: Parts) -> list[str]:
    """Return parts as the history tells them, in a lasting order."""
    bands = AgeBand.objects.in_bulk({part.band for part in parts if part.band})
    groups = TargetGroup.objects.in_bulk({part.group for part in parts if part.group})
    told = []
    for part, number in parts.items():
        names = [groups.get(part.group or 0), Sex(part.sex).label if part.sex else "", bands.get(part.band or 0)]
        told.append(f"{listed(names)}: {format_number(number)}")
    return sorted(told)


def _names() -> tuple[str, str, str]:
    return _("sex"), _("age"), _("target group")


def _together(kind: tuple[bool, bool, bool], total: Decimal, value: Decimal) -> str:
    names = listed(name for name, told in zip(_names(), kind, strict=True) if told)
    sentence = _("The parts by %(dimensions)s add up to %(total)s, but the value is %(value)s.")
    return sentence % {"dimensions": names, "total": format_number(total), "value": format_number(value)}
