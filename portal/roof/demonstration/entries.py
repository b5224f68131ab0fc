"""From a log entry as the texts tell it to the values that the service takes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from activities.models import Activity, Product
from activities.services import DocumentValues, EntryValues, ExpenseValues, PhotoValues
from beneficiaries.models import AgeBand, TargetGroup
from partnerships.models import CostHeading, FundingSource
from portal.ground.money import Currency, to_euro
from portal.roof.demonstration.money import by_slug
from portal.roof.demonstration.papers import paper
from portal.roof.demonstration.pictures import photo


class Desk:
    """Fills in the log form: knows the rows that the texts name, and draws the pictures as it goes."""

    def __init__(self, activities: dict[str, Activity]) -> None:
        self.activities = activities
        self.sources: dict[str, Any] = by_slug(FundingSource.objects.all())
        self.headings: dict[str, Any] = by_slug(CostHeading.objects.all())
        self.groups = dict(TargetGroup.objects.values_list("slug", "pk"))
        self.bands = dict(AgeBand.objects.values_list("slug", "pk"))
        self.products: dict[str, Any] = {row.slug: row for row in Product.objects.all()}
        self.drawn = 0

    def values(self, row: dict[str, Any]) -> EntryValues:
        """Return the whole entry. Raises KeyError for a name that no row bears."""
        starts_on = dt.date.fromisoformat(row["starts_on"])
        return EntryValues(
            activity=self.activities[row["activity"]],
            starts_on=starts_on,
            ends_on=dt.date.fromisoformat(row.get("ends_on", row["starts_on"])),
            language=row["language"],
            text=row["text"],
            difficulties=row.get("difficulties", ""),
            next_step=row.get("next_step", ""),
            counting=row.get("counting", "counted"),
            participants=self._participants(row.get("participants", {})),
            expenses=[self._expense(expense, starts_on) for expense in row.get("expenses", [])],
            photos=[self._photo(picture) for picture in row.get("photos", [])],
            documents=[self._document(title, starts_on) for title in row.get("documents", [])],
            products=[self.products[slug] for slug in row.get("products", [])],
        )

    def _participants(self, counts: dict[str, dict[str, dict[str, int]]]) -> dict[tuple[int, str, int], int]:
        return {
            (self.groups[group], sex, self.bands[band]): count
            for group, of_sex in counts.items()
            for sex, of_band in of_sex.items()
            for band, count in of_band.items()
        }

    def _expense(self, row: dict[str, Any], day: dt.date) -> ExpenseValues:
        spent_on = dt.date.fromisoformat(row["spent_on"]) if "spent_on" in row else day
        amount, foreign, shown = money(row)
        return ExpenseValues(
            spent_on=spent_on,
            description=row["description"],
            source=self.sources[row["source"]],
            heading=self.headings[f"{row['source']}-{row['heading']}"] if "heading" in row else None,
            amount=amount,
            **self._voucher(row, spent_on, shown),
            **foreign,
        )

    @staticmethod
    def _voucher(row: dict[str, Any], day: dt.date, shown: str) -> dict[str, Any]:
        """Return the paper with its number and supplier; of one that is not scanned yet the file is missing."""
        if "voucher" not in row:
            return {}
        number = row["voucher"]
        known = {"voucher_number": number, "supplier": row["supplier"], "voucher_date": day}
        if not row.get("is_scanned", True):
            return known
        lines = [f"Voucher: {number}", f"Date: {day.isoformat()}", f"Amount: {shown}"]
        return known | {"voucher": paper(number, f"Voucher {number}", lines)}

    def _photo(self, row: dict[str, str]) -> PhotoValues:
        self.drawn += 1
        return PhotoValues(caption=row["caption"], consent=row["consent"], accepted=photo(row["scene"], self.drawn))

    @staticmethod
    def _document(title: str, day: dt.date) -> DocumentValues:
        name = f"document-{day.isoformat()}"
        return DocumentValues(title=title, accepted=paper(name, title, [f"Date: {day.isoformat()}"]))


def money(row: dict[str, Any]) -> tuple[Decimal, dict[str, Any], str]:
    """Return the euros, the columns of the other currency, and the amount as a voucher shows it.

    Dirham without a rate have no euros yet: the service takes the rate of the transfers that pay them.
    """
    if "euro" in row:
        return Decimal(row["euro"]), {}, f"{row['euro']} EUR"
    original = Decimal(row["dirham"])
    rate = Decimal(row["rate"]) if "rate" in row else None
    foreign = {"original_amount": original, "original_currency": Currency.MAD.value, "rate": rate}
    return to_euro(original, rate) if rate else Decimal(0), foreign, f"{original} MAD"
