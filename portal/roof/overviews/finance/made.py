"""How the figures are made that no row holds: what is left, what is not spent yet, and what rounding leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.roof.overviews.finance.balance import Balance
from portal.roof.overviews.finance.figures import Finance
from portal.roof.overviews.finance.sums import SourceLine, TransferLine
from portal.roof.overviews.finance.tables import Cell, Links, Row, Table, expenses_url

NOTHING = Cell(None)


def made_of(finance: Finance) -> Table:
    """Return each figure of what is left beside the figures that it is made of; those lead to their rows."""
    links = Links(finance)
    rows = [row for line in finance.sources for row in _of_source(line, finance, links)]
    rows += [_of_balance(item) for item in finance.balances]
    rows += [row for line in finance.transfers for row in _of_transfer(line, links)]
    columns = (_("In all"), _("Spent"), _("Rejected"), _("Rounding difference"), _("Left"))
    note = _(
        "Left is what there was in all, less what was spent, plus what was rejected, less the rounding difference. "
        "Each expense in dirham is turned into euro by itself, to the cent: the rounding difference is what these "
        "cents come to against the rate of the whole transfer. The figure under “Spent” lists these expenses."
    )
    return Table("made", _("How what is left is made"), _("Figure"), columns, tuple(rows), note)


def _of_source(line: SourceLine, finance: Finance, links: Links) -> list[Row]:
    sums, granted = line.series.until(finance.year), line.funds.granted
    scope = {"source": line.source.slug, "to": dt.date(finance.year, 12, 31)}
    spent = _linked(sums.spent, links.expenses(**scope))
    rejected = _linked(sums.rejected, links.expenses(**scope, decision="rejected"))
    found = []
    if sums.budget:
        whole = _linked(sums.budget, links.budget(**scope))
        found.append((_("Left of the budget"), whole, _linked(sums.left, links.budget(**scope))))
    if granted:
        whole = _linked(granted, links.path(line.source.slug))
        found.append((_("Left of the grant"), whole, _linked(granted - sums.charged, links.path(line.source.slug))))
    return [Row(label, (whole, spent, rejected, NOTHING, left), note=line.source.name) for label, whole, left in found]


def _of_balance(item: Balance) -> Row:
    received = _linked(item.received, balance_path(item))
    charged = _linked(item.charged, balance_expenses(item))
    cells = (received, charged, NOTHING, NOTHING, _linked(item.unspent, balance_path(item)))
    return Row(_("Unspent balance"), cells, note=item.source.name)


def _of_transfer(line: TransferLine, links: Links) -> list[Row]:
    spent, path = links.expenses(transfer=line.pk) if line.spent else "", links.path(line.source.slug)
    euro = (
        Cell(line.sent, url=path),
        Cell(line.spent_euro, url=spent),
        NOTHING,
        _linked(line.rounding, path),
        _linked(line.left_euro, path),
    )
    rows = [Row(_("Left, in euro"), euro, note=line.reference)]
    if line.received is not None:
        whole, paid = Cell(line.received, "dirham", path), Cell(line.spent, "dirham", spent)
        dirham = (whole, paid, NOTHING, NOTHING, Cell(line.left, "dirham", path if line.left else ""))
        rows.insert(0, Row(_("Left, in dirham"), dirham, note=line.reference))
    return rows


def balance_path(item: Balance) -> str:
    """Return where the tranches stand that a balance counts."""
    return f"{reverse('partnerships:money_path', args=[item.programme.slug])}#source-{item.source.slug}"


def balance_expenses(item: Balance) -> str:
    """Return the list of the expenditures that a balance counts."""
    return expenses_url(programme=item.programme.pk, source=item.source.slug, to=item.on, decision="charged")


def _linked(amount: Decimal, url: str) -> Cell:
    return Cell(amount, url=url if amount else "")
