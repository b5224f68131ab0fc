"""Who took part, as pages tell it.

Who works in a partnership reads true figures. Whoever else may see it reads of vulnerable groups that they came,
without a number, as in a report: that tells them by year, as far as they may be told (portal.roof.reports.counts).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from activities.models import Counting, Participation
from beneficiaries.models import Sex
from portal.ground.numbers import format_number
from portal.ground.wording import Wording, listed, translated


@dataclass(frozen=True)
class Crowd:
    """How many of a target group took part, and how they divide over sex and age; None is not told to the reader."""

    group: Wording
    count: int | None
    detail: str = ""
    note: str = ""


def crowds_of(rows: Iterable[Participation], *, true_figures: bool, with_detail: bool = True) -> list[Crowd]:
    """Return counts by target group, in the order in which the groups come."""
    by_group = defaultdict(list)
    for row in rows:
        by_group[row.target_group].append(row)
    return [
        Crowd(translated(group, "name"), None)
        if hides_some(of_group, true_figures=true_figures)
        else Crowd(
            translated(group, "name"),
            sum(row.count for row in of_group),
            listed((_detail(row) for row in sorted(of_group, key=_sex)), with_commas=True) if with_detail else "",
            "" if with_detail else estimated_text(of_group),
        )
        for group, of_group in by_group.items()
    ]


def people_in(rows: Sequence[Participation], *, true_figures: bool) -> int | None:
    """Return how many people are told of; None where some came and none of them is."""
    told = _told(rows, true_figures=true_figures)
    return sum(row.count for row in told) if told or not rows else None


def people_note(rows: Sequence[Participation], *, true_figures: bool) -> str:
    """Return what is said of that number: how much of it is an estimate, and that it is not whole."""
    told = _told(rows, true_figures=true_figures)
    return listed([estimated_text(told), rest_text(len(told), len(rows))])


def hides_some(rows: Sequence[Participation], *, true_figures: bool) -> bool:
    """Say whether some counts are not told."""
    return len(_told(rows, true_figures=true_figures)) < len(rows)


def rest_text(told: int, known: int) -> str:
    """Return in words that a sum is not whole, where some counts are told and others are not."""
    return _("without the groups of which the number is not shown") if 0 < told < known else ""


def _told(rows: Iterable[Participation], *, true_figures: bool) -> list[Participation]:
    return [row for row in rows if true_figures or not row.target_group.is_vulnerable]


def estimated_text(rows: Iterable[Participation]) -> str:
    """Return how many of some participations were not counted head by head; an empty text where all were."""
    counts = [(row.count, row.counting == Counting.ESTIMATED) for row in rows]
    estimated = sum(number for number, is_estimated in counts if is_estimated)
    return share_text(estimated, sum(number for number, _is_estimated in counts))


def share_text(estimated: int, total: int) -> str:
    """Return in words how much of a total is an estimate."""
    if not estimated:
        return ""
    if estimated == total:
        return _("estimated")
    return _("%(number)s of them estimated") % {"number": format_number(estimated)}


def _sex(row: Participation) -> int:
    """Return the place of a count's sex in the order of the form; within it the rows keep the order of ages."""
    return Sex.values.index(row.sex)


def _detail(row: Participation) -> str:
    words = {"sex": row.get_sex_display(), "age": str(row.age_band), "count": row.count}
    if row.counting == Counting.ESTIMATED:
        return _("%(sex)s, %(age)s: about %(count)s") % words
    return _("%(sex)s, %(age)s: %(count)s") % words
