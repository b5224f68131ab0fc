"""Counting the actual value of indicators from the log and from the courses that its activities give.

An entry counts in the period in which it begins, as in the annual report, so that no two periods count it twice.
What is counted belongs to an activity of the indicator's result or of one that leads to it, through any number of
steps. An age band is counted where it lies wholly within the ages of the rule: of another one nobody knows who is.
Who follows a course counts for the activities that give it, or the whole that it is part of: once, however many do.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, QuerySet, Sum, Value, When
from django.db.models import Count as CountOf
from django.db.models.fields import CharField, IntegerField
from django.db.models.functions import Coalesce, ExtractYear

from activities.models import Activity, CountingRule, LogEntry, Participation
from beneficiaries.models import AgeBand, Attendance, Course, Enrolment, ExamResult
from beneficiaries.parts import Slice
from partnerships.models import Outcome
from portal.ground.plain import plain

What = CountingRule.What
Row = Mapping[str, Any]
# The first and the last day.
Window = tuple[dt.date, dt.date]
# (what is asked of an activity, the keys) → the name of the column that answers.
Flags = Mapping[tuple[str, frozenset[int]], str]


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


@dataclass(frozen=True)
class Rule:
    """A counting rule with what it counts: the results whose activities are asked, and the bands within its ages."""

    row: CountingRule
    outcomes: frozenset[int]
    bands: frozenset[int] | None
    left_out: tuple[AgeBand, ...]
    groups: frozenset[int]
    themes: frozenset[int]

    @property
    def indicator(self) -> int:
        """The key of the indicator that it counts for."""
        return self.row.indicator_id

    @property
    def activity_groups(self) -> frozenset[int]:
        """The target groups that are asked of the activity: where no people are counted, nothing else knows them."""
        return self.groups if self.row.what in {What.ENTRIES, What.ACTIVITIES} else frozenset()

    @property
    def asks_about(self) -> list[str]:
        """What the rule must know of the people who took part."""
        asked = {
            "told_sex": bool(self.row.sex),
            "how": self.row.is_counted_only,
            "band": self.bands is not None,
            "group": bool(self.groups) and not self.activity_groups,
        }
        return [name for name, is_asked in asked.items() if is_asked]

    def takes(self, row: Row, flags: Flags) -> bool:
        """Say whether a row of the grouped log is what the rule counts."""
        rule = self.row
        asked = [("themes", self.themes), ("groups", self.activity_groups)]
        return (
            rule.side in {"", row["side"]}
            and all(row[flags[of_activity]] for of_activity in asked if of_activity[1])
            and (not rule.sex or rule.sex == row["told_sex"])
            and (self.bands is None or row["band"] in self.bands)
            and (not self.groups or bool(self.activity_groups) or row["group"] in self.groups)
            and (not rule.is_counted_only or row["how"] == Participation.Counting.COUNTED)
        )


def rules_of(rows: QuerySet[CountingRule]) -> list[Rule]:
    """Return counting rules ready to count, in five queries for any number of them."""
    of = "indicator__outcome"
    # Joined, each rule would be read with all texts of its indicator and of its result.
    rules: list[Any] = list(rows.annotate(result=F(of), partnership=F(f"{of}__partnership")))
    if not rules:
        return []
    tree = plain(Outcome).filter(partnership__in={rule.partnership for rule in rules})
    below: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent in tree.order_by().values_list("pk", "parent"):
        below[parent].append(pk)
    bands = list(plain(AgeBand))
    groups = _linked(rules, CountingRule.target_groups.through, "targetgroup")
    themes = _linked(rules, CountingRule.themes.through, "theme")
    return [_ready(rule, _under(rule.result, below), bands, groups[rule.pk], themes[rule.pk]) for rule in rules]


def _under(result: int, below: Mapping[int | None, list[int]]) -> frozenset[int]:
    """Return a result with those that lead to it, through any number of steps."""
    found, waiting = set(), [result]
    while waiting:
        pk = waiting.pop()
        if pk not in found:
            found.add(pk)
            waiting += below.get(pk, [])
    return frozenset(found)


def _linked(rules: Sequence[CountingRule], links: Any, to: str) -> Mapping[int, set[int]]:
    """Return the keys of what each rule names: nothing else of it is asked."""
    named: dict[int, set[int]] = defaultdict(set)
    for rule, pk in links.objects.filter(countingrule__in=rules).values_list("countingrule", to):
        named[rule].add(pk)
    return named


def _ready(
    rule: CountingRule,
    outcomes: frozenset[int],
    bands: Sequence[AgeBand],
    groups: Iterable[int],
    themes: Iterable[int],
) -> Rule:
    """Return a rule with the results that it asks, the bands within its ages, and what it names."""
    limited = rule.min_age is not None or rule.max_age is not None
    inside = [band for band in bands if _lies_within(band, rule)]
    return Rule(
        row=rule,
        outcomes=outcomes,
        bands=frozenset(band.pk for band in inside) if limited else None,
        left_out=tuple(band for band in bands if limited and band not in inside and _touches(band, rule)),
        groups=frozenset(groups),
        themes=frozenset(themes),
    )


def _lies_within(band: AgeBand, rule: CountingRule) -> bool:
    """Say whether everybody of a band has an age of the rule; of a band without ages nobody knows."""
    if band.min_age is None:
        return False
    high_enough = rule.min_age is None or band.min_age >= rule.min_age
    return high_enough and (rule.max_age is None or (band.max_age is not None and band.max_age <= rule.max_age))


def _touches(band: AgeBand, rule: CountingRule) -> bool:
    """Say whether somebody of a band may have an age of the rule."""
    if band.min_age is None:
        return True
    low_enough = rule.max_age is None or band.min_age <= rule.max_age
    return low_enough and (rule.min_age is None or band.max_age is None or band.max_age >= rule.min_age)


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


def totals(rules: Sequence[Rule], windows: Sequence[Window]) -> dict[tuple[int, Window], int]:
    """Return what `count` does without parts: the log is grouped only by what a rule asks about."""
    sums = {(rule.indicator, window): 0 for rule in rules for window in windows}
    asked = frozenset(name for rule in rules for name in rule.asks_about)
    for rule, row in _matches(rules, windows, asked) if windows else ():
        sums[rule.indicator, windows[row["window"]]] += row["number"]
    return sums


def _matches(rules: Sequence[Rule], windows: Sequence[Window], told: frozenset[str]) -> Iterable[tuple[Rule, Row]]:
    """Yield each rule with the grouped rows that it takes; `told` names what a row tells of the people."""
    counted: set[tuple[int, int, int]] = set()
    for what, grouped in _GROUPED.items():
        by_outcome: dict[int, list[Rule]] = defaultdict(list)
        asked = [rule for rule in rules if rule.row.what == what]
        for rule in asked:
            for outcome in rule.outcomes:
                by_outcome[outcome].append(rule)
        flags = _flags(asked)
        for row in grouped(list(by_outcome), windows, flags, told) if asked else ():
            for rule in by_outcome[row["outcome"]]:
                if rule.takes(row, flags) and _is_new(counted, rule, row):
                    yield rule, row


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
    """Return a function that tells the age band of a learner in the year of a row; that of no known age otherwise."""
    bands = list(AgeBand.objects.all())
    unknown = next((band.pk for band in bands if band.min_age is None), None)

    def band_of(row: Row) -> int | None:
        if row["born"] is None:
            return unknown
        age = row["year"] - row["born"]
        known = [band for band in bands if band.min_age is not None and band.min_age <= age]
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
_PEOPLE = {"told_sex": "sex", "how": "counting", "band": "age_band", "group": "target_group"}
ALL = frozenset(_PEOPLE)
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
