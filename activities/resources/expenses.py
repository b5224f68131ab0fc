"""Judging a spreadsheet of expenses: what each row would write, and whether the funders' rules let it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from activities.eligibility import Claim, Rulebook
from activities.eligibility.claim import as_spelled
from activities.models import Activity, Expenditure
from activities.resources.corrections import Corrections
from activities.resources.expense_rows import MAD, Draft, ExpenseTable
from activities.resources.stored import Stored, StoredExpenses
from activities.services.drawdowns import Purse, Taken
from partnerships.models import FundingRule, Partnership, ProgrammeYear
from portal.ground.sheet_rows import CHANGED, NEW, REFUSED, UNCHANGED, Field, Outcome, Report, Table, Verdict
from portal.ground.wording import listed

STEP = 500
# The field of a sheet that fills a column under another name.
FIELDS = {
    "activity_id": "activity",
    "source_id": "source",
    "heading_id": "heading",
    "original_amount": "amount_mad",
    "corrects_id": "corrects",
}
# The columns on which it depends what an expenditure takes from which transfers.
TAKES = {"original_amount", "source_id", "rate", "spent_on"}


class Plan(NamedTuple):
    """What a row writes: columns, a voucher, (transfer, dirham) drawn; `stored` is the record that it changes.

    `drawn` is None where the drawdowns stay as they are.
    """

    columns: dict[str, Any]
    voucher: dict[str, Any] | None
    drawn: list[tuple[int, Decimal]] | None
    stored: Stored | None


@dataclass
class ExpenseSheet:
    """Judges the rows of a sheet for one partnership.

    With `hold`, inside a transaction, nobody else spends its money or locks its years until that ends.
    """

    partnership: Partnership
    hold: bool = False
    table: ExpenseTable = field(init=False)

    needs = [{"activity"}, {"spent_on"}, {"description"}, {"source"}, {"amount", "amount_mad"}]

    def __post_init__(self) -> None:
        self.table = ExpenseTable(self.partnership)

    @property
    def fields(self) -> list[Field]:
        """What a column may mean."""
        return self.table.fields

    def judge(self, rows: Table, report: Report = lambda _done, _all: None) -> Outcome:
        """Return what becomes of each row; `report` is told how many are judged."""
        drafts = list(self.table.drafts(rows))
        given = [draft for draft in drafts if draft]
        self.corrections = Corrections(self.partnership, given, rows)
        given = [self.corrections.adopt(draft) for draft in given]
        if self.hold:
            wanted = {draft.activity_id for draft in given}
            # No key changes, so that whoever holds the money and writes about one of them need not wait.
            held = Activity.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=wanted)
            list(held.order_by("pk").values("pk"))
        self.rows = rows
        self.stored = StoredExpenses(self.partnership, given)
        matches = self._matches(given)
        plans = {draft.place: self._plan(draft, matches.get(draft.place)) for draft in given}
        written = [draft for draft in given if plans[draft.place] is not None and draft.place not in rows.faults]
        self._ask_funders(written, plans, report)
        return self._outcome(drafts, plans)

    def _matches(self, drafts: list[Draft]) -> dict[int, Stored]:
        """Return {row: the expenditure that it is}; a row that another one says already is refused."""
        found: dict[int, Stored] = {}
        seen: dict[tuple, int] = {}
        for draft in drafts:
            number = as_spelled(draft.voucher_number) if draft.voucher_number else ""
            key = (draft.number,) if draft.number else (*draft.key, number)
            first = seen.setdefault(key, draft.place)
            if first != draft.place:
                sentence = _("Row %(row)s says the same already: give the voucher's number that tells them apart.")
                self.rows.fault(draft.place, "description", sentence % {"row": self.rows.numbers[first]})
        for draft in drafts:
            if draft.place in self.rows.faults:
                continue
            if draft.number:
                known = self.stored.by_number.get(draft.number)
                if known is None:
                    sentence = _("There is no expense with the number %(id)s.") % {"id": draft.number}
                    self.rows.fault(draft.place, "number", sentence)
                    continue
            else:
                known = self.stored.take(draft, seen)
            if known is not None:
                found[draft.place] = known
        return found

    def _plan(self, draft: Draft, stored: Stored | None) -> Plan | None:
        """Return what a row would write; None where it says what is stored already."""
        voucher = {
            "number": draft.voucher_number,
            "dated_on": draft.voucher_date,
            "supplier": draft.supplier,
            "total": draft.voucher_total,
        }
        columns = {
            "activity_id": draft.activity_id,
            "spent_on": draft.spent_on,
            "description": draft.description,
            "source_id": draft.source_id,
            "heading_id": draft.heading_id,
            "spent_by": draft.spent_by,
            "amount": draft.amount,
            "original_amount": draft.original_amount,
            "original_currency": MAD if draft.original_amount is not None else "",
            "rate": draft.rate,
            "rule_reason": draft.rule_reason,
            "corrects_id": draft.corrects,
        }
        if stored is None:
            return Plan(columns, voucher if draft.voucher_number else None, None, None)
        changed = stored.changes(columns)
        paper = stored.voucher_changes(voucher)
        return Plan(changed, paper, None, stored) if changed or paper else None

    def _ask_funders(self, drafts: list[Draft], plans: dict[int, Plan | None], report: Report) -> None:
        if not drafts:
            report(1, 1)
            return
        self.book = Rulebook.load([self.partnership.pk], hold=self.hold)
        self.locked = self._locked_years()
        self.purses: dict[tuple[int, int], Purse] = {}
        changed = [plan for draft in drafts if (plan := plans[draft.place]) and plan.stored]
        self.stored.put_back([plan.stored for plan in changed if plan.stored and TAKES & set(plan.columns)])
        self.redrawn = [plan.stored for plan in changed if plan.stored and self._draws_anew(plan)]
        claims = []
        for draft in drafts:
            plan = plans[draft.place] = self._price(draft, plans[draft.place])
            if draft.place not in self.rows.faults:
                claims.append((draft, plan, self._claim(draft, plan)))
        self.book.know_vouchers([claim for _draft, _plan, claim in claims])
        replaced = [plan.stored.pk for _draft, plan, _claim in claims if plan.stored]
        self.corrected: set[int | None] = set()
        if replaced:
            corrections = Expenditure.objects.filter(corrects__in=replaced)
            self.corrected = set(corrections.values_list("corrects", flat=True))
            self.book.release(list(Expenditure.objects.filter(pk__in=replaced).select_related("activity", "log_entry")))
        for done, (draft, plan, claim) in enumerate(claims):
            self._keep_what_is_closed(draft, plan)
            self._ask(draft, claim)
            if done % STEP == 0:
                report(done, len(claims))
        report(len(claims), len(claims))

    def _locked_years(self) -> set[int]:
        years = ProgrammeYear.objects.filter(programme__partnership=self.partnership)
        if self.hold:
            years = years.select_for_update(of=("self",))
        return {row.year for row in years.order_by("pk") if row.state == ProgrammeYear.State.LOCKED}

    def _keep_what_is_closed(self, draft: Draft, plan: Plan) -> None:
        days = [draft.spent_on, *(plan.stored.days if plan.stored else [])]
        locked = sorted({day.year for day in days} & self.locked)
        if locked:
            sentence = _("The year %(year)s is locked: an officer can open it again.") % {"year": locked[0]}
            self.rows.fault(draft.place, "spent_on", sentence)
        if plan.stored:
            refusal = plan.stored.refusal(plan.columns, is_corrected=plan.stored.pk in self.corrected)
            if refusal:
                self.rows.fault(draft.place, "description", refusal)

    def _price(self, draft: Draft, plan: Plan | None) -> Plan:
        """Return the plan with the euro and the rate of its dirham, taken from the transfers where it has no rate."""
        assert plan is not None  # noqa: S101 - only rows that write something are priced
        stored = plan.stored
        if stored and not self._draws_anew(plan):
            return plan
        if draft.corrects and not stored:
            back = self.corrections.ask(draft)
            if (draft.original_amount or draft.amount or 0) < 0:
                return self._given_back(plan, back)
        if draft.original_amount is None or draft.rate is not None:
            return plan._replace(drawn=[]) if stored and self.stored.drew(stored) else plan
        programme = self.book.programme_on(self.partnership.pk, draft.spent_on)
        taken = None
        if programme:
            key = (programme.pk, draft.source_id)
            if key not in self.purses:
                self.purses[key] = Purse.load(programme, draft.source_id)
                self.stored.fill(self.purses[key], self.redrawn)
            taken = self._take(draft, self.purses[key])
        if draft.place in self.rows.faults:
            return plan
        if taken is None:
            sentence = _("Not so many dirham have arrived by transfer: give the rate at which they were bought.")
            self.rows.fault(draft.place, "rate", sentence)
            return plan
        priced = {**plan.columns, "amount": taken.euro, "rate": taken.rate}
        return plan._replace(columns=priced, drawn=[(transfer.pk, part) for transfer, part in taken.parts])

    def _take(self, draft: Draft, purse: Purse) -> Taken | None:
        """Take dirham out of a purse, those of the transfer that the row names first."""
        named = as_spelled(draft.transfer)
        chosen = next((row for row in purse.transfers if named and as_spelled(row.reference) == named), None)
        if named and chosen is None:
            sentence = _("No money of this source and this programme came by this transfer.")
            self.rows.fault(draft.place, "transfer", sentence)
            return None
        return purse.take(draft.original_amount or Decimal(0), chosen)

    @staticmethod
    def _given_back(plan: Plan, back: Taken | None) -> Plan:
        """Return the plan of a refund: its dirham go back to the transfers that they came from."""
        if back is None:
            return plan
        columns = {**plan.columns, "amount": back.euro, "rate": back.rate}
        return plan._replace(columns=columns, drawn=[(transfer.pk, part) for transfer, part in back.parts])

    def _draws_anew(self, plan: Plan) -> bool:
        """Say whether what a changed expenditure took from transfers is taken anew: of another programme, too."""
        if (TAKES - {"spent_on"}) & set(plan.columns):
            return True
        day = plan.columns.get("spent_on")
        if not (day and plan.stored and self.stored.drew(plan.stored)):
            return False
        home = self.partnership.pk
        return self.book.programme_on(home, day) != self.book.programme_on(home, plan.stored.values["spent_on"])

    def _claim(self, draft: Draft, plan: Plan) -> Claim:
        side, programme = self.table.activities[draft.activity_id]
        stored = plan.stored
        number = draft.voucher_number or (stored.number if stored else "")
        paper = stored.paper(number) if stored else {}
        return Claim(
            partnership_id=self.partnership.pk,
            activity_id=draft.activity_id,
            programme_id=programme,
            side=side,
            spender=draft.spent_by or (stored.values["spent_by"] if stored else "") or side,
            source_id=draft.source_id,
            heading_id=draft.heading_id or (stored.values["heading_id"] if stored else None),
            spent_on=draft.spent_on,
            amount=plan.columns.get("amount") or (stored.values["amount"] if stored else Decimal(0)),
            has_voucher=bool(number) or bool(stored and stored.vouchers),
            voucher_number=number,
            supplier=draft.supplier or paper.get("supplier", ""),
            voucher_total=draft.voucher_total or paper.get("total"),
            rule_reason=draft.rule_reason or (stored.values["rule_reason"] if stored else ""),
            expenditure_id=stored.pk if stored else None,
            corrects_id=stored.values["corrects_id"] if stored else draft.corrects,
            corrects_on=self.corrections.paid_on(draft) if not stored else None,
        )

    def _ask(self, draft: Draft, claim: Claim) -> None:
        allowed, reasons = self.book.verdict(claim)
        if not allowed:
            for reason in reasons:
                if reason.effect != FundingRule.Effect.JUDGE:
                    self.rows.fault(draft.place, reason.field, reason.sentence)
            if any(reason.field == "source" for reason in reasons):
                others = listed(self.book.alternatives(claim))
                sentence = _("These sources would pay it: %(sources)s.") % {"sources": others}
                self.rows.fault(draft.place, "source", sentence if others else _("No other source would pay it."))
        elif draft.place not in self.rows.faults:
            self.book.charge(claim)

    def _outcome(self, drafts: list[Draft | None], plans: dict[int, Plan | None]) -> Outcome:
        outcome = Outcome()
        texts = self.rows.column("description")
        for index, number in enumerate(self.rows.numbers):
            plan = plans.get(index)
            told = str(texts[index] or "")
            if index in self.rows.faults:
                outcome.verdicts.append(Verdict(number, REFUSED, told, self.rows.faults[index]))
            elif plan is None:
                outcome.verdicts.append(Verdict(number, UNCHANGED, told, []))
            else:
                outcome.plans.append(plan)
                outcome.verdicts.append(Verdict(number, CHANGED if plan.stored else NEW, told, self._told(plan)))
        return outcome

    def _told(self, plan: Plan) -> list[tuple[str, str]]:
        """Return what a row changes of its record, as (heading, `old → new`)."""
        if plan.stored is None:
            return []
        told = [
            (
                self.rows.headings[FIELDS.get(name, name)],
                f"{show(name, plan.stored.values[name])} → {show(name, value)}",
            )
            for show in [self.table.show]
            for name, value in plan.columns.items()
            if name != "original_currency"
        ]
        if plan.voucher:
            told.append((self.rows.headings["voucher_number"], plan.voucher["number"]))
        return told
