"""Judging and writing a spreadsheet of budget lines: new lines, and amendments of those that are there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import BudgetAmendment, BudgetLine
from activities.resources import names
from partnerships.models import Partnership, Programme, ProgrammeYear
from partnerships.services import hold_money
from portal.ground import bulk
from portal.ground.audit import entries, plain
from portal.ground.columns import as_text
from portal.ground.models import AuditEntry, User
from portal.ground.sheet_rows import CHANGED, NEW, REFUSED, UNCHANGED, Field, Outcome, Report, Table, Verdict, day, line


class Plan(NamedTuple):
    """What a row writes: a line, or an amendment of the line `pk` that has had `amendments` of them."""

    columns: dict[str, Any]
    pk: int | None = None
    before: Decimal | None = None
    version: int = 1
    amendments: int = 0
    reason: str = ""
    agreed_on: dt.date | None = None


@dataclass
class BudgetSheet:
    """Judges the rows of a sheet of budget lines for one partnership; `hold` as for expenses."""

    partnership: Partnership
    hold: bool = False

    needs = [{"year"}, {"source"}, {"amount"}]

    @cached_property
    def _activities(self) -> names.Names:
        return names.activities_of(self.partnership)[0]

    @cached_property
    def _outcomes(self) -> names.Names:
        return names.outcomes_of(self.partnership)

    @cached_property
    def _sources(self) -> names.Names:
        return names.sources()

    @cached_property
    def _headings(self) -> names.Headings:
        return names.Headings()

    def _of(self, kind: str) -> Any:
        """Return what reads the name of a record; the records are read with the first cell."""
        return lambda cell: getattr(self, kind).find(cell)

    @property
    def fields(self) -> list[Field]:
        """What a column may mean."""
        return [
            Field("year", gettext_lazy("Year"), names.whole, "jaar|annee|exercice|السنة", required=True, for_all=True),
            Field(
                "source",
                gettext_lazy("Paid from"),
                self._of("_sources"),
                "bron|source|source de financement|financement|bailleur|financieringsbron|funder|مصدر التمويل",
                required=True,
                help_text=gettext_lazy("short name, name, abbreviation or alias of the source"),
                for_all=True,
            ),
            Field(
                "heading",
                gettext_lazy("Cost heading"),
                lambda cell: " ".join(as_text(cell).split()),
                "rubriek|rubrique|poste|ligne budgetaire|kostenpost|budgetpost|heading|البند",
            ),
            Field("outcome", gettext_lazy("Outcome"), self._of("_outcomes"), "resultaat|resultat|effet|الأثر"),
            Field("activity", gettext_lazy("Activity"), self._of("_activities"), "activiteit|activite|projet|النشاط"),
            Field(
                "description",
                gettext_lazy("What it is for"),
                line(200),
                "omschrijving|libelle|description|objet|intitule|designation|البيان",
            ),
            Field(
                "amount",
                gettext_lazy("Amount in euro"),
                names.budget,
                "bedrag|montant|amount|budget|begroting|montant eur|montant en euro|المبلغ",
                required=True,
            ),
            Field("reason", gettext_lazy("Reason of the change"), line(250), "motif|reden|reason|السبب"),
            Field("agreed_on", gettext_lazy("Agreed on"), day, "akkoord op|accord du|date de l accord"),
        ]

    def judge(self, rows: Table, report: Report = lambda _done, _all: None) -> Outcome:
        """Return what becomes of each row."""
        if self.hold:
            hold_money([self.partnership.pk])
        self.rows = rows
        years = ProgrammeYear.objects.filter(programme__partnership=self.partnership).order_by("pk")
        years = years.select_for_update(of=("self",)) if self.hold else years
        self.locked = {row.year for row in years if row.state == ProgrammeYear.State.LOCKED}
        self.programmes = list(Programme.objects.filter(partnership=self.partnership))
        self.stored = self._stored()
        seen: dict[tuple, int] = {}
        outcome = Outcome()
        columns = [rows.column(one.name) for one in self.fields]
        for index, cells in enumerate(zip(*columns, strict=True)):
            outcome.verdicts.append(self._verdict(index, cells, seen, outcome.plans))
        report(len(rows), len(rows))
        return outcome

    def _stored(self) -> dict[tuple, BudgetLine]:
        lines = BudgetLine.objects.filter(programme__partnership=self.partnership)
        lines = lines.annotate(amended=Count("amendments"))
        return {_key(vars(row)): row for row in lines}

    def _verdict(self, index: int, cells: tuple, seen: dict[tuple, int], plans: list[Plan]) -> Verdict:
        year, source, heading, outcome, activity, description, amount, reason, agreed_on = cells
        columns = {
            "programme_id": self._programme(index, year),
            "year": year,
            "source_id": source,
            "heading_id": self._heading(index, source, heading),
            "outcome_id": outcome,
            "activity_id": activity,
            "description": description or "",
            "amount": amount,
        }
        told = " · ".join(str(part) for part in (year, heading, description) if part)
        if outcome and activity:
            self.rows.fault(index, "outcome", _("Choose an outcome or an activity, not both."))
        first = seen.setdefault(_key(columns), index)
        if first != index and index not in self.rows.faults:
            sentence = _("Row %(row)s is the same line already: say in words what sets this one apart.")
            self.rows.fault(index, "description", sentence % {"row": self.rows.numbers[first]})
        stored = self.stored.get(_key(columns))
        changes = index not in self.rows.faults and (stored is None or stored.amount != amount)
        if changes:
            self._check_change(index, columns, stored, reason)
        number = self.rows.numbers[index]
        if index in self.rows.faults:
            return Verdict(number, REFUSED, told, self.rows.faults[index])
        if not changes:
            return Verdict(number, UNCHANGED, told, [])
        if stored is None:
            plans.append(Plan(columns))
            return Verdict(number, NEW, told, [])
        plans.append(
            Plan(columns, stored.pk, stored.amount, stored.version, vars(stored)["amended"], reason, agreed_on)
        )
        return Verdict(number, CHANGED, told, [(self.rows.headings["amount"], f"{stored.amount} → {amount}")])

    def _programme(self, index: int, year: int | None) -> int | None:
        running = [row for row in self.programmes if year and row.starts_on.year <= year <= row.ends_on.year]
        if year and len(running) != 1:
            self.rows.fault(index, "year", _("No programme of the partnership, or more than one, runs in this year."))
        return running[0].pk if len(running) == 1 else None

    def _heading(self, index: int, source: int | None, heading: str | None) -> int | None:
        if not (source and heading):
            return None
        try:
            found = self._headings.find(source, heading)
        except ValidationError as error:
            self.rows.fault(index, "heading", " ".join(error.messages))
            return None
        if found not in self._headings.by_source.get(source, names.Names("")).slugs.values():
            self.rows.fault(index, "heading", _("This heading belongs to another funding source."))
        return found

    def _check_change(self, index: int, columns: dict[str, Any], stored: BudgetLine | None, reason: str | None) -> None:
        if columns["year"] in self.locked:
            sentence = _("The year %(year)s is locked: an officer can open it again.") % {"year": columns["year"]}
            self.rows.fault(index, "year", sentence)
        if stored is not None and not reason:
            self.rows.fault(index, "reason", _("Say why the amount changes."))


def _key(columns: dict[str, Any]) -> tuple:
    """Return what tells a budget line from others, as the database's own constraint has it."""
    names_of = ["programme_id", "year", "source_id", "heading_id", "outcome_id", "activity_id"]
    return *(columns[name] for name in names_of), columns["description"].lower()


def write(plans: list[Plan], *, actor: User, source: str, on: dt.date) -> None:
    """Write the lines and the amendments, agreed `on` the day unless a row says otherwise. Call it in a transaction."""
    new = [plan for plan in plans if plan.pk is None]
    changed = [plan for plan in plans if plan.pk is not None]
    keys = [*bulk.insert(BudgetLine, [plan.columns for plan in new]), *(plan.pk or 0 for plan in changed)]
    amendments = [
        {
            "line_id": plan.pk,
            "number": plan.amendments + 1,
            "amount_before": plan.before,
            "amount_after": plan.columns["amount"],
            "reason": plan.reason,
            "agreed_on": plan.agreed_on or on,
            "actor_id": actor.pk,
        }
        for plan in changed
    ]
    bulk.insert(BudgetAmendment, amendments)
    rows = [{"pk": plan.pk, "amount": plan.columns["amount"], "version": plan.version + 1} for plan in changed]
    bulk.update(BudgetLine, ["amount", "version"], rows)
    told = [
        (key, _words(plan), plan.columns["programme_id"], _changes(plan))
        for key, plan in zip(keys, [*new, *changed], strict=True)
    ]
    verb = AuditEntry.Verb.IMPORT
    bulk.insert(AuditEntry, entries(told, model=BudgetLine, parent=Programme, actor=actor, verb=verb, reason=source))


def _words(plan: Plan) -> str:
    return " · ".join(str(part) for part in (plan.columns["year"], plan.columns["description"]) if part)


def _changes(plan: Plan) -> dict[str, list[Any]]:
    if plan.pk is not None:
        return {"amount": [plain(plan.before), plain(plan.columns["amount"])]}
    return {name: [None, plain(value)] for name, value in plan.columns.items() if value not in (None, "")}
