"""A partnership with few and many vulnerable people in everything that is told of them, and who they truly are.

An atom is the finest that a reader could ask for: learners of a cohort who came equally far and enrolled in one year,
people of one sex and age in one log entry whom the same indicators count, who of a typed value came in one year, who
gave one answer.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any

from activities.models import Activity
from beneficiaries.models import (
    Attendance,
    Course,
    EvaluationForm,
    ExamResult,
    FollowUp,
    FollowUpOutcome,
    IndicatorPart,
)
from beneficiaries.services.answers import Given
from partnerships.models import Indicator
from tests.cast import Cast, in_all_languages
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_form, make_question
from tests.indicator_rows import make_indicator, make_result, make_rule, make_value, reach
from tests.learner_rows import enrol, make_cohort, make_course, make_exam, make_learner, make_session

Atom = tuple[Any, ...]
YEARS = (2023, 2024)
SEXES = ("women", "men")
STEPS = ("enrolled", "attended", "sat", "diploma", "heard")


@dataclass
class Scene:
    """The truth, by atom, and of each indicator which atoms a figure of a year adds up."""

    cast: Cast
    truth: Counter[Atom] = field(default_factory=Counter)
    of: dict[int, Callable[[int], Iterable[Atom]]] = field(default_factory=dict)
    parts: dict[int, Callable[[int, str], Iterable[Atom]]] = field(default_factory=dict)
    # Of a percentage: who is counted, among whom.
    shares: dict[int, Callable[[int], tuple[list[Atom], list[Atom]]]] = field(default_factory=dict)
    forms: list[EvaluationForm] = field(default_factory=list)
    # Atoms that may hold nobody, which no reader knows: an entry names a group without a number, a sex or an age.
    unsure: set[Atom] = field(default_factory=set)

    def atoms(self, holds: Callable[[Atom], bool]) -> list[Atom]:
        """Return the atoms that hold somebody, by what a reader knows, and of which something holds."""
        return [atom for atom, number in self.truth.items() if (number or atom in self.unsure) and holds(atom)]

    def learners(self, *, step: int = 0, **asked: int) -> list[Atom]:
        """Return the learners who came at least as far as a step: `course`, `year` of the cohort, year `joined`."""
        places = {"course": 1, "year": 2, "joined": 3}
        return self.atoms(
            lambda atom: (
                atom[0] == "learner"
                and atom[4] >= step
                and all(atom[places[name]] == value for name, value in asked.items())
            )
        )


def make_scene(cast: Cast, seed: int) -> Scene:
    """Write a partnership by chance, the same for the same seed."""
    scene, chance = Scene(cast), Random(seed)
    outcome = make_result(cast.jette, "outcome")
    courses = [_course(scene, outcome, number) for number in range(2)]
    outcome_work = FollowUpOutcome.objects.create(slug="work", position=1, **in_all_languages(name="Works"))
    for course in courses:
        for year in YEARS:
            _cohort(scene, course, year, chance, outcome_work)
    _learner_indicators(scene, outcome)
    _people(scene, outcome, chance, Random(-seed - 1))
    _typed(scene, outcome, chance)
    _answers(scene, chance)
    return scene


def make_small_scene(cast: Cast, number: int) -> Scene:
    """Write a partnership with one course of `number` learners, told at the end of the year in which they joined.

    Two of them earn a diploma in the next year, and nobody else passes: the share who did is hidden.
    """
    scene = Scene(cast)
    outcome = make_result(cast.jette, "outcome")
    course = _course(scene, outcome, 0)
    cohort, session, exam = _begin(course, YEARS[0])
    for step, learners in ((2, number - 2), (3, 2)):
        scene.truth["learner", course.pk, YEARS[0], YEARS[0], step] = learners
        for _one in range(learners):
            learner = make_learner(cast.jette, consented_on=dt.date(2022, 1, 1))
            _walk(enrol(cohort, learner, enrolled_on=dt.date(YEARS[0], 9, 5)), step, session, exam, None)
    _learner_indicators(scene, outcome)
    return scene


def make_two_entries(cast: Cast, number: int) -> Scene:
    """Write a partnership in which `number` women of one age came in one year, in two log entries."""
    scene = Scene(cast)
    came = Counter({(("women", 1), 0): 2, (("women", 1), 1): number - 2})
    _log(scene, _activity(cast, "other"), dt.date(YEARS[0], 5, 1), (), came)
    return scene


def few(chance: Random) -> int:
    """Return a number of people, often none or few."""
    return chance.choice([0, 0, 1, 2, 3, 4, 5, 7, 9, 14])


def _course(scene: Scene, outcome: Any, number: int) -> Course:
    cast = scene.cast
    course = make_course(cast.jette, target_group=cast.women)
    _activity(cast, f"teaching-{number}", outcome=outcome, course=course)
    return course


def _activity(cast: Cast, slug: str, **fields: Any) -> Activity:
    days = {"starts_on": dt.date(2022, 1, 1), "starts_precision": "day"}
    return Activity.objects.create(
        slug=slug,
        partnership=cast.jette.partnership,
        programme=cast.jette.programme,
        kind="service",
        side="partner",
        status="ongoing",
        **(days | in_all_languages(title=slug) | fields),
    )


def _cohort(scene: Scene, course: Course, year: int, chance: Random, work: FollowUpOutcome) -> None:
    """Let learners come so far; some join in the year after that in which their cohort began."""
    cast = scene.cast
    cohort, session, exam = _begin(course, year)
    for step in range(len(STEPS)):
        for joined in (year, year + 1):
            number = few(chance) if joined == year else chance.choice([0, 0, 0, 1, 2])
            scene.truth["learner", course.pk, year, joined, step] += number
            for _one in range(number):
                learner = make_learner(cast.jette, consented_on=dt.date(2022, 1, 1))
                row = enrol(cohort, learner, enrolled_on=dt.date(joined, 9 if joined == year else 2, 5))
                _walk(row, step, session, exam, work)


def _begin(course: Course, year: int) -> tuple[Any, Any, Any]:
    """Begin a cohort, which meets and is examined in the year after."""
    cohort = make_cohort(course, starts_on=dt.date(year, 9, 1), ends_on=dt.date(year + 1, 6, 30))
    session = make_session(cohort, held_on=dt.date(year + 1, 3, 1))
    return cohort, session, make_exam(course, held_on=dt.date(year + 1, 6, 20))


def _walk(row: Any, step: int, session: Any, exam: Any, work: FollowUpOutcome | None) -> None:
    if step:
        Attendance.objects.create(session=session, enrolment=row, cohort=row.cohort, state="present")
    if step > 1:
        result = "passed" if step > 2 else "failed"
        ExamResult.objects.create(exam=exam, enrolment=row, result=result, has_diploma=step > 2)
    if step > 3:
        FollowUp.objects.create(
            enrolment=row, months=6, asked_on=dt.date(2025, 12, 31), consented_on=dt.date(2025, 12, 31), outcome=work
        )


def _learner_indicators(scene: Scene, outcome: Any) -> None:
    """Count enrolments, in all and of one course; who attended; diplomas; and tell the share who passed."""
    officer, women = scene.cast.officer, scene.cast.women
    whole = make_indicator(outcome, whom=Indicator.Whom.VULNERABLE)
    make_rule(whole, what="enrolments", groups=[women])
    scene.of[whole.pk] = lambda year: scene.learners(joined=year)
    for year in YEARS:
        make_value(whole, sum(scene.truth[atom] for atom in scene.learners(joined=year)), year, by=officer)
    for what in ("learners", "diplomas"):
        row = make_indicator(outcome, whom=Indicator.Whom.OTHERS)
        make_rule(row, what=what, groups=[women])
        step = STEPS.index("attended" if what == "learners" else "diploma")
        # Both happen in the year after that in which the cohort began.
        scene.of[row.pk] = lambda year, step=step: scene.learners(step=step, year=year - 1)
    share = make_indicator(outcome, whom=Indicator.Whom.VULNERABLE, measure=Indicator.Measure.PERCENTAGE)
    scene.shares[share.pk] = lambda year: (scene.learners(step=3, year=year), scene.learners(step=2, year=year))
    for year in YEARS:
        passed, sat = (sum(scene.truth[atom] for atom in atoms) for atoms in scene.shares[share.pk](year))
        if sat:
            make_value(share, (Decimal(100 * passed) / sat).quantize(Decimal("0.01")), year, by=officer)


def _people(scene: Scene, outcome: Any, chance: Random, split: Random) -> None:
    """Log vulnerable people at an activity of the result, whom an indicator counts, and at one of none.

    Those of a year come in one to three entries.
    """
    row = make_indicator(outcome)
    make_rule(row, groups=[scene.cast.women])
    for slug, fields, indicators in (("counted", {"outcome": outcome}, (row.pk,)), ("other", {}, ())):
        activity = _activity(scene.cast, slug, **fields)
        for year in YEARS:
            people = [(sex, band) for sex in SEXES for band in (1, 2) for _one in range(few(chance))]
            number = split.choice([1, 2, 3])
            came = Counter((who, split.randrange(number)) for who in people)
            _log(scene, activity, dt.date(year, 5, 1), indicators, came)
    scene.of[row.pk] = lambda year: scene.atoms(
        lambda atom: atom[0] == "person" and atom[1] == year and row.pk in atom[2]
    )


def _log(
    scene: Scene, activity: Activity, day: dt.date, indicators: tuple[int, ...], came: Counter[tuple[Any, int]]
) -> None:
    """Write who came in each entry, the first of which is of a day."""
    places = {who for who, _entry in came}
    for entry in {entry for _who, entry in came}:
        cells = [(*who, came[who, entry]) for who in sorted(places) if came[who, entry]]
        reach(scene.cast, activity, day + dt.timedelta(days=entry), *cells, group=scene.cast.women)
        for sex, band in places:
            atom = ("person", day.year, indicators, sex, band, entry)
            scene.truth[atom] = came[(sex, band), entry]
            scene.unsure.add(atom)


def _typed(scene: Scene, outcome: Any, chance: Random) -> None:
    """Type values of vulnerable people: with parts by sex, of periods that may be added, and from the start."""
    officer = scene.cast.officer
    whom = {"whom": Indicator.Whom.VULNERABLE}
    yearly = make_indicator(outcome, by_sex=True, adds_parts=True, adds_periods=True, **whom)
    grown = make_indicator(outcome, accumulation="cumulative", baseline=Decimal(chance.choice([0, 3, 20])), **whom)
    scene.truth["typed", grown.pk, 0, ""] = int(grown.baseline)
    so_far = int(grown.baseline)
    for year in YEARS:
        cells = {sex: few(chance) for sex in SEXES}
        value = make_value(yearly, sum(cells.values()), year, by=officer)
        for sex, number in cells.items():
            scene.truth["typed", yearly.pk, year, sex] = number
            if number:
                IndicatorPart.objects.create(value=value, sex=sex, number=number)
        scene.truth["typed", grown.pk, year, ""] = came = few(chance)
        so_far += came
        make_value(grown, so_far, year, by=officer)
    scene.of[yearly.pk] = lambda year: scene.atoms(lambda atom: atom[:3] == ("typed", yearly.pk, year))
    scene.parts[yearly.pk] = lambda year, sex: [("typed", yearly.pk, year, sex)]
    scene.of[grown.pk] = lambda year: scene.atoms(lambda atom: atom[:2] == ("typed", grown.pk) and atom[2] <= year)


def _answers(scene: Scene, chance: Random) -> None:
    """Let women answer a form that is closed: a scale and a choice, which not everybody answers."""
    form = make_form(scene.cast.jette, target_group=scene.cast.women, closes_on=TODAY)
    scale, when = make_question(form, "scale"), make_question(form, "choice", "Morning", "Evening", "Never")
    for number in [step for step in range(1, 6) for _one in range(few(chance))]:
        said = chance.choice(["Morning", "Morning", "Evening", "Never", ""])
        answers = [Given(scale.pk, number=Decimal(number))]
        answers += [Given(when.pk, choice=choice(when, said))] if said else []
        fill_in(form, *answers, actor=scene.cast.coordinator_north)
        scene.truth["answer", scale.pk, number] += 1
        scene.truth["answer", when.pk, said] += 1
    scene.forms.append(form)
