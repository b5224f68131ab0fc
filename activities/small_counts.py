"""Small counts of vulnerable people in the log, and the figures in a text that may give one away.

The grid of an entry tells inside how many came; a report and a viewer are not told so few. What is written beside it
leaves the portal as it stands, so its writer is asked about the figures that are one of those counts, and no others.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from activities.models import Activity, LogEntry, Participation
from beneficiaries.models import IndicatorPart
from beneficiaries.number_words import figures_of
from beneficiaries.small_figures import newly_told, small_values
from partnerships.models import Finding, IndicatorCorrection, NarrativeSection
from partnerships.services.keeping import kept_inside
from partnerships.services.pointing import Watched
from portal.ground.disclosure import ALL, smallest_told

# Target group, sex and age band.
Cell = tuple[int, str, int]
# What an entry says in words.
TEXTS = ("text", "difficulties", "next_step")


def small_sums(cells: Mapping[Cell, int], vulnerable: Collection[int], *others: int | None) -> set[int]:
    """Return the counts about vulnerable groups that are too small to be told: of cells, rows, columns and groups.

    `others` are counts of people among whom they are.
    """
    sums: Counter[tuple[int, str | None, int | None]] = Counter()
    for (group, sex, band), count in cells.items():
        if group in vulnerable:
            for key in ((group, sex, band), (group, sex, ALL), (group, ALL, band), (group, ALL, ALL)):
                sums[key] += count
    known = [*sums.values(), *(count for count in others if sums and count)]
    return {count for count in known if 0 < count < smallest_told()}


def small_counts_of(entry: LogEntry) -> set[int]:
    """Return the small counts of a stored entry; none of a new one."""
    return _of_entries([entry.pk]) if entry.pk else set()


def small_counts_in(activity: Activity) -> set[int]:
    """Return the small counts of the entries of an activity, one by one and together."""
    return _of_entries(activity.log_entries.standing().values_list("pk", flat=True), together=True)


def _of_entries(entries: Iterable[int], *, together: bool = False) -> set[int]:
    rows = Participation.objects.filter(log_entry__in=list(entries), target_group__is_vulnerable=True)
    cells: dict[int | None, Counter[Cell]] = defaultdict(Counter)
    people: dict[int | None, int | None] = {}
    columns = ("log_entry", "log_entry__unique_people", "target_group", "sex", "age_band", "count")
    for entry, unique, group, sex, band, count in rows.values_list(*columns):
        people[entry] = unique
        for whole in {entry, ALL} if together else {entry}:
            cells[whole][group, sex, band] += count
    return set().union(*(small_sums(of, {cell[0] for cell in of}, people.get(key)) for key, of in cells.items()))


def told_of(activity: Activity, texts: Mapping[str, str | None], before: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the figures in texts about an activity that are small counts of its log, and were not so before."""
    says_a_number = any(figures_of(text or "") for text in texts.values())
    counts = small_counts_in(activity) if activity.pk and says_a_number else set()
    return newly_told(texts, counts, before=before, counted=counts)


def watch(row: Watched, findings: Collection[Finding], texts: Mapping[str, str], on: dt.date) -> dict[str, list[str]]:
    """Return the figures that are small counts of what a text is about (see partnerships.services.pointing).

    In the words of a year those of its log, in the reason of a correction those of the values.
    """
    if isinstance(row, IndicatorCorrection):
        return _of_correction(row, texts)
    if not isinstance(row, NarrativeSection):
        return {}
    year = row.year
    entries = LogEntry.objects.standing().filter(
        activity__programme=year.programme_id, starts_on__range=(year.starts_on, year.ends_on)
    )
    rows = Participation.objects.filter(log_entry__in=entries, target_group__is_vulnerable=True)
    cells: Counter[Cell] = Counter()
    for group, sex, band, count in rows.values_list("target_group", "sex", "age_band", "count"):
        cells[group, sex, band] += count
    counts = small_sums(cells, {cell[0] for cell in cells})
    return newly_told(texts, counts, before={"text": row.text}, counted=counts)


def _of_correction(row: IndicatorCorrection, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the figures in the reason of a correction that are small values of its indicator, or steps between two."""
    value = row.corrects
    if value.indicator_id not in kept_inside({value.indicator_id}):
        return {}
    others = list(value.corrections.exclude(pk=row.pk).values_list("value", flat=True))
    known = [value.value, *others, *IndicatorPart.objects.filter(value=value).values_list("number", flat=True)]
    stored = value.corrections.filter(pk=row.pk).first()

    def small(right: Decimal | None) -> set[int]:
        earlier = [one for one in (value.value, *others) if one is not None]
        return small_values([right, *known, *(abs(right - one) for one in earlier if right is not None)])

    before = {"reason": stored.reason if stored else ""}
    return newly_told(texts, small(row.value), before=before, counted=small(stored.value) if stored else ())
