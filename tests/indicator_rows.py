"""Rows of the results chain, as the tests of indicators write them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from activities.models import Activity, CountingRule, LogEntry, Participation
from partnerships.models import Indicator, IndicatorTarget, IndicatorValue, Outcome, Scale, ScaleLevel
from portal.ground.models import User
from tests.cast import Bond, Cast, in_all_languages, make_entry


def make_result(bond: Bond, level: str = "outcome", parent: Outcome | None = None, **fields: Any) -> Outcome:
    """Write a result of the bond's programme, named after its level."""
    number = Outcome.objects.count() + 1
    values = {"slug": f"{level}-{number}", "partnership": bond.partnership, "programme": bond.programme, **fields}
    return Outcome.objects.create(level=level, parent=parent, **in_all_languages(title=f"Result {number}"), **values)


def make_indicator(result: Outcome, **fields: Any) -> Indicator:
    """Write an indicator that is a number; it counts nobody who is vulnerable unless its parts, rule or `whom` do."""
    number = Indicator.objects.count() + 1
    values = {"slug": f"indicator-{number}", "number": number, "whom": "others", **fields}
    return Indicator.objects.create(outcome=result, **in_all_languages(title=f"Indicator {number}"), **values)


def make_scale(slug: str = "quality") -> Scale:
    """Write a scale of three steps."""
    scale = Scale.objects.create(slug=slug, **in_all_languages(name=slug))
    for value, label in [(1, "weak"), (2, "fair"), (3, "good")]:
        ScaleLevel.objects.create(scale=scale, value=value, **in_all_languages(label=label))
    return scale


def make_target(indicator: Indicator, value: float | str | None, year: int = 2024, **fields: Any) -> IndicatorTarget:
    """Write the target of a year."""
    number = None if value is None else Decimal(value)
    return IndicatorTarget.objects.create(indicator=indicator, year=year, value=number, **fields)


def make_value(
    indicator: Indicator, value: float | str | None, year: int = 2024, *, by: User | None = None, **fields: Any
) -> IndicatorValue:
    """Write the value of a whole year; `by` is the officer who stands for it."""
    values = {"starts_on": dt.date(year, 1, 1), "ends_on": dt.date(year, 12, 31), "language": "en", **fields}
    if by is not None:
        values |= {"state": "validated", "validated_by": by}
    number = None if value is None else Decimal(value)
    return IndicatorValue.objects.create(indicator=indicator, value=number, **values)


def make_rule(indicator: Indicator, **fields: Any) -> CountingRule:
    """Write a counting rule; `groups` and `themes` are its links."""
    links = {"target_groups": fields.pop("groups", []), "themes": fields.pop("themes", [])}
    rule = CountingRule.objects.create(indicator=indicator, **fields)
    for name, rows in links.items():
        getattr(rule, name).set(rows)
    return rule


def reach(cast: Cast, activity: Activity, day: dt.date, *people: tuple[str, int, int], **fields: Any) -> LogEntry:
    """Log an entry of a day with people of the youth: (sex, place of the age band, number) for each cell."""
    group, counting = fields.pop("group", cast.youth), fields.pop("counting", "counted")
    entry = make_entry(activity, cast.officer, starts_on=day, **fields)
    for sex, band, number in people:
        cell = {"target_group": group, "age_band": cast.age_bands[band], "sex": sex, "counting": counting}
        Participation.objects.create(log_entry=entry, count=number, **cell)
    return entry


def lock(bond: Bond, year: int) -> None:
    """Lock a year of the bond's programme, without the steps that lead there."""
    row = bond.year(year)
    row.state = row.State.LOCKED
    row.save()
