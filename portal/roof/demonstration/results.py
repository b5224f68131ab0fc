"""The invented results and indicators of a programme, with targets, values and corrections: as people would tell them.

What is counted from the invented log is taken from it by the portal's own count, so that both always agree but where
the text says otherwise.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import models

from activities.counting import count
from activities.counting_rules import rules_of
from activities.models import Activity, CountingRule, Theme
from activities.services import tie_activity
from beneficiaries.models import AgeBand, TargetGroup
from beneficiaries.parts import Slice
from beneficiaries.services import ValueInput, report_value
from partnerships.models import Indicator, IndicatorCorrection, IndicatorValue, Outcome, Programme, Scale, ScaleLevel
from partnerships.services import correct_value, set_targets, validate_correction, validate_value
from portal.ground import audit
from portal.ground.models import AuditEntry, User

Row = dict[str, Any]
INVENTED = {"is_demonstration": True}
Made = TypeVar("Made", bound=models.Model)


class Chain:
    """Writes down the results of one programme; knows the rows that the texts name."""

    def __init__(self, text: Row, *, people: Mapping[str, User], key: Callable[[str], uuid.UUID]):
        self.text, self.key = text, key
        self.officer, self.reporter = people["officer"], people[text["reporter"]]
        self.programme = Programme.objects.select_related("partnership").get(slug=text["programme"])
        self.corrections: list[tuple[IndicatorValue, Row]] = []

    def load(self, activities: Mapping[str, Activity]) -> None:
        """Write the results, tie activities to them, and write the indicators with what they came to."""
        for row in self.text["scales"]:
            self._scale(row)
        for row in self.text["results"]:
            self._result(row)
        outcomes = {row.slug: row for row in Outcome.objects.all()}
        for name, outcome in self.text["ties"].items():
            tie_activity(activities[name], outcomes[outcome], actor=self.officer)
        for row in self.text["indicators"]:
            self._indicator(row, outcomes[row["outcome"]])

    def correct(self) -> None:
        """Correct what was reported wrongly of a year that is locked by now."""
        for value, row in self.corrections:
            columns = {
                "value": Decimal(row["value"]),
                "recorded_on": dt.date.fromisoformat(row["recorded_on"]),
                "reason": row["reason"],
                "language": self.text["language"],
            }
            key = self.key(f"correction {value.indicator.slug} {value.starts_on}")
            made, _new = correct_value(value, columns, actor=self.reporter, key=key)
            validate_correction(made, actor=self.officer)
            IndicatorCorrection.objects.filter(pk=made.pk).update(**INVENTED)

    def _scale(self, row: Row) -> None:
        scale = self._make(Scale(slug=row["slug"], **_texts("name", row["name"]), **INVENTED))
        for value, label in row["levels"]:
            self._make(ScaleLevel(scale=scale, value=value, **_texts("label", label)), parent=scale)

    def _result(self, row: Row) -> None:
        known = {
            "partnership": self.programme.partnership,
            "programme": self.programme,
            "parent": Outcome.objects.get(slug=row["parent"]),
            **{name: row[name] for name in ("slug", "level", "number")},
        }
        texts = _texts("title", row["title"]) | _texts("assumptions", row.get("assumptions", {}))
        self._make(Outcome(**known, **texts, **INVENTED), parent=self.programme.partnership)

    def _indicator(self, row: Row, outcome: Outcome) -> None:
        texts = {**_texts("title", row["title"]), **_texts("verification", row["verification"])}
        columns = _columns(row["columns"]) | {"number": row["number"], "owner": self.reporter}
        indicator = Indicator(slug=row["slug"], outcome=outcome, **texts, **_texts("unit", row.get("unit", {})))
        for name, value in {**columns, **INVENTED}.items():
            setattr(indicator, name, value)
        self._make(indicator, parent=outcome)
        if "rule" in row:
            self._rule(indicator, row["rule"])
        aims = {int(year): _told(indicator, value) for year, value in row["targets"].items()}
        set_targets(indicator, aims, actor=self.officer, version=indicator.version)
        for value in row["values"]:
            self._value(indicator, value)

    def _rule(self, indicator: Indicator, row: Row) -> None:
        lists = {"target_groups": TargetGroup, "themes": Theme}
        columns = {name: value for name, value in row.items() if name not in lists}
        rule = self._make(CountingRule(indicator=indicator, **columns, **INVENTED), parent=indicator)
        for name, model in lists.items():
            getattr(rule, name).set([model._default_manager.get(slug=slug) for slug in row.get(name, [])])

    def _value(self, indicator: Indicator, row: Row) -> None:
        year = row.get("year")
        first, last = row.get("starts_on", f"{year}-01-01"), row.get("ends_on", f"{year}-12-31")
        window = (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        typed = ValueInput(
            *window,
            **(self._counted(indicator, window) if row.get("counted") else self._typed(indicator, row)),
            source=row.get("source", ""),
            comment=row.get("comment", ""),
            language=self.text["language"],
        )
        value, _new = report_value(indicator, typed, actor=self.reporter, key=self.key(f"{indicator.slug} {first}"))
        IndicatorValue.objects.filter(pk=value.pk).update(**INVENTED)
        if row.get("validated"):
            validate_value(value, actor=self.officer, version=value.version)
        if "correction" in row:
            self.corrections.append((value, row["correction"]))

    @staticmethod
    def _counted(indicator: Indicator, window: tuple[dt.date, dt.date]) -> Row:
        rules = rules_of(CountingRule.objects.filter(indicator=indicator))
        came_to = count(rules, [window])[indicator.pk, window]
        parts = came_to.parts_by(sex=indicator.by_sex, age=indicator.by_age, group=indicator.by_group)
        return {"value": Decimal(came_to.total), "parts": parts, "is_counted": True}

    @staticmethod
    def _typed(indicator: Indicator, row: Row) -> Row:
        bands = {band.slug: band.pk for band in AgeBand.objects.all()} if "parts" in row else {}
        parts = {Slice(band=bands[band]): Decimal(number) for band, number in row.get("parts", {}).items()}
        return {**_told(indicator, row.get("level", row.get("value"))), "parts": parts}

    def _make(self, row: Made, parent: models.Model | None = None) -> Made:
        """Write a row that only the administration makes, as an officer would there."""
        row.full_clean()
        row.save()
        verb = AuditEntry.Verb.CREATE
        audit.record(row, actor=self.officer, verb=verb, changes=audit.snapshot(row), parent=parent)
        return row


def _texts(field: str, words: Mapping[str, str]) -> dict[str, str]:
    return {f"{field}_{code}": text for code, text in words.items()}


def _columns(row: Row) -> Row:
    """Return the columns of an indicator: a scale by its name, its baseline by its value."""
    columns = dict(row)
    if "scale" in columns:
        columns["scale"] = Scale.objects.get(slug=columns["scale"])
        columns["baseline_level"] = columns["scale"].levels.get(value=columns["baseline_level"])
    if "baseline" in columns:
        columns["baseline"] = Decimal(columns["baseline"])
    return columns


def _told(indicator: Indicator, told: Any) -> Row:
    """Return a target or a value as columns: a step of the scale, or a number."""
    if indicator.scale is not None:
        return {"level": indicator.scale.levels.get(value=told)}
    return {"value": Decimal(told)}
