"""The page of one indicator: each value with its parts, its corrections and what the log comes to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.counting import Count, count
from activities.counting_rules import Rule, rules_of
from activities.counting_words import left_out_in_words, rule_in_words
from activities.models import CountingRule
from beneficiaries.models import AgeBand, IndicatorPart, Sex, TargetGroup
from beneficiaries.parts import Slice, parts_of
from partnerships.models import (
    Indicator,
    IndicatorCorrection,
    IndicatorValue,
    ProgrammeYear,
    Role,
    Validation,
)
from portal.ground.dates import format_date
from portal.ground.numbers import format_number
from portal.ground.wording import Wording, listed, translated, written
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.overviews.results.indicator_years import figure
from portal.roof.overviews.results.page import difference_text, figure_text

ZERO = Decimal(0)


@dataclass(frozen=True)
class PartTable:
    """Parts of a value that are told by the same dimensions."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class CorrectionCard:
    """A correction of a value; `validate_url` is empty where the reader may not stand for it."""

    text: str
    recorded: str
    reason: Wording
    author: str
    is_validated: bool
    state: str
    validate_url: str


@dataclass(frozen=True)
class ValueCard:
    """A value as its page shows it; addresses are empty where the reader may not do what they lead to."""

    pk: int
    version: int
    span: str
    text: str
    state: str
    is_validated: bool
    how: str
    source: str
    comment: Wording
    author: str
    validated_by: str
    counted: str
    difference: str
    parts: tuple[PartTable, ...]
    parts_note: str
    file_name: str
    file_url: str
    corrections: tuple[CorrectionCard, ...]
    is_locked: bool
    edit_url: str
    correct_url: str
    validate_url: str
    take_back_url: str


@dataclass(frozen=True)
class Counting:
    """What is counted for an indicator, in words."""

    sentence: str
    left_out: str


@dataclass(frozen=True)
class Reader:
    """What the reader of a page may do: report values, and stand for them."""

    may_report: bool
    may_validate: bool

    @classmethod
    def of(cls, role: Role | None) -> Reader:
        """Return what a role may do."""
        return cls(bool(role and role.includes(Role.COORDINATOR)), bool(role and role.includes(Role.OFFICER)))


def rule_of(indicator: Indicator) -> Rule | None:
    """Return how an indicator is counted, or None."""
    rules = rules_of(CountingRule.objects.filter(indicator=indicator))
    for rule in rules:
        rule.row.indicator = indicator
    return rules[0] if rules else None


def counting_of(rule: Rule | None) -> Counting | None:
    """Return the counting rule in words."""
    return Counting(rule_in_words(rule), left_out_in_words(rule)) if rule else None


def count_until(rule: Rule, starts_on: dt.date, ends_on: dt.date) -> Count:
    """Return what the log comes to for a value of a period; from the programme's start where it counts from there."""
    window = (_first_day(rule.row.indicator, starts_on), ends_on)
    return count([rule], [window])[rule.indicator, window]


def _first_day(indicator: Indicator, starts_on: dt.date) -> dt.date:
    programme = indicator.outcome.programme
    if indicator.accumulation == Indicator.Accumulation.CUMULATIVE and programme:
        return programme.starts_on
    return starts_on


def values_of(indicator: Indicator, sheet: IndicatorSheet, rule: Rule | None, reader: Reader) -> list[ValueCard]:
    """Return the values of an indicator, the newest first, in a fixed number of queries."""
    corrections = IndicatorCorrection.objects.select_related("level", "author").order_by("recorded_on", "pk")
    parts = IndicatorPart.objects.order_by("pk")
    rows = list(
        indicator.values.select_related("level", "author", "validated_by")
        .prefetch_related(Prefetch("corrections", corrections), Prefetch("parts", parts))
        .order_by("-starts_on")
    )
    counts = _counts(indicator, rule, rows)
    locked = frozenset(
        ProgrammeYear.objects.filter(
            programme__partnership=indicator.outcome.partnership_id, state=ProgrammeYear.State.LOCKED
        ).values_list("year", flat=True)
    )
    desk = Desk(sheet, reader, Names.of(rows), locked)
    return [_card(row, desk, counts.get(row.pk)) for row in rows]


def _counts(indicator: Indicator, rule: Rule | None, rows: Sequence[IndicatorValue]) -> Mapping[int, Decimal]:
    """Return what the log comes to for each value: one query, because the windows share no day."""
    if rule is None or not rows:
        return {}
    in_order = sorted(rows, key=lambda row: row.starts_on)
    cumulative = indicator.accumulation == Indicator.Accumulation.CUMULATIVE
    windows, first = [], _first_day(indicator, in_order[0].starts_on)
    for row in in_order:
        windows.append((first if cumulative else row.starts_on, row.ends_on))
        first = row.ends_on + dt.timedelta(days=1)
    counted, together, made = count([rule], windows), 0, {}
    for row, window in zip(in_order, windows, strict=True):
        number = counted[indicator.pk, window].total
        together += number
        made[row.pk] = Decimal(together if cumulative else number)
    return made


@dataclass(frozen=True)
class Names:
    """The names of the age bands and target groups that parts tell of."""

    bands: Mapping[int, AgeBand]
    groups: Mapping[int, TargetGroup]

    @classmethod
    def of(cls, rows: Iterable[IndicatorValue]) -> Names:
        """Return the names that the parts of values need."""
        parts = [part for row in rows for part in row.parts.all()]
        bands = AgeBand.objects.in_bulk({part.age_band_id for part in parts if part.age_band_id})
        return cls(bands, TargetGroup.objects.in_bulk({part.target_group_id for part in parts if part.target_group_id}))


@dataclass(frozen=True)
class Desk:
    """What the cards of an indicator have in common."""

    sheet: IndicatorSheet
    reader: Reader
    names: Names
    locked: frozenset[int]


def _card(row: IndicatorValue, desk: Desk, counted: Decimal | None) -> ValueCard:
    corrections = list(row.corrections.all())
    shown = next((one for one in reversed(corrections) if one.state == Validation.VALIDATED), row)
    difference = figure(shown).number - counted if counted is not None else None
    return ValueCard(
        pk=row.pk,
        version=row.version,
        span=row.span_text,
        text=figure_text(desk.sheet, figure(row)),
        state=capfirst(row.get_state_display()),
        is_validated=row.state == Validation.VALIDATED,
        how=_("taken from the count") if row.is_counted else "",
        source=row.source,
        comment=written(row.comment, row.language),
        author=_person(row.author),
        validated_by=_person(row.validated_by),
        counted=format_number(counted),
        difference=difference_text(difference),
        parts=part_tables(parts_of(row.parts.all()), desk.names),
        parts_note=_("The parts are those of the value before its correction.") if shown is not row else "",
        file_name=row.original_name if row.file else "",
        corrections=tuple(_correction(one, desk) for one in corrections),
        is_locked=row.starts_on.year in desk.locked,
        **_addresses(row, desk, has_corrections=bool(corrections)),
    )


def _addresses(row: IndicatorValue, desk: Desk, *, has_corrections: bool) -> dict[str, str]:
    """Return where the reader may go from a value; what they may not do has no address."""
    reader, locked = desk.reader, row.starts_on.year in desk.locked
    validated = row.state == Validation.VALIDATED
    allowed = {
        "file": reader.may_report and bool(row.file),
        "edit": reader.may_report and not locked and not validated and not has_corrections,
        "correct": reader.may_report and (locked or has_corrections),
        "validate": reader.may_validate and not locked and not validated,
        "take_back": reader.may_validate and not locked and validated and not has_corrections,
    }
    return {
        f"{name}_url": reverse(f"partnerships:value_{name}", args=[row.pk]) if may else ""
        for name, may in allowed.items()
    }


def _correction(row: IndicatorCorrection, desk: Desk) -> CorrectionCard:
    validated = row.state == Validation.VALIDATED
    address = reverse("partnerships:correction_validate", args=[row.pk])
    return CorrectionCard(
        text=figure_text(desk.sheet, figure(row)),
        recorded=format_date(row.recorded_on),
        reason=written(row.reason, row.language),
        author=_person(row.author),
        is_validated=validated,
        state=capfirst(row.get_state_display()),
        validate_url=address if desk.reader.may_validate and not validated else "",
    )


def _person(user: Any) -> str:
    return (user.get_full_name() or str(user)) if user else ""


def part_tables(parts: Mapping[Slice, Decimal], names: Names) -> tuple[PartTable, ...]:
    """Return parts as tables: a column for each sex where they are told by it, a row for each age and group."""
    kinds: dict[tuple[bool, bool, bool], list[Slice]] = defaultdict(list)
    for part in parts:
        kinds[part.dimensions].append(part)
    return tuple(_table(kind, kinds[kind], parts, names) for kind in sorted(kinds, reverse=True))


def _table(
    kind: tuple[bool, bool, bool], told: Sequence[Slice], parts: Mapping[Slice, Decimal], names: Names
) -> PartTable:
    by_sex, by_age, by_group = kind
    sexes = [sex for sex in Sex if any(part.sex == sex for part in told)] if by_sex else [""]
    keys = sorted({(part.group, part.band) for part in told}, key=lambda key: _place(key, names))
    rows = tuple(
        (
            listed([translated(names.groups.get(group), "name") if group else "", names.bands.get(band or 0)])
            or str(_("Number")),
            tuple(format_number(parts.get(Slice(str(sex), band, group), ZERO)) for sex in sexes),
        )
        for group, band in keys
    )
    dimensions = [_("sex") if by_sex else "", _("age") if by_age else "", _("target group") if by_group else ""]
    columns = tuple(capfirst(str(Sex(sex).label)) if sex else str(_("Number")) for sex in sexes)
    return PartTable(_("By %(dimensions)s") % {"dimensions": listed(dimensions)}, columns, rows)


def _place(key: tuple[int | None, int | None], names: Names) -> tuple[int, int]:
    group, band = names.groups.get(key[0] or 0), names.bands.get(key[1] or 0)
    return (group.position if group else 0, band.position if band else 0)
