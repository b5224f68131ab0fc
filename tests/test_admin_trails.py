"""The administration keeps what a locked year holds of findings, decisions, risks and closures."""

import datetime as dt

import pytest
from django.utils import translation

from partnerships.models import Decision, DecisionStep, Lesson
from tests.cast import in_all_languages
from tests.test_admin_writes import address, page_of

DAY = {"precision": "day"}
LOCKED = "The year 2024 is locked: an officer can open it again."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def boss(cast, client_of):
    client = client_of(cast.administrator)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def decision(cast):
    """Return a decision without a day, whose one step is dated in a year that is locked then."""
    row = Decision.objects.create(slug="d", partnership=cast.jette.partnership, **in_all_languages(title="Decide"))
    step = {"happened_on": dt.date(2024, 5, 14), **DAY, **in_all_languages(title="Exam")}
    DecisionStep.objects.create(decision=row, number=1, kind="change", **step)
    cast.jette.programme.years.filter(year=2024).update(state="locked")
    return row


def test_a_record_of_a_locked_year_is_only_shown(cast, boss):
    day = {"learned_on": dt.date(2024, 5, 14), **DAY}
    row = Lesson.objects.create(slug="l", partnership=cast.jette.partnership, **day, **in_all_languages(title="L"))
    cast.jette.programme.years.filter(year=2024).update(state="locked")
    assert boss.post(address(Lesson, "change", row.pk), {"title_en": "Else"}).status_code == 403
    assert boss.post(address(Lesson, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert Lesson.objects.get().title_en == "L"


@pytest.mark.parametrize("change", [{"steps-0-title_en": "Else"}, {"steps-0-DELETE": "on"}])
def test_a_step_of_a_locked_year_is_neither_changed_nor_taken_away(boss, decision, change):
    page = boss.post(address(Decision, "change", decision.pk), page_of(boss, Decision, decision.pk) | change)
    assert page.status_code == 200
    assert LOCKED in page.content.decode()
    assert DecisionStep.objects.get().title_en == "Exam"


def test_the_rest_of_the_record_may_change(boss, decision):
    data = page_of(boss, Decision, decision.pk) | {"text_en": "More is said of it"}
    assert boss.post(address(Decision, "change", decision.pk), data).status_code == 302
    assert Decision.objects.get().text_en == "More is said of it"
