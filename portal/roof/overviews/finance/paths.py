"""Tables of the way that money goes: from the funder to the municipality, to the partner, to its expenses."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.roof.overviews.finance.balance import Balance
from portal.roof.overviews.finance.figures import Finance, PartnershipFinance
from portal.roof.overviews.finance.sums import ZERO, CoFundingLine, Gap, SourceLine, TransferLine
from portal.roof.overviews.finance.tables import (
    MADE,
    Cell,
    Links,
    Row,
    Table,
    address_of,
    derived,
    format_percent,
    told,
    total_row,
)

DECISIONS = ("", "justified", "rejected")


def by_source(finance: Finance) -> Table:
    """Return what each source granted, gave and bore until the end of the year shown."""
    links = Links(finance)
    rows = [_source_row(line, finance.year, links) for line in finance.sources]
    columns = (
        _("Granted"),
        _("Received"),
        _("Sent to the partner"),
        _("Bank costs"),
        _("Spent"),
        _("Rejected"),
        _("Left of the grant"),
    )
    title = _("Grants and transfers until the end of %(year)s") % {"year": finance.year}
    note = " ".join([_("Money sent to the partner is spent only when the partner spends it."), received_note()])
    last = {"to": dt.date(finance.year, 12, 31)}
    urls = [*[links.path()] * 4, links.expenses(**last), links.expenses(**last, decision="rejected"), MADE]
    total = (total_row(_("Total"), rows, urls),) if rows else ()
    return Table("sources", title, _("Funding source"), columns, (*rows, *total), note)


def received_note() -> str:
    """Return by which day money counts as received: for a year by the claim of it, before a claim by its arrival."""
    return _(
        "What was received counts in the year of its tranche, the one that was claimed (art. 32); in the unspent "
        "balance it counts from the day on which it came."
    )


def _source_row(line: SourceLine, year: int, links: Links) -> Row:
    sums, funds = line.series.until(year), line.funds
    scope = {"source": line.source.slug, "to": dt.date(year, 12, 31)}
    cells = (
        _linked(funds.granted, links.path(line.source.slug)),
        _linked(funds.received, links.path(line.source.slug)),
        _linked(funds.transferred, links.path(line.source.slug)),
        _linked(funds.bank_costs, links.path(line.source.slug)),
        _linked(sums.spent, links.expenses(**scope)),
        _linked(sums.rejected, links.expenses(**scope, decision="rejected")),
        derived(funds.granted - sums.charged if funds.granted else None),
    )
    return Row(line.source.name, cells)


def _linked(amount: Decimal, url: str) -> Cell:
    return Cell(amount, url=url if amount else "")


def transfers(finance: Finance) -> Table:
    """Return each transfer in euro and dirham; what rounding leaves between the two stands in a column of its own."""
    links = Links(finance)
    made = links.money(finance.year, part="made")
    rows = [_transfer_row(line, links, made) for line in finance.transfers]
    columns = (
        _("Sent, in euro"),
        _("Bank costs"),
        _("Received, in dirham"),
        _("Dirham for one euro"),
        _("Spent, in dirham"),
        _("Left, in dirham"),
        _("Spent, in euro"),
        _("Left, in euro"),
        _("Rounding difference"),
    )
    note = _("What was spent, what is left and the rounding difference together are what was sent, to the cent.")
    drawn = links.expenses(transfer="any")
    urls = [*[links.path()] * 3, "", drawn, made, drawn, made, made]
    total = (total_row(_("Total"), rows, urls),) if rows else ()
    return Table("transfers", _("Transfers to the partner"), _("Transfer"), columns, (*rows, *total), note)


def _transfer_row(line: TransferLine, links: Links, made: str) -> Row:
    spent = links.expenses(transfer=line.pk) if line.spent else ""
    cells = (
        Cell(line.sent, url=links.path(line.source.slug)),
        _linked(line.bank_costs, links.path(line.source.slug)),
        Cell(line.received, "dirham", links.path(line.source.slug) if line.received else ""),
        Cell(line.rate, "rate", links.path(line.source.slug) if line.rate else ""),
        Cell(line.spent, "dirham", spent),
        derived(line.left, "dirham", made),
        Cell(line.spent_euro, url=spent),
        derived(line.left_euro, url=made),
        derived(line.rounding, url=made),
    )
    note = format_date(line.sent_on)
    if not line.received:
        note = _("under way since %(date)s") % {"date": note}
    return Row(line.reference, cells, note=note)


def balances(finance: Finance) -> Table:
    """Return the unspent balance of each source, with what must still be spent before its next claim."""
    rows = tuple(
        Row(
            item.source.name,
            (
                Cell(item.received),
                Cell(item.charged),
                Cell(item.unspent),
                Cell(item.percent, "percent"),
                Cell(item.tranche),
                Cell(item.to_spend),
                Cell(item.claim_on, "date"),
            ),
            note=claim_text(item),
        )
        for item in finance.balances
    )
    columns = (
        _("Received"),
        _("Spent, without what was rejected"),
        _("Unspent balance"),
        _("Balance below this share"),
        _("of the last tranche"),
        _("Still to be spent"),
        _("Next claim from"),
    )
    return Table("balance", _("Unspent balance"), _("Funding source"), columns, rows)


def claim_text(balance: Balance) -> str:
    """Return whether and when the next tranche can be claimed, and what must be spent first."""
    if balance.claim_on is None:
        return _("no further claim is foreseen")
    date, amount = format_date(balance.claim_on), format_amount(balance.to_spend)
    if balance.may_claim and balance.claim_on <= balance.on:
        return _("possible now, since %(date)s") % {"date": date}
    if balance.may_claim:
        return _("possible from %(date)s") % {"date": date}
    sentence = _("possible from %(date)s, once %(amount)s more is spent")
    if balance.claim_on <= balance.on:
        sentence = _("possible since %(date)s, once %(amount)s more is spent")
    return told(sentence, date=date, amount=amount)


def co_funding(finance: Finance) -> Table:
    """Return the agreed shares of sources in activities beside what each paid."""
    links = Links(finance)
    last = dt.date(finance.year, 12, 31)
    rows = tuple(
        Row(
            line.title,
            (
                Cell(line.agreed, "percent", address_of("activities:co_funding", line.activity)),
                Cell(line.actual, "percent", _all_of(line, links, last) if line.actual else ""),
                _linked(line.charged, links.expenses(**_shared(line), decision="charged", to=last)),
            ),
            note=line.source.name,
        )
        for line in finance.co_funding
    )
    columns = (_("Agreed share"), _("Share paid"), _("Paid, without what was rejected"))
    title = _("Activities that several sources pay for")
    return Table("co-funding", title, _("Activity and source"), columns, rows)


def _all_of(line: CoFundingLine, links: Links, last: dt.date) -> str:
    """Return the list of what all sources paid for an activity: a share is a part of it."""
    return links.expenses(activity=line.activity, decision="charged", to=last)


def _shared(line: CoFundingLine) -> dict[str, object]:
    return {"activity": line.activity, "source": line.source.slug}


def gaps(finance: Finance) -> Table:
    """Return what cannot be justified yet and why, each with the list of its rows."""
    rows = tuple(
        Row(
            _reason(gap.key),
            (Cell(gap.count, "count", gap_url(finance, gap)), Cell(gap.amount, url=gap_url(finance, gap))),
            "source" if gap.key in {"waiting", "rejected"} else "heading",
        )
        for gap in finance.gaps
    )
    note = _("An expense that lacks both a heading and a voucher is counted with each.")
    both = {"heading", "voucher"} <= {gap.key for gap in finance.gaps}
    columns = (_("Number"), _("Amount"))
    return Table("gaps", _("Not justified, and why"), _("Reason"), columns, rows, note if both else "")


def _reason(key: str) -> str:
    return {
        "waiting": _("Not yet judged by an officer"),
        "heading": _("No cost heading, though the source has headings"),
        "voucher": _("No voucher, though the source asks for one"),
        "rejected": _("Rejected by an officer"),
    }[key]


def gap_url(finance: Finance, gap: Gap) -> str:
    """Return the list of the rows behind a gap."""
    decision = "rejected" if gap.key == "rejected" else "open"
    missing = gap.key if gap.key in {"heading", "voucher"} else ""
    return Links(finance).expenses(decision=decision, missing=missing)


def by_programme(figures: PartnershipFinance) -> Table:
    """Return what each programme came to in all its years, and what was spent while none ran."""
    rows = [_programme_row(part) for part in figures.programmes]
    between = figures.between.until(figures.whole.years[-1])
    if between:
        outside = [Cell(ZERO)] * 4
        links = {decision: Links(figures.whole).expenses(programme="none", decision=decision) for decision in DECISIONS}
        judged = (
            _linked(between.spent, links[""]),
            _linked(between.justified, links["justified"]),
            _linked(between.rejected, links["rejected"]),
            derived(-between.charged),
        )
        rows.append(Row(_("While no programme ran"), (*outside, *judged)))
    columns = (
        _("Budget"),
        _("Granted"),
        _("Received"),
        _("Sent to the partner"),
        _("Spent"),
        _("Justified"),
        _("Rejected"),
        _("Left of the budget"),
    )
    spent = [Links(figures.whole).expenses(decision=decision) for decision in DECISIONS]
    # What is no sum of expenses is the sum of the programmes above, each of which leads to its own rows.
    urls = [*["#programmes"] * 4, *spent, "#programmes"]
    total = (total_row(_("Total"), rows, urls),) if rows else ()
    return Table("programmes", _("Programmes"), _("Programme"), columns, (*rows, *total))


def _programme_row(part: Finance) -> Row:
    links, last = Links(part), part.years[-1]
    sums = part.series.until(last)
    cells = (
        _linked(sums.budget, links.budget()),
        _linked(part.funds.granted, links.path()),
        _linked(part.funds.received, links.path()),
        _linked(part.funds.transferred, links.path()),
        _linked(sums.spent, links.expenses()),
        _linked(sums.justified, links.expenses(decision="justified")),
        _linked(sums.rejected, links.expenses(decision="rejected")),
        derived(sums.left, url=links.money(part="made")),
    )
    return Row(part.name, cells, url=links.money())


def own_contribution(finance: Finance, *, linked: bool = False) -> str:
    """Return in a sentence what the municipality itself paid; empty where nothing was charged.

    `linked` for a page: the amount leads to what was paid from own money, the share to the costs that it is part of.
    """
    own = finance.own
    if own.share is None:
        return ""
    sentence = _("The municipality itself paid %(amount)s, %(share)s of all costs until the end of %(year)s.")
    amount, share = format_amount(own.charged), format_percent(own.share)
    if linked:
        scope = {"to": dt.date(finance.year, 12, 31), "decision": "charged"}
        links, sources = Links(finance), [line.source.slug for line in finance.sources if line.source.is_own]
        # The list knows one source; several stand among the sources, each with its own list.
        paid = links.expenses(**scope, source=sources[0]) if len(sources) == 1 else "#sources"
        amount = _led(amount, paid) if own.charged else amount
        share = _led(share, links.expenses(**scope))
    return told(sentence, amount=amount, share=share, year=finance.year)


def _led(text: str, url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)


def days_left(due: dt.date, on: dt.date) -> str:
    """Return how far away a day is."""
    days = (due - on).days
    if not days:
        return _("today")
    if days < 0:
        return ngettext("%(number)s day ago", "%(number)s days ago", -days) % {"number": -days}
    return ngettext("in %(number)s day", "in %(number)s days", days) % {"number": days}
