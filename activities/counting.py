"""Counting the actual value of indicators from the log and from the courses that its activities give.

An entry counts in the period in which it begins, as in the annual report, so that no two periods count it twice.
What is counted belongs to an activity of the indicator's result or of one that leads to it, through any number of
steps. An age band is counted where it lies wholly within the ages of the rule: of another one nobody knows who is.
Who follows a course counts for the activities that give it, or the whole that it is part of: once, however many do.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Sum, Value, When
from django.db.models import Count as CountOf
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Coalesce, ExtractYear

from activities.counting_rules import Flags, Row, Rule, What
from activities.models import Activity, LogEntry, Participation
from beneficiaries.models import AgeBand, Attendance, Course, Enrolment, ExamResult, TargetGroup
from beneficiaries.parts import Slice

# The first and the last day.
Window = tuple[dt.date, dt.date]


@dataclass
class Count:
    """What was counted in a period; `estimated` is the part of it that was not counted head by head."""

    total: int = 0
    estimated: int = 0
    parts: dict[Slice, int] = field(default_factory=lambda: defaultdict(int))

    def parts_by(self, *, sex: bool, age: bool, group: bool) -> dict[Slice, Decimal]:
        """Return the parts as a form takes them: by sex and age together, and by target group."""
        sums: dict[Slice, Decimal] = defaultdict(Decimal)
        for part, number in self.parts.items():
            if sex or age:
                sums[Slice(part.sex if sex else "", part.band if age else None)] += number
            if group and part.group is not None:
                sums[Slice(group=part.group)] += number
        return dict(sums)


def count(rules: Sequence[Rule], windows: Sequence[Window]) -> dict[tuple[int, Window], Count]:
    """Return {(indicator key, window): count} of each rule in each window; no two windows share a day.

    One query for each kind of thing that is counted, whatever the number of rules, windows and activities.
    """
    counts = {(rule.indicator, window): Count() for rule in rules for window in windows}
    for rule, row in _matches(rules, windows, ALL) if windows else ():
        one, number = counts[rule.indicator, windows[row["window"]]], row["number"]
        one.total += number
        if row["how"] == Participation.Counting.ESTIMATED:
            one.estimated += number
        if row["told_sex"]:
            one.parts[Slice(row["told_sex"], row["band"], row["group"])] += number
    return counts


def people_by_rule(
    rules: Sequence[Rule], windows: Sequence[Window]
) -> Iterable[tuple[Window, Slice, int, int, tuple[int, ...]]]:
    """Yield participations that some indicators count: the window, of whom, in which entry, how many, and for which.

    The entry and the indicators are told by their keys.
    """
    asked = [rule for rule in rules if rule.row.what == What.PARTICIPATIONS]
    for row, takers in _taken(asked, windows, ALL | {"entry"}) if windows else ():
        if takers:
            indicators = tuple(sorted(rule.indicator for rule in takers))
            people = Slice(row["told_sex"], row["band"], row["group"])
            yield windows[row["window"]], people, row["entry"], row["number"], indicators


def totals(rules: Sequence[Rule], windows: Sequence[Window]) -> dict[tuple[int, Window], int]:
    """Return what `count` does without parts: the log is grouped only by what a rule asks about."""
    sums = {(rule.indicator, window): 0 for rule in rules for window in windows}
    asked = frozenset(name for rule in rules for name in rule.asks_about)
    for rule, row in _matches(rules, windows, asked) if windows else ():
        sums[rule.indicator, windows[row["window"]]] += row["number"]
    return sums


def enrolled_by_course(rules: Sequence[Rule], windows: Sequence[Window]) -> dict[tuple[int, Window], dict[int, int]]:
    """Return {(indicator key, window): {course key: enrolments}} of the rules that count these; nought is left out."""
    found: dict[tuple[int, Window], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    asked = [rule for rule in rules if rule.row.what == What.ENROLMENTS]
    for rule, row in _matches(asked, windows, ALL) if windows else ():
        found[rule.indicator, windows[row["window"]]][row["course"]] += row["number"]
    return found


def _matches(rules: Sequence[Rule], windows: Sequence[Window], told: frozenset[str]) -> Iterable[tuple[Rule, Row]]:
    """Yield each rule with the grouped rows that it takes; `told` names what a row tells of the people."""
    counted: set[tuple[int, int, int]] = set()
    for row, takers in _taken(rules, windows, told):
        for rule in takers:
            if _is_new(counted, rule, row):
                yield rule, row


def _taken(
    rules: Sequence[Rule], windows: Sequence[Window], told: frozenset[str]
) -> Iterable[tuple[Row, Sequence[Rule]]]:
    """Yield each grouped row with the rules that take it."""
    for what, grouped in _GROUPED.items():
        by_outcome: dict[int, list[Rule]] = defaultdict(list)
        asked = [rule for rule in rules if rule.row.what == what]
        for rule in asked:
            for outcome in rule.outcomes:
                by_outcome[outcome].append(rule)
        flags = _flags(asked)
        for row in grouped(list(by_outcome), windows, flags, told) if asked else ():
            yield row, [rule for rule in by_outcome[row["outcome"]] if rule.takes(row, flags)]


def _is_new(counted: set[tuple[int, int, int]], rule: Rule, row: Row) -> bool:
    """Say whether a row may be counted: what stands under several activities is counted at the first."""
    if "one" not in row:
        return True
    place = (rule.indicator, row["window"], row["one"])
    is_new = place not in counted
    counted.add(place)
    return is_new


def _flags(rules: Sequence[Rule]) -> Flags:
    """Return a name for each choice of themes, and each of target groups, that a rule asks of an activity."""
    wanted = {("themes", rule.themes) for rule in rules} | {("groups", rule.activity_groups) for rule in rules}
    chosen = sorted((kind, sorted(keys)) for kind, keys in wanted if keys)
    return {(kind, frozenset(keys)): f"flag_{place}" for place, (kind, keys) in enumerate(chosen)}


def _participations(
    outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]
) -> Iterable[Row]:
    """Return people who took part, in groups as small as a rule may ask for."""
    rows = Participation.objects.filter(
        log_entry__withdrawn_at__isnull=True,
        log_entry__activity__outcome__in=outcomes,
        log_entry__starts_on__range=_span(windows),
    )
    people = {name: F(path) for name, path in _PEOPLE.items() if name in told}
    activity = _of_activity("log_entry__activity", flags)
    window = _window("log_entry__starts_on", windows)
    grouped = rows.order_by().values(**people, **activity, window=window)
    return _inside(grouped.annotate(number=Sum("count")))


def _entries(outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]) -> Iterable[Row]:
    """Return how often something was logged."""
    return _log(outcomes, windows, flags, CountOf("pk"), told)


def _activities(outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]) -> Iterable[Row]:
    """Return in how many activities something was logged."""
    return _log(outcomes, windows, flags, CountOf("activity", distinct=True), told)


def _log(
    outcomes: list[int], windows: Sequence[Window], flags: Flags, number: Any, told: frozenset[str]
) -> Iterable[Row]:
    rows = LogEntry.objects.standing().filter(activity__outcome__in=outcomes, starts_on__range=_span(windows))
    nobody = {name: _TEXT if name in {"told_sex", "how"} else _KEY for name in _PEOPLE if name in told}
    grouped = rows.order_by().values(**nobody, **_of_activity("activity", flags), window=_window("starts_on", windows))
    return _inside(grouped.annotate(number=number))


def _enrolments(outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]) -> Iterable[Row]:
    """Return who joined a cohort, each time that somebody did."""
    rows = Enrolment.objects.annotate(day=F("enrolled_on"), one=F("pk"))
    return _taught(rows, "", outcomes, windows, flags)


def _learners(outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]) -> Iterable[Row]:
    """Return who attended, each learner once, whatever the number of cohorts and sessions."""
    present = Attendance.objects.filter(state=Attendance.State.PRESENT)
    rows = present.annotate(day=F("session__held_on"), one=F("enrolment__learner"))
    return _taught(rows, "enrolment__", outcomes, windows, flags)


def _diplomas(outcomes: list[int], windows: Sequence[Window], flags: Flags, told: frozenset[str]) -> Iterable[Row]:
    """Return who earned a diploma, on its own day or else on that of the exam."""
    earned = ExamResult.objects.filter(has_diploma=True)
    rows = earned.annotate(day=Coalesce("diploma_on", "exam__held_on"), one=F("pk"))
    return _taught(rows, "enrolment__", outcomes, windows, flags)


def _taught(
    rows: QuerySet[Any], to: str, outcomes: list[int], windows: Sequence[Window], flags: Flags
) -> Iterable[Row]:
    """Yield each of `rows`, which have a `day` and a key `one`, under each activity that gives the course.

    `to` leads to the enrolment. What is part of a course is given with it; the cohort of a programme counts only for
    activities of that programme.
    """
    given = Activity.objects.filter(outcome__in=outcomes, course__isnull=False).order_by()
    courses = _wholes(list(given.annotate(**_asked_of("pk", flags))))
    people = {
        "told_sex": F(f"{to}learner__sex"),
        "born": F(f"{to}learner__birth_year"),
        "course": F(f"{to}cohort__course"),
        "programme": F(f"{to}cohort__programme"),
        "group": F(f"{to}cohort__course__target_group"),
    }
    found = rows.filter(day__range=_span(windows), **{f"{to}cohort__course__in": list(courses)}).order_by()
    bands = _bands()
    for row in found.values("one", **people, year=ExtractYear("day"), window=_window("day", windows)).distinct():
        if row["window"] is None:
            continue
        counted = {"number": 1, "how": Participation.Counting.COUNTED, "band": bands(row)}
        for activity in courses[row["course"]]:
            if row["programme"] in {None, activity.programme_id}:
                asked = {name: getattr(activity, name) for name in flags.values()}
                yield {**row, "outcome": activity.outcome_id, "side": activity.side, **asked, **counted}


def _wholes(activities: Iterable[Activity]) -> dict[int | None, list[Activity]]:
    """Return {course: the activities that give it, or a whole that it is part of}."""
    given: dict[int | None, list[Activity]] = defaultdict(list)
    for activity in activities:
        given[activity.course_id].append(activity)
    homes = {activity.partnership_id for activity in activities}
    part_of: dict[int | None, int | None] = dict(
        Course.objects.filter(partnership__in=homes).order_by().values_list("pk", "part_of")
    )
    found: dict[int | None, list[Activity]] = {}
    for course in part_of:
        chain = [course]
        while (whole := part_of.get(chain[-1])) is not None and whole not in chain:
            chain.append(whole)
        if givers := [activity for one in chain for activity in given[one]]:
            found[course] = givers
    return found


def _bands() -> Callable[[Row], int | None]:
    """Return a function that tells the age band of a learner in the year of a row; that of no known age otherwise.

    A course for a group that is counted by age bands of its own counts its learners by these.
    """
    bands = list(AgeBand.objects.all())
    unknown = next((band.pk for band in bands if band.min_age is None), None)
    common = [band for band in bands if band.is_common]
    groups: Any = TargetGroup.objects.prefetch_related("age_bands")
    by_group = {group.pk: group.bands_among(bands) for group in groups}

    def band_of(row: Row) -> int | None:
        if row["born"] is None:
            return unknown
        age = row["year"] - row["born"]
        ages = by_group.get(row["group"], common)
        known = [band for band in ages if band.min_age is not None and band.min_age <= age]
        return next((band.pk for band in known if band.max_age is None or age <= band.max_age), unknown)

    return band_of


def _span(windows: Sequence[Window]) -> Window:
    return min(first for first, _last in windows), max(last for _first, last in windows)


def _window(day: str, windows: Sequence[Window]) -> Case:
    """Return the place of the window in which an entry begins; NULL between two of them."""
    places = [When(**{f"{day}__range": window}, then=Value(place)) for place, window in enumerate(windows)]
    return Case(*places, output_field=IntegerField())


def _inside(rows: Iterable[Row]) -> Iterable[Row]:
    return (row for row in rows if row["window"] is not None)


def _of_activity(path: str, flags: Flags) -> dict[str, Any]:
    return {"outcome": F(f"{path}__outcome"), "side": F(f"{path}__side"), **_asked_of(path, flags)}


def _asked_of(path: str, flags: Flags) -> dict[str, Exists]:
    """Return whether the activity that `path` leads to has one of the themes, or of the groups, that a rule names."""
    links = {
        "themes": (Activity.themes.through, "theme__in"),
        "groups": (Activity.target_groups.through, "targetgroup__in"),
    }
    told = {}
    for (kind, keys), name in flags.items():
        through, link = links[kind]
        told[name] = Exists(through.objects.filter(activity=OuterRef(path), **{link: keys}))
    return told


# What is told of the people who took part, and the column that knows it.
_PEOPLE = {"told_sex": "sex", "how": "counting", "band": "age_band", "group": "target_group", "entry": "log_entry"}
ALL = frozenset(_PEOPLE) - {"entry"}
_TEXT, _KEY = Value("", CharField()), Value(None, IntegerField())
# Whatever else is to be counted gets a function here that returns rows with the same names.
_GROUPED: dict[str, Callable[[list[int], Sequence[Window], Flags, frozenset[str]], Iterable[Row]]] = {
    What.PARTICIPATIONS: _participations,
    What.ENTRIES: _entries,
    What.ACTIVITIES: _activities,
    What.ENROLMENTS: _enrolments,
    What.LEARNERS: _learners,
    What.DIPLOMAS: _diplomas,
}
