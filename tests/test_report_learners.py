"""How far learners came, in a report: the figures of a viewer's page, in each kind, and beside others."""

import datetime as dt
import io
from collections.abc import Iterable

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import override

from beneficiaries.models import Attendance, ExamResult, FollowUp, FollowUpOutcome
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.learners import CourseSheet, CourseYear, NowCount, settled_learners
from portal.roof.reports.manuscript import write_manuscript
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.scopes import of_source, published
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of as frozen
from portal.roof.reports.words import Words
from tests.cast import Cast, in_all_languages, make_expense
from tests.learner_rows import enrol, make_cohort, make_course, make_exam, make_learner, make_session
from tests.snapshot_rows import LATER, validated
from tests.snapshot_rows import ON as FIRST
from tests.test_report_pdf import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("settled")]
ON = dt.date(2025, 1, 15)
WORK = Words((("nl", "werkt"), ("fr", "travaille"), ("en", "works"), ("ar", "يعمل")))


@pytest.fixture
def course(cast):
    return make_course(cast.jette, **in_all_languages(title="Sewing"))


def walk(cast: Cast, course, steps: Iterable[int], year: int = 2024):
    """Let learners of a cohort come so far: 1 attended, 2 sat, 3 diploma, 4 works."""
    outcome, _new = FollowUpOutcome.objects.get_or_create(
        slug="work", defaults={"position": 1, **{f"name_{code}": text for code, text in WORK.versions}}
    )
    cohort = make_cohort(course, starts_on=dt.date(year, 2, 1), ends_on=dt.date(year, 10, 31))
    session = make_session(cohort, held_on=dt.date(year, 3, 1))
    exam = make_exam(course, held_on=dt.date(year, 10, 20))
    for step in steps:
        learner = make_learner(cast.jette, consented_on=dt.date(year, 1, 1))
        enrolment = enrol(cohort, learner)
        if step:
            Attendance.objects.create(session=session, enrolment=enrolment, cohort=cohort, state="present")
        if step > 1:
            result = {"result": "passed" if step > 2 else "failed", "has_diploma": step > 2}
            ExamResult.objects.create(exam=exam, enrolment=enrolment, **result)
        if step > 3:
            FollowUp.objects.create(
                enrolment=enrolment,
                months=6,
                asked_on=dt.date(year + 1, 4, 30),
                consented_on=dt.date(year + 1, 4, 30),
                outcome=outcome,
            )
    return cohort


def report_of(cast: Cast, first: int = 2024, last: int = 2024) -> Report:
    return build_report(cast.jette.partnership, dt.date(first, 1, 1), dt.date(last, 12, 31), on=ON)


def steps_of(report: Report):
    return {(sheet.slug, year.year): year.steps for sheet in report.learners for year in sheet.years}


def test_the_figures_are_told_by_course_and_year(cast, course):
    walk(cast, course, [4] * 7 + [0] * 6)
    walk(cast, course, [1] * 6, year=2023)
    report = report_of(cast)
    assert steps_of(report) == {(course.slug, 2024): (13, 7, 7, 7, 7)}
    assert report.learners[0].years[0].now == (NowCount(WORK, 7),)
    assert steps_of(report_of(cast, 2023)) == {
        (course.slug, 2023): (6, 6, 0, 0, 0),
        (course.slug, 2024): (13, 7, 7, 7, 7),
    }
    assert steps_of(report_of(cast, 2022, 2022)) == {}


def test_few_learners_are_not_told_nor_worked_out(cast, course):
    walk(cast, course, [4] * 9 + [1] * 2)
    [year] = report_of(cast).learners[0].years
    assert year.steps == (11, 11, None, None, None)
    assert year.now == (NowCount(WORK, None),)
    assert year.now_shown == ()
    html = render_html(report_of(cast), "en")
    assert "fewer than 5 learners could be worked out" in html
    assert "(82" not in html


def test_page_spreadsheet_text_and_pdf_say_the_same(cast, course, client_of):
    walk(cast, course, [4] * 7 + [0] * 6)
    report = report_of(cast)
    page = client_of(cast.viewer).get(reverse("beneficiaries:detail", args=[course.slug]))
    assert [[cell["text"] for cell in row["cells"]] for row in page.context["year_rows"]] == [
        ["2024", "13", "7", "7", "7", "7"]
    ]
    for language, head, told in (
        ("nl", "Behaalde het diploma", "Nadien bevraagd: 7"),
        ("ar", "حصلوا على الدبلوم", None),
    ):
        book = openpyxl.load_workbook(io.BytesIO(write_book(report, language)))
        with override(language):
            sheet, now = book.worksheets[-2:]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
        assert rows[0][5] == head
        assert rows[1][1:] == ["2024", 13, 7, 7, 7, 7]
        assert [cell.value for cell in next(now.iter_rows(min_row=4))][2:] == [dict(WORK.versions)[language], 7]
        lines = [part.text for part in docx.Document(io.BytesIO(write_manuscript(report, language))).paragraphs]
        assert told in lines or not told
        assert "Sewing, 2024" in lines
        text = text_of(render_pdf(report, language))
        assert "13 7 7 7 7" in text
        assert "54 %" in text or language == "ar"
        assert head in text


def test_a_report_of_a_source_tells_of_the_courses_that_it_pays(cast, course):
    walk(cast, course, [4] * 7)
    other = make_course(cast.jette, **in_all_languages(title="Cooking"))
    walk(cast, other, [4] * 8)
    cast.jette.home.course = course
    cast.jette.home.save()
    make_expense(cast.jette.home, source=cast.bwi)
    report = report_of(cast)
    assert [sheet.slug for sheet in of_source(report, "bwi").learners] == [course.slug]
    assert [sheet.slug for sheet in published(report).learners] == [course.slug, other.slug]


def test_a_later_edition_gives_no_learner_back(cast, course):
    cohort = walk(cast, course, [4] * 7 + [0] * 6)
    assert validated(cast, FIRST).number == 1
    enrol(cohort, make_learner(cast.jette, consented_on=dt.date(2024, 1, 1)))
    second = validated(cast, LATER)
    [year] = frozen(second).learners[0].years
    assert (year.steps, year.is_kept) == ((13, 7, 7, 7, None), True)
    for _ in range(4):
        enrol(cohort, make_learner(cast.jette, consented_on=dt.date(2024, 1, 1)))
    [year] = frozen(validated(cast, LATER)).learners[0].years
    assert (year.steps, year.is_kept) == ((18, 7, 7, 7, 0), False)


@pytest.mark.parametrize(
    ("now", "is_kept"),
    [
        ((30, 20, 20, 20, None), False),
        ((29, 20, 20, 20, 10), True),
        ((25, 14, 9, 9, 9), True),
        ((25, 15, 10, 10, 5), False),
    ],
)
def test_what_lies_between_two_figures_must_not_move_a_little(now, is_kept):
    before = CourseSheet("sewing", Words(), (CourseYear(2024, 20, 10, 10, 10, 10),))
    [sheet] = settled_learners([CourseSheet("sewing", Words(), (CourseYear(2024, *now),))], [[before]])
    assert sheet.years[0].is_kept is is_kept


def test_an_invented_cohort_marks_the_report(cast, course):
    cohort = walk(cast, course, [1] * 6)
    assert not report_of(cast).is_demonstration
    cohort.is_demonstration = True
    cohort.save()
    assert report_of(cast).is_demonstration
