"""Who looks twice, before and after something small is written down, learns nothing of the people in it.

Everything that a viewer reads, and all that leaves the portal, tells vulnerable people once their year is locked.
"""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from beneficiaries.funnel import paths_of
from beneficiaries.models import Attendance, ExamResult, FollowUp, IndicatorPart
from beneficiaries.paths import STAGES
from partnerships.models import Indicator, IndicatorCorrection, Municipality
from partnerships.services import lock_year, reopen_year
from portal.roof.reports.attainment import Measured
from portal.roof.reports.book import write_book
from portal.roof.reports.frozen import written
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from tests.indicator_rows import make_value, reach
from tests.learner_rows import enrol, make_learner, make_session
from tests.page_walk import pages_behind
from tests.public_site import open_pages
from tests.snapshot_rows import validated
from tests.test_iati import REFERENCE, add_code
from tests.two_looks import (
    WINDOWS,
    Scene,
    client_for,
    draft,
    forget,
    look,
    make_scene,
    pages_with_figures,
    plain,
    settle_scene,
    told_by,
)

pytestmark = pytest.mark.django_db
LATER_TOLD = (
    "Figures about vulnerable groups are told once their year and those before it are locked, as the newest report "
    "tells them. What changed since waits for the next report."
)


@pytest.fixture
def scene(cast) -> Scene:
    """Write what is settled, and validate and lock its years."""
    found = make_scene(cast)
    settle_scene(found)
    return found


def write_down(scene: Scene, half: int) -> None:
    """Write a little down in one half of 2025: two women came, a value, a correction, and a learner with all steps."""
    cast, first = scene.cast, dt.date(2025, 1 if half == 1 else 7, 1)
    span = {"starts_on": first, "ends_on": dt.date(2025, 6, 30) if half == 1 else dt.date(2025, 12, 31)}
    if half == 1:
        reach(cast, cast.jette.partner, first, ("women", 1, 2), group=cast.women, text="They came.")
    else:
        cast.jette.partner.log_entries.get(text="They came.").participations.update(count=4)
    for row in scene.typed:
        value = make_value(row, 20 + half, by=cast.officer, **span)
        IndicatorPart.objects.create(value=value, number=20 + half, target_group=cast.women)
        IndicatorCorrection.objects.create(
            corrects=row.values.earliest("starts_on"),
            recorded_on=first,
            value=20 + half,
            reason="They were counted twice.",
            language="en",
            state="validated",
        )
    for cohort in scene.cohorts.values():
        row = enrol(cohort, make_learner(cast.jette, consented_on=first), enrolled_on=first)
        session = make_session(cohort, held_on=first + dt.timedelta(days=10))
        Attendance.objects.create(session=session, enrolment=row, cohort=cohort, state="present")
        ExamResult.objects.create(exam=scene.exam, enrolment=row, result="passed", has_diploma=True)
        given = {"asked_on": dt.date(2025, 12, 31), "consented_on": first, "outcome": scene.heard}
        FollowUp.objects.create(enrolment=row, months=6, **given)
    forget()


def pages_of(scene: Scene, client: Client) -> dict[str, str]:
    """Return every page that links lead a viewer to, and the drafts of reports."""
    found = {path: plain(content) for path, content in pages_behind(client, "/", of_each=4)}
    drafts = reverse("reports:page", args=[scene.cast.jette.partnership.slug])
    for first, last in WINDOWS.values():
        asked = {"starts_on": str(first), "ends_on": str(last), "language": "en", "draft": "on"}
        answer = client.get(drafts, asked)
        assert answer.status_code == 200
        found[f"{drafts} {first} {last}"] = plain(answer.content)
    return found


def test_before_and_after_something_small_all_figures_are_the_same(scene, client_of):
    open_pages(scene.cast)
    Municipality.objects.filter(slug="jette").update(iati_identifier=REFERENCE)
    add_code(scene.cast, "sector", "16010")
    client = client_for(scene, client_of)
    forget()
    before = look(scene, client)
    for half in (1, 2):
        write_down(scene, half)
        after = look(scene, client)
        for name, told in before.items():
            assert after[name] == told, name


def test_no_page_and_no_draft_depends_on_how_many_came(scene, client_of):
    client = client_for(scene, client_of)
    write_down(scene, 1)
    one = pages_of(scene, client)
    assert len({path.split("/")[1] for path in one}) > 5, sorted(one)
    write_down(scene, 2)
    two = pages_of(scene, client)
    assert one.keys() == two.keys()
    for path, content in one.items():
        assert two[path] == content, path


def test_what_is_settled_is_told_beside_what_is_not(scene, client_of):
    """The rule hides the year that moves, and nothing else: else both tests above would find everything alike."""
    write_down(scene, 1)
    report = draft(scene, "programme")
    [women] = [group for group in report.participants.groups if group.is_vulnerable]
    assert (women.total, women.is_cut, report.participants.total) == (20, True, 50)
    assert actual(report) == {2024: [20, 20, 20]}
    assert [counted(report, row) for row in scene.counted] == [{2024: 20}, {2024: 50}, {2024: 50}, {2024: 12}]
    assert [year.steps for year in report.learners[0].years] == [(12, 12, 12, 12, 0), (None,) * 5]
    assert not any(row.corrections for row in measured(report))
    page = client_for(scene, client_of).get(reverse("beneficiaries:cohort_detail", args=[scene.cohorts[2025].slug]))
    assert [bar["value_text"] for bar in page.context["chart"]["bars"]] == ["not shown"] * len(STAGES)
    assert LATER_TOLD in page.content.decode()


@pytest.mark.parametrize("address", ["logframe", "indicator", "report", "detail", "cohort_detail", "years"])
def test_pages_say_why_something_is_missing(scene, client_of, address):
    client = client_for(scene, client_of)
    drafts = reverse("reports:page", args=[scene.cast.jette.partnership.slug])
    places = dict(zip(["logframe", "indicator"], pages_with_figures(scene), strict=False)) | {
        "report": f"{drafts}?starts_on=2022-01-01&ends_on=2026-12-31&language=en&draft=on",
        "detail": reverse("beneficiaries:detail", args=[scene.course.slug]),
        "cohort_detail": reverse("beneficiaries:cohort_detail", args=[scene.cohorts[2024].slug]),
        "years": reverse("beneficiaries:years"),
    }
    assert LATER_TOLD in client.get(places[address]).content.decode()


def test_a_locked_year_that_waits_for_an_earlier_one_says_so(scene):
    reopen_year(scene.cast.jette.year(2023), actor=scene.cast.officer, reason="A voucher came late.")
    book = load_workbook(io.BytesIO(write_book(draft(scene, "settled"), "en")))
    assert [row[2:] for row in book["How far learners came"].values if 2024 in row or "2024" in row] == [
        ("not told before this and earlier years are locked",) * len(STAGES)
    ]


def test_once_its_year_is_locked_it_is_told_and_no_longer_after_it_is_opened_again(scene):
    cast, work = scene.cast, scene.cast.jette.partner
    reach(cast, work, dt.date(2025, 3, 1), ("women", 1, 40), group=cast.women)
    for row in scene.typed:
        make_value(row, 60, 2025, by=cast.officer)
    for _one in range(9):
        enrol(scene.cohorts[2025], make_learner(cast.jette))
    before = told_by(draft(scene, "programme"))
    first = report_of(validated(cast, dt.date(2026, 3, 1), 2025))
    # Validated is not locked: the edition alone tells it.
    assert told_by(draft(scene, "programme")) == before
    assert (first.participants.total, first.is_unsettled) == (40, False)
    lock_year(cast.jette.year(2025), actor=cast.officer)
    report = draft(scene, "programme")
    assert report.participants.total == 90
    assert actual(report) == {2024: [20, 20, 20], 2025: [60, 60, 60]}
    assert counted(report, scene.counted[0]) == {2024: 20, 2025: 40}
    assert counted(report, scene.counted[2]) == {2024: 50, 2025: 90}
    assert counted(report, scene.counted[3]) == {2024: 12, 2025: 9}
    assert [year.steps[0] for year in report.learners[0].years] == [12, 9]
    assert actual(first) == actual(report)
    reopen_year(cast.jette.year(2025), actor=cast.officer, reason="A voucher came late.")
    assert told_by(draft(scene, "programme")) == before
    second = report_of(validated(cast, dt.date(2026, 6, 1), 2025))
    assert written(second.participants) == written(first.participants)
    assert written(second.attained) == written(first.attained)


def test_who_joins_between_validating_and_locking_is_not_told_beside_the_report(scene, client_of):
    def shown() -> list[str]:
        pages = [reverse("beneficiaries:cohort_detail", args=[scene.cohorts[2025].slug])]
        pages.append(reverse("beneficiaries:detail", args=[scene.course.slug]))
        found = [client_for(scene, client_of).get(page).context["chart"]["bars"][0]["value_text"] for page in pages]
        return [text.partition(" ")[0] for text in found]

    for _one in range(9):
        enrol(scene.cohorts[2025], make_learner(scene.cast.jette))
    validated(scene.cast, dt.date(2026, 3, 1), 2025)
    enrol(scene.cohorts[2025], make_learner(scene.cast.jette))
    lock_year(scene.cast.jette.year(2025), actor=scene.cast.officer)
    assert shown() == ["not", "12"]
    for _one in range(4):
        enrol(scene.cohorts[2025], make_learner(scene.cast.jette))
    assert shown() == ["not", "12"]
    validated(scene.cast, dt.date(2026, 6, 1), 2025)
    assert shown() == ["14", "26"]


def test_a_viewer_s_figures_of_a_course_take_a_few_more_queries(scene):
    counts = []
    for true_figures in (True, False):
        with CaptureQueriesContext(connection) as captured:
            paths_of(scene.course, true_figures=true_figures)
        counts.append(len(captured))
    assert counts == [1, 6]


def measured(report: Report) -> list[Measured]:
    return [row for chain in report.attained for result in chain.results for row in result.indicators]


def actual(report: Report) -> dict[int, list[int]]:
    """Return by year the actual values that are told."""
    found: dict[int, list[int]] = {}
    for row in measured(report):
        for year in row.sheet.years:
            if year.actual:
                found.setdefault(year.year, []).append(int(year.actual.number))
    return found


def counted(report: Report, indicator: Indicator) -> dict[int, int]:
    """Return by year what the log comes to, as far as it is told and anything."""
    [row] = [row for row in measured(report) if row.pk == indicator.pk]
    return {year.year: int(year.counted) for year in row.sheet.years if year.counted}
