"""The invented findings, decisions, lessons, risks, reviews, delays and codes, through the services as people would."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from activities.models import Activity
from activities.services import record_delay
from partnerships.models import (
    Decision,
    DecisionStep,
    Finding,
    Lesson,
    Municipality,
    Organisation,
    Partnership,
    Programme,
    ProgrammeCode,
    ReportingCode,
    Risk,
    RiskStep,
)
from partnerships.services import create_record, review_risk
from portal.ground.models import User

Row = dict[str, Any]
INVENTED = {"is_demonstration": True}


class Storyteller:
    """Writes down the trails of one partnership; knows the rows that the texts name."""

    def __init__(
        self, text: Row, *, activities: dict[str, Activity], people: dict[str, User], key: Callable[[str], uuid.UUID]
    ):
        self.text, self.activities, self.people, self.key = text, activities, people, key
        self.actor = people["officer"]
        self.partnership = Partnership.objects.get(slug=text["partnership"])
        self.programme = Programme.objects.get(slug=text["programme"])

    def load(self) -> None:
        """Write the findings before the decisions that name them, and the risks before their reviews."""
        made = {row["key"]: self._make(Finding(partnership=self.partnership), row) for row in self.text["findings"]}
        for row in self.text["decisions"]:
            self._decide(row, made)
        for row in self.text["lessons"]:
            self._make(Lesson(partnership=self.partnership, programme=self.programme), row)
        for row in self.text["risks"]:
            self._make(Risk(partnership=self.partnership, owner=self.people[row["owner"]]), row)
        for row in self.text["codes"]:
            code = ReportingCode.objects.get(kind=row["list"], code=row["code"])
            programme = Programme.objects.get(slug=row.get("programme", self.programme.slug))
            self._make(ProgrammeCode(programme=programme), {**row, "key": f"{code.kind} {code.code}"}, code=code)
        for slug, identifier in self.text["iati"].items():
            Municipality.objects.filter(slug=slug, iati_identifier="").update(iati_identifier=identifier)
        for number, row in enumerate(self.text["reviews"]):
            self._review(row, number)
        for number, row in enumerate(self.text["delays"]):
            key = self.key(f"delay {row['activity']} {number}")
            values = dated(row["values"])
            record_delay(self.activities[row["activity"]], values | INVENTED, actor=self.actor, key=key)

    def _make(self, record: Any, row: Row, links: dict[str, list[Any]] | None = None, **named: Any) -> Any:
        values = dated(row["columns"]) | INVENTED | named
        key = self.key(f"{self.programme.slug} {row['key']}" if named else row["key"])
        made, _new = create_record(record, values, links, actor=self.actor, key=key)
        return made

    def _decide(self, row: Row, findings: dict[str, Any]) -> None:
        consulted = Organisation.objects.filter(slug__in=row["consulted"])
        links = {"findings": [findings[key] for key in row["findings"]], "consulted": list(consulted)}
        decision = self._make(Decision(partnership=self.partnership, programme=self.programme), row, links)
        for number, step in enumerate(row["steps"]):
            columns = {"key": f"{row['key']} {number}", "columns": step}
            self._make(DecisionStep(decision=decision), columns)

    def _review(self, row: Row, number: int) -> None:
        risk = Risk.objects.get(slug=row["risk"])
        if not risk.is_demonstration:
            # It is a fact, but what it is judged to be from now on is invented.
            Risk.objects.filter(pk=risk.pk).update(is_demonstration=True)
            risk.refresh_from_db()
        step = RiskStep(**dated(row["step"]), **INVENTED)
        values = dated(row["values"]) | {"owner": self.people[row["owner"]]}
        key = self.key(f"review {row['risk']} {number}")
        review_risk(risk, step, values, actor=self.actor, version=risk.version, key=key)


def dated(row: Row) -> Row:
    """Return the columns of a row with its days as such."""
    days = {name: dt.date.fromisoformat(value) for name, value in row.items() if name.endswith("_on") and value}
    return row | days
