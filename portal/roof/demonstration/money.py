"""The invented money of a programme, from the request to the budget: through the services, as an officer would."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from activities.models import Activity, BudgetLine
from activities.services.budget import amend_line, create_line, set_co_funding
from partnerships.models import CostHeading, FundingRequest, FundingSource, Grant, Outcome, Programme
from partnerships.services import (
    create_request,
    create_transfer,
    grant_request,
    refuse_request,
    save_tranche,
    submit_request,
)
from portal.ground.models import User

Row = dict[str, Any]
# The money stands before the log that it pays, so that nothing seems spent when a tranche is claimed.
TOLD_LATER = "Wat voor deze aanvraag uitgegeven werd, staat in het logboek."
INVENTED = {"is_demonstration": True}


class Treasury:
    """Writes down the money of one programme; knows the rows that the texts name."""

    def __init__(self, text: Row, *, activities: dict[str, Activity], actor: User, key: Callable[[str], uuid.UUID]):
        self.text, self.activities, self.actor, self.key = text, activities, actor, key
        self.programme = Programme.objects.select_related("partnership").get(slug=text["programme"])
        self.sources: dict[str, Any] = by_slug(FundingSource.objects.all())
        self.headings: dict[str, Any] = by_slug(CostHeading.objects.all())
        self.outcomes: dict[str, Any] = by_slug(Outcome.objects.all())

    def load(self) -> None:
        """Write the requests with their grants, the transfers, the budget and the shares, in the order of time."""
        for row in self.text["requests"]:
            self._request(row)
        for row in self.text["transfers"]:
            values = dated(row) | {"source": self.sources[row["source"]], "programme": self.programme}
            create_transfer(values | INVENTED, actor=self.actor, key=self.key(row["reference"]))
        for row in self.text["budget"]:
            self._line(row)
        for name, shares in self.text["co_funding"].items():
            parts = {self.sources[source].pk: Decimal(share) for source, share in shares.items()}
            set_co_funding(self.activities[name], parts, actor=self.actor, seen={})

    def _request(self, row: Row) -> None:
        values = {name: row[name] for name in row if name.startswith("purpose_")} | {
            "partnership": self.programme.partnership,
            "programme": self.programme,
            "source": self.sources[row["source"]],
            "side": row["side"],
        }
        request, _new = create_request(values | INVENTED, actor=self.actor, key=self.key(row["key"]))
        submitted = dt.date.fromisoformat(row["submitted_on"])
        request = submit_request(request, actor=self.actor, on=submitted, amount=Decimal(row["amount"]))
        if "grant" in row:
            self._grant(request, row)
        else:
            refused = dt.date.fromisoformat(row["refused_on"])
            refuse_request(request, actor=self.actor, on=refused, reason=row["reason"])

    def _grant(self, request: FundingRequest, row: Row) -> None:
        values = dated(row["grant"]) | {"programme": self.programme} | INVENTED
        grant: Grant
        grant, _new = grant_request(request, values, actor=self.actor)
        for tranche in row["tranches"]:
            values = dated(tranche) | INVENTED
            save_tranche(grant, tranche["year"], values, actor=self.actor, version=0, reason=TOLD_LATER)

    def _line(self, row: Row) -> None:
        line = BudgetLine(
            programme=self.programme,
            year=row["year"],
            source=self.sources[row["source"]],
            heading=self.headings[f"{row['source']}-{row['heading']}"] if "heading" in row else None,
            outcome=self.outcomes[row["outcome"]] if "outcome" in row else None,
            activity=self.activities[row["activity"]] if "activity" in row else None,
            amount=Decimal(row["amount"]),
            **INVENTED,
        )
        name = " ".join(str(row.get(part, "")) for part in ("year", "source", "heading", "outcome", "activity"))
        line, _new = create_line(line, actor=self.actor, key=self.key(f"{self.programme.slug} {name}"))
        if "amended" in row:
            values = dated(row["amended"])
            amend_line(line, **values, actor=self.actor, version=line.version, key=self.key(f"{name} amended"))


def by_slug(rows: Iterable[Any]) -> dict[str, Any]:
    """Return rows by their short names."""
    return {row.slug: row for row in rows}


def dated(row: Row) -> Row:
    """Return the columns of a row with its dates and amounts as such; links are the caller's."""
    columns: Row = {}
    for name, value in row.items():
        if name.endswith("_on"):
            columns[name] = dt.date.fromisoformat(value)
        elif name in {"amount", "accepted_budget", "bank_costs"} or name.endswith("_amount"):
            columns[name] = Decimal(value)
        else:
            columns[name] = value
    return columns
