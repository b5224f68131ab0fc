"""The rows of a spreadsheet of expenses: what each column may hold, and what a row says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.resources import names
from partnerships.models import Partnership
from portal.ground.columns import as_text
from portal.ground.money import MAX_AMOUNT, RATE_STEP, Currency, to_euro
from portal.ground.sheet_rows import Field, Table, day, line

MAD = Currency.MAD.value


class Draft(NamedTuple):
    """What a row says. A dirham amount without a rate is priced later, from the transfers."""

    place: int
    number: int | None
    activity_id: int
    spent_on: dt.date
    description: str
    source_id: int
    heading_id: int | None
    spent_by: str
    amount: Decimal | None
    original_amount: Decimal | None
    rate: Decimal | None
    rule_reason: str
    voucher_number: str
    supplier: str
    voucher_date: dt.date | None
    voucher_total: Decimal | None
    transfer: str = ""
    corrects: int | None = None

    @property
    def key(self) -> tuple:
        """What tells an expenditure from others where nobody gave its number: who compares adds the voucher's."""
        money = self.amount if self.original_amount is None else (self.original_amount, MAD)
        return self.activity_id, self.spent_on, self.description, money, self.source_id


class ExpenseTable:
    """Reads a sheet of expenses of one partnership; what the cells may name is looked up once."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership

    @cached_property
    def _found(self) -> tuple[names.Names, dict[int, tuple[str, int | None]]]:
        return names.activities_of(self.partnership)

    @property
    def activities(self) -> dict[int, tuple[str, int | None]]:
        """{key: (side, programme)} of the activities that a row may name."""
        return self._found[1]

    @cached_property
    def _sources(self) -> names.Names:
        return names.sources()

    @cached_property
    def _headings(self) -> names.Headings:
        return names.Headings()

    def show(self, name: str, value: Any) -> str:
        """Return the value of a column as a reader of the preview knows it."""
        kinds = {"activity_id": self._found[0].slugs, "source_id": self._sources.slugs}
        kinds["heading_id"] = self._headings.all.slugs
        if name in kinds:
            return next((slug for slug, key in kinds[name].items() if key == value), "–")
        return "–" if value in (None, "") else str(value)

    def _activity(self, cell: Any) -> int:
        return self._found[0].find(cell)

    def _source(self, cell: Any) -> int:
        return self._sources.find(cell)

    @property
    def fields(self) -> list[Field]:
        """What a column may mean."""
        return [
            Field(
                "activity",
                gettext_lazy("Activity"),
                self._activity,
                "activiteit|activite|projet|project|action|actie|النشاط",
                required=True,
                help_text=gettext_lazy("short name, title or number"),
                for_all=True,
            ),
            *_WHAT,
            Field(
                "source",
                gettext_lazy("Paid from"),
                self._source,
                "bron|source|source de financement|financement|bailleur|financieringsbron|funder|fonds|مصدر التمويل",
                required=True,
                help_text=gettext_lazy("short name, name, abbreviation or alias of the source"),
                for_all=True,
            ),
            _HEADING,
            *_MONEY,
            *_VOUCHER,
            *_MORE,
        ]

    def drafts(self, table: Table) -> Iterator[Draft | None]:
        """Yield what each row says; None for one that cannot come in, whose faults the table then knows."""
        headings = self._resolved_headings(table)
        columns = [
            *(table.column(name) for name in ("number", "activity", "spent_on", "description", "source", "spent_by")),
            *(table.column(name) for name in ("amount", "amount_mad", "currency", "rate", "rule_reason")),
            *(table.column(name) for name in ("voucher_number", "supplier", "voucher_date", "voucher_total")),
        ]
        transfers, corrected = table.column("transfer"), table.column("corrects")
        for index, cells in enumerate(zip(*columns, strict=True)):
            number, activity, on, description, source, spent_by, *money, reason, voucher, supplier, dated, total = cells
            if voucher is None and (supplier or dated or total):
                sentence = _("A supplier, a date or a total belongs to a voucher: give its number.")
                table.fault(index, "voucher_number", sentence)
            amount, original, rate = _money(table, index, _Typed(*money))
            if transfers[index]:
                _refuse_unpaid_by_transfer(table, index, original, rate)
            said = amount if original is None else original
            if corrected[index] is None and said is not None and said < 0:
                table.fault(index, "amount" if original is None else "amount_mad", str(names.TOO_MUCH))
            if index in table.faults:
                yield None
                continue
            yield Draft(
                *(index, number, activity, on, description, source, headings[index], spent_by or ""),
                *(amount, original, rate, reason or "", voucher or "", supplier or "", dated),
                total[0] if total else None,
                *(transfers[index] or "", corrected[index]),
            )

    def _resolved_headings(self, table: Table) -> list[int | None]:
        found: list[int | None] = []
        for index, (text, source) in enumerate(zip(table.column("heading"), table.column("source"), strict=True)):
            try:
                found.append(self._headings.find(source, text) if text and source else None)
            except ValidationError as error:
                found.append(None)
                table.fault(index, "heading", " ".join(error.messages))
        return found


def _refuse_unpaid_by_transfer(table: Table, index: int, original: Decimal | None, rate: Decimal | None) -> None:
    """Refuse what no transfer pays: euro, or dirham that were bought at another rate."""
    if original is None:
        table.fault(index, "transfer", _("A transfer brings dirham: give the amount in dirham."))
    elif rate is not None:
        table.fault(index, "rate", _("Leave the rate empty: the transfer has its own."))


class _Typed(NamedTuple):
    """The money of a row as it was typed."""

    euro: tuple[Decimal, str] | None
    dirham: tuple[Decimal, str] | None
    currency: str | None
    rate: Decimal | None


def _money(table: Table, index: int, typed: _Typed) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return (euro, dirham, rate) of a row; the euro of a dirham amount without a rate are not known yet."""
    euro, dirham, named, rate = typed
    if dirham is None and euro is not None and (euro[1] or named) == MAD:
        euro, dirham = None, euro
    if dirham is None:
        if euro is None and not table.is_faulty(index, "amount", "amount_mad"):
            table.fault(index, "amount", _("This is missing."))
        if euro is not None and named and euro[1] not in {"", named}:
            table.fault(index, "currency", _("The amount names another currency."))
        return (euro[0] if euro else None), None, None
    if dirham[1] not in {"", MAD}:
        table.fault(index, "amount_mad", _("This amount is not in dirham."))
    if rate is None and euro is not None:
        rate = (dirham[0] / euro[0]).quantize(RATE_STEP)
    worth = to_euro(dirham[0], rate) if rate else None
    if rate is not None and not (1 <= rate < 100 and worth and abs(worth) <= MAX_AMOUNT):
        table.fault(index, "rate", _("At this rate the amount is not a plausible number of euro."))
    elif worth is not None and euro is not None and worth != euro[0]:
        table.fault(index, "amount", _("The dirham at this rate come to %(euro)s euro.") % {"euro": worth})
    return worth, dirham[0], rate


_MONEY = [
    Field(
        "amount",
        gettext_lazy("Amount"),
        names.money,
        "bedrag|montant|amount|montant eur|montant en euro|bedrag in euro|bedrag eur|amount in euro|total ttc|المبلغ",
        help_text=gettext_lazy("in euro, unless the cell or a column for the currency says otherwise"),
    ),
    Field(
        "amount_mad",
        gettext_lazy("Amount in dirham"),
        names.money,
        "montant dh|montant en dh|montant mad|montant en mad|montant en dirhams|bedrag mad|bedrag in dirham|amount mad"
        "|amount in the other currency|المبلغ بالدرهم",
        help_text=gettext_lazy("without a rate it takes that of the transfers it is paid from"),
    ),
    Field(
        "currency",
        gettext_lazy("Currency"),
        names.currency,
        "munt|devise|monnaie|valuta|other currency|العملة",
        for_all=True,
    ),
    Field("rate", gettext_lazy("Rate: dirham for one euro"), names.rate, "koers|taux|taux de change|wisselkoers|cours"),
]
_VOUCHER = [
    Field(
        "voucher_number",
        gettext_lazy("Number of the voucher"),
        line(50),
        "factuur|factuurnummer|nr factuur|bewijsstuk|stuknummer|facture|n facture|no facture|numero de facture"
        "|n piece|piece|piece justificative|invoice|invoice number|voucher|رقم الفاتورة",
    ),
    Field("voucher_date", gettext_lazy("Date of the voucher"), day, "factuurdatum|date de la facture|date de la piece"),
    Field(
        "supplier",
        gettext_lazy("Supplier"),
        line(150),
        "leverancier|fournisseur|prestataire|beneficiaire|supplier|المورد",
    ),
    Field(
        "voucher_total",
        gettext_lazy("Total of the voucher in euro"),
        names.money,
        "totaal factuur|total facture|total de la facture|montant total de la facture",
    ),
]
_WHAT = [
    Field(
        "spent_on",
        gettext_lazy("Date"),
        day,
        "datum|date de la depense|date facture|date de paiement|betaaldatum|jour|dag|day|paid on|التاريخ",
        required=True,
    ),
    Field(
        "description",
        gettext_lazy("What was paid"),
        line(200),
        "omschrijving|libelle|description|objet|intitule|designation|beschrijving|nature|البيان|الوصف",
        required=True,
    ),
]
_HEADING = Field(
    "heading",
    gettext_lazy("Cost heading"),
    lambda cell: " ".join(as_text(cell).split()),
    "rubriek|rubrique|poste|ligne budgetaire|kostenpost|budgetpost|heading|categorie|البند",
    for_all=True,
)
_MORE = [
    Field(
        "spent_by",
        gettext_lazy("Spent by the"),
        names.side,
        "depense par|uitgegeven door|partenaire|partner|paye par|betaald door|spent by",
        for_all=True,
    ),
    Field(
        "rule_reason",
        gettext_lazy("Reason despite a warning"),
        line(250),
        "motif|reden|justification|verantwoording|reason|السبب",
    ),
    Field("number", gettext_lazy("Number in the portal"), names.whole, "id|portal id"),
    Field(
        "transfer",
        gettext_lazy("From the transfer"),
        line(80),
        "overschrijving|transfert|virement|transfer|التحويل",
        help_text=gettext_lazy("its reference; without one the transfer that came first pays"),
    ),
    Field(
        "corrects",
        gettext_lazy("Corrects number"),
        names.whole,
        "corrigeert|corrige|corrects|correction de|terugbetaling van|remboursement de",
        help_text=gettext_lazy("the number in the portal of what is corrected; below zero is what came back"),
    ),
]
