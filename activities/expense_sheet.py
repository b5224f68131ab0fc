"""One expenditure in words, for its page, for the list and for the forms that it stands in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from activities.badges import Badge, decision_badge
from activities.models import Expenditure, Voucher
from activities.models.money import ExpenditureQuerySet
from activities.services import fixed_because
from partnerships.models import CostHeading, FundingSource, Partnership, Side
from portal.ground.money import Currency, format_amount, format_rate
from portal.ground.wording import Wording, choose, joined, languages_of, listed, order_of_languages, written


@dataclass(frozen=True)
class FixedLine:
    """A row that is shown and not asked: what it is, why it stays, and where all of it stands."""

    text: str
    note: str
    url: str


def tell_stored(row: Any) -> None:
    """Tell a form's row what is stored of it: the line of a fixed one, or the rate of the transfers it draws on."""
    if row.is_fixed:
        row.shown = fixed_line(row.saved)
    elif row.saved and row.saved.drawdowns.all():
        row.drawn_text = drawn_text(row.saved)


def fixed_line(row: Expenditure) -> FixedLine:
    """Return a fixed expenditure in one line."""
    return FixedLine(one_line(row), fixed_because(row), reverse("activities:expense_detail", args=[row.pk]))


def one_line(row: Expenditure) -> str:
    """Return an expenditure in one line: what, how much, when, from which source."""
    return joined(row, format_amount(row.amount), date_format(row.spent_on, "SHORT_DATE_FORMAT"), row.source)


def drawn_text(row: Expenditure) -> str:
    """Return at which rate, and from which transfers, an expenditure in dirham was paid."""
    words = {"amount": format_amount(row.amount), "rate": format_rate(row.rate) if row.rate else ""}
    words["transfers"] = listed(str(drawdown.transfer) for drawdown in row.drawdowns.all())
    return _("%(amount)s, at %(rate)s: from %(transfers)s.") % words


def described(text: str, language: str | None) -> Wording:
    """Return what was paid, in the language of its log entry; without an entry nobody knows the language."""
    return written(text, language) if language else Wording(text)


def original_text(row: Expenditure) -> str:
    """Return the amount in the other currency with its rate; empty for euro."""
    if row.original_amount is None or row.rate is None:
        return ""
    return _("%(amount)s at %(rate)s for one euro") % {
        "amount": format_amount(row.original_amount, row.original_currency or Currency.MAD),
        "rate": format_rate(row.rate),
    }


@dataclass(frozen=True)
class ListedRow:
    """One row of the list of expenditures. Shown by activities/expense_list.html."""

    pk: int
    url: str
    description: Wording
    date_text: str
    activity: Wording
    activity_url: str
    source: str
    heading: str
    spender: str
    spender_label: str
    amount: str
    original: str
    badge: Badge
    voucher: str
    corrects: bool
    may_judge: bool


LISTED_COLUMNS = [
    ("expense", gettext_lazy("Expense")),
    ("date", gettext_lazy("Date")),
    ("source", gettext_lazy("Paid from")),
    ("spender", gettext_lazy("Spent by the")),
    ("voucher", gettext_lazy("Voucher")),
    ("judgement", gettext_lazy("Judgement")),
    ("amount", gettext_lazy("Amount")),
]
SHEET_COLUMNS = [
    pgettext_lazy("of one record", "Number"),
    gettext_lazy("Date"),
    gettext_lazy("What was paid"),
    gettext_lazy("Partnership"),
    gettext_lazy("Activity"),
    gettext_lazy("Paid from"),
    gettext_lazy("Cost heading"),
    gettext_lazy("Spent by the"),
    gettext_lazy("Amount in euro"),
    gettext_lazy("Amount in the other currency"),
    gettext_lazy("Other currency"),
    gettext_lazy("Rate"),
    gettext_lazy("Number of the voucher"),
    gettext_lazy("Date of the voucher"),
    gettext_lazy("Supplier"),
    gettext_lazy("Judgement"),
    gettext_lazy("Reason of the judgement"),
    gettext_lazy("Reason despite the warning"),
    gettext_lazy("Corrects the number"),
]
_PLAIN = ["pk", "spent_on", "description", "source_id", "heading_id", "spent_by", "amount", "original_amount"]
_PLAIN += ["original_currency", "rate", "decision", "decision_reason", "rule_reason", "corrects_id", "activity_id"]
_LANGUAGE = "log_entry__language"
_OF_ACTIVITY = ["activity__side", "activity__partnership_id", *(f"activity__{name}" for name in languages_of("title"))]


class _Names:
    """The names that rows need, read once: sources, headings, sides."""

    def __init__(self) -> None:
        self.sources = {row.pk: str(row) for row in FundingSource.objects.all()}
        self.headings = {row.pk: str(row) for row in CostHeading.objects.all()}
        self.sides = {value: str(label) for value, label in Side.choices}
        self.order = order_of_languages()

    def title(self, values: dict[str, Any]) -> Wording:
        """Return the title of a row's activity."""
        return choose(lambda code: values[f"activity__title_{code}"], self.order)


def listed_rows(keys: Sequence[int], judges: set[int]) -> list[ListedRow]:
    """Return the rows of a page in the order of `keys`; `judges` are the partnerships that the reader judges in."""
    rows = Expenditure.objects.filter(pk__in=keys).order_by().values(*_PLAIN, *_OF_ACTIVITY, _LANGUAGE)
    found, names = {values["pk"]: values for values in rows}, _Names()
    papers: dict[int, list[str]] = defaultdict(list)
    for paid, number in (
        Voucher.objects.filter(expenditure__in=keys).order_by("pk").values_list("expenditure", "number")
    ):
        papers[paid].append(number or _("yes"))
    badges = {value: decision_badge(value) for value in Expenditure.Decision.values}
    return [_listed(found[key], names, papers[key], badges, judges) for key in keys if key in found]


def _listed(
    values: dict[str, Any], names: _Names, papers: list[str], badges: dict[str, Badge], judges: set[int]
) -> ListedRow:
    spender = values["spent_by"] or values["activity__side"]
    foreign = values["original_amount"]
    return ListedRow(
        pk=values["pk"],
        url=reverse("activities:expense_detail", args=[values["pk"]]),
        description=described(values["description"], values[_LANGUAGE]),
        date_text=date_format(values["spent_on"], "SHORT_DATE_FORMAT"),
        activity=names.title(values),
        activity_url=reverse("activities:detail", args=[values["activity_id"]]),
        source=names.sources[values["source_id"]],
        heading=names.headings.get(values["heading_id"], ""),
        spender=spender,
        spender_label=names.sides[spender],
        amount=format_amount(values["amount"]),
        original=format_amount(foreign, values["original_currency"]) if foreign is not None else "",
        badge=badges[values["decision"]],
        voucher=listed(dict.fromkeys(papers)),
        corrects=values["corrects_id"] is not None,
        may_judge=values["decision"] == "" and values["activity__partnership_id"] in judges,
    )


def sheet_rows(rows: ExpenditureQuerySet) -> Iterator[list[Any]]:
    """Return the rows of a spreadsheet of expenditures, numbers as numbers and days as days."""
    names, decisions = _Names(), {value: str(label) for value, label in Expenditure.Decision.choices}
    partnerships = {row.pk: str(row) for row in Partnership.objects.all()}
    listed_values = list(rows.values(*_PLAIN, *_OF_ACTIVITY))
    papers: dict[int, tuple] = {}
    of = Voucher.objects.filter(expenditure__in=rows.order_by().values("pk")).order_by("-pk")
    for paid, *paper in of.values_list("expenditure", "number", "dated_on", "supplier"):
        papers[paid] = tuple(paper)
    for values in listed_values:
        yield [
            *(values["pk"], values["spent_on"], values["description"]),
            *(partnerships.get(values["activity__partnership_id"], ""), str(names.title(values))),
            *(names.sources[values["source_id"]], names.headings.get(values["heading_id"], "")),
            names.sides[values["spent_by"] or values["activity__side"]],
            *(values["amount"], values["original_amount"], values["original_currency"], values["rate"]),
            *papers.get(values["pk"], ("", None, "")),
            *(decisions[values["decision"]], values["decision_reason"], values["rule_reason"], values["corrects_id"]),
        ]
