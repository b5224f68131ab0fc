"""How far it is: the money of the programmes that run, the people reached, and the indicators, as small charts."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _

from activities.models import BudgetLine, Participation
from partnerships.models import Indicator, IndicatorTarget, IndicatorValue, Programme, Side, Validation
from portal.ground.money import ExactSum, format_amount
from portal.ground.numbers import format_number
from portal.roof.overviews.finance.ledger import Ledger, with_charges
from portal.roof.overviews.start.reader import Reader

ZERO = Decimal(0)
YEARS = 5


def charts_of(reader: Reader) -> list[dict[str, Any]]:
    """Return the charts that hold something, as components/bar_chart.html draws them; a constant number of queries.

    Every member reads these figures on the pages of the programme, so nothing is kept from anybody here.
    """
    running = Programme.objects.filter(partnership__in=reader.sees).running(reader.on)
    programmes = list(running.order_by("partnership", "pk"))
    made = [_money(programmes, reader.on), _people(reader), _indicators(programmes, reader.on)]
    return [chart for chart in made if chart]


def _money(programmes: Sequence[Programme], on: dt.date) -> dict[str, Any] | None:
    """Return what each programme bore of its budget until the end of the year, as its page of figures tells it."""
    if not programmes:
        return None
    last = dt.date(on.year, 12, 31)
    planned = BudgetLine.objects.filter(programme__in=programmes, year__lte=on.year).order_by()
    budgets = dict(planned.values_list("programme").annotate(total=ExactSum("amount")))
    spent: dict[int | None, Decimal] = defaultdict(Decimal)
    for row in with_charges(Ledger(), programmes, on=last).spending:
        spent[row.programme] += row.amount
    largest = max((max(budgets.get(row.pk, ZERO), spent[row.pk]) for row in programmes), default=ZERO)
    if not budgets or largest <= 0:
        return None
    bars = [_money_bar(row, budgets.get(row.pk, ZERO), spent[row.pk], largest) for row in programmes]
    return {
        "title": _("Spent of the budget until the end of %(year)s") % {"year": on.year},
        "label_heading": _("Programme"),
        "value_heading": _("Spent"),
        "note": _("Without what was rejected."),
        "series": [{"label": _("Spent"), "tone": "accent"}, {"label": _("Left"), "tone": "soft"}],
        "bars": bars,
    }


def _money_bar(programme: Programme, budget: Decimal, spent: Decimal, largest: Decimal) -> dict[str, Any]:
    used, left = (max(0, int(100 * amount / largest)) for amount in (spent, budget - spent))
    told = {"spent": format_amount(spent), "budget": format_amount(budget)}
    return {
        "label": str(programme),
        "value_text": format_amount(spent),
        "url": reverse("partnerships:programme_money", args=[programme.slug]),
        "parts": [
            {"start": 0, "size": used, "tone": "accent", "text": _("%(spent)s of %(budget)s") % told},
            {"start": used, "size": left, "tone": "soft", "text": f"{_('Left')} {format_amount(budget - spent)}"},
        ],
    }


def _people(reader: Reader) -> dict[str, Any] | None:
    """Return how many people took part in each of the last years, by side; who came twice counts twice.

    Who only looks on in a partnership is not told of its vulnerable groups: the report tells them as far as it may.
    """
    mine = Q(log_entry__activity__partnership__in=reader.writes)
    years = range(reader.on.year - YEARS + 1, reader.on.year + 1)
    rows = (
        Participation.objects.filter(
            log_entry__activity__partnership__in=reader.sees,
            log_entry__withdrawn_at__isnull=True,
            log_entry__starts_on__range=(dt.date(years[0], 1, 1), dt.date(years[-1], 12, 31)),
        )
        .filter(mine | Q(target_group__is_vulnerable=False))
        .annotate(year=ExtractYear("log_entry__starts_on"))
        .order_by()
        .values_list("year", "log_entry__activity__side")
        .annotate(people=Sum("count"))
    )
    counts = {(year, side): people for year, side, people in rows}
    totals = {year: sum(counts.get((year, side), 0) for side in Side.values) for year in years}
    largest = max(totals.values())
    if not largest:
        return None
    return {
        "title": _("People who took part"),
        "label_heading": _("Year"),
        "value_heading": _("Participations"),
        "note": " ".join(filter(None, [_("Who took part several times is counted each time."), _unseen(reader)])),
        "series": [{"label": str(side.label), "tone": side.value} for side in Side],
        "bars": [_people_bar(year, counts, totals[year], largest) for year in years],
    }


def _unseen(reader: Reader) -> str:
    """Return that vulnerable groups are left out, where they are."""
    if len(reader.writes) == len(reader.sees):
        return ""
    return _("Of partnerships in which you only look on, vulnerable groups are left out.")


def _people_bar(year: int, counts: Mapping[tuple[int, str], int], total: int, largest: int) -> dict[str, Any]:
    parts, start = [], 0
    for side in Side:
        number = counts.get((year, side.value), 0)
        size = int(100 * number / largest)
        text = f"{side.label}: {format_number(number)}"
        parts.append({"start": start, "size": size, "tone": side.value, "text": text})
        start += size
    return {"label": str(year), "value_text": format_number(total), "parts": parts}


def _indicators(programmes: Sequence[Programme], on: dt.date) -> dict[str, Any] | None:
    """Return for how many targets of the last year and of this one an officer stands for a value, by programme."""
    if not programmes:
        return None
    of = {row.partnership_id: row for row in programmes}
    years = (on.year - 1, on.year)
    mine = Q(outcome__programme__in=programmes) | Q(outcome__programme__isnull=True, outcome__partnership__in=of)
    aims = IndicatorTarget.objects.filter(year__in=years, indicator__in=Indicator.objects.filter(mine))
    wanted = list(aims.order_by("year").values_list("indicator", "indicator__outcome__partnership", "year"))
    values = IndicatorValue.objects.filter(state=Validation.VALIDATED, starts_on__year__in=years)
    known = set(
        values.filter(indicator__in={indicator for indicator, _of, _year in wanted})
        .annotate(year=ExtractYear("starts_on"))
        .order_by()
        .values_list("indicator", "year")
        .distinct()
    )
    sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for indicator, partnership, year in wanted:
        sums[partnership, year][0] += 1
        sums[partnership, year][1] += (indicator, year) in known
    bars = [_indicator_bar(of[partnership], year, *told) for (partnership, year), told in sorted(sums.items())]
    if not bars:
        return None
    return {
        "title": _("Indicators with a validated value"),
        "label_heading": _("Programme and year"),
        "value_heading": _("Values of targets"),
        "series": [{"label": _("Validated"), "tone": "accent"}, {"label": _("Still to come"), "tone": "soft"}],
        "bars": bars,
    }


def _indicator_bar(programme: Programme, year: int, wanted: int, known: int) -> dict[str, Any]:
    done = int(100 * known / wanted)
    told = {"known": format_number(known), "wanted": format_number(wanted)}
    return {
        "label": f"{programme.partnership}, {year}",
        "value_text": _("%(known)s of %(wanted)s") % told,
        "url": reverse("partnerships:logframe", args=[programme.slug]),
        "parts": [
            {"start": 0, "size": done, "tone": "accent", "text": f"{_('Validated')} {told['known']}"},
            {
                "start": done,
                "size": 100 - done,
                "tone": "soft",
                "text": f"{_('Still to come')} {format_number(wanted - known)}",
            },
        ],
    }
