"""What a programme, a result, a scale and a text hold already stays in order, whichever row is moved meanwhile."""

import datetime as dt

import pytest
from django.utils import translation

from activities.models import BudgetLine, LogEntry, Product, Showing
from beneficiaries.models import IndicatorPart
from partnerships.models import (
    IndicatorCorrection,
    Milestone,
    NarrativeSection,
    ObservedOutcome,
    Outcome,
    Partnership,
    PerformanceScore,
    Programme,
    ProgrammeYear,
    ReviewRemark,
    ScoreCriterion,
    SectionHeading,
)
from partnerships.services import submit_year
from tests.cast import in_all_languages, make_entry
from tests.indicator_rows import lock, make_indicator, make_result, make_scale, make_target, make_value
from tests.test_admin_writes import address, page_of
from tests.test_import import csv, faults, send
from tests.test_import_results import INDICATORS, OUTCOMES

RUNS = "The programme runs in 2022 – 2026: this lies outside it."
OUTSIDE = "The programme has a year, a target, a value or a score of %s that would lie outside."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def by_admin(boss):
    """Return a function that changes fields of a row on its page and returns the errors."""

    def change(row, **changes):
        data = page_of(boss, type(row), row.pk) | changes
        response = boss.post(address(type(row), "change", row.pk), data)
        return {} if response.status_code == 302 else response.context_data["adminform"].form.errors

    return change


@pytest.fixture
def by_sheet(boss):
    """Return a function that brings one cell of a row in by a spreadsheet and returns why not."""

    def bring(name, row, column, cell):
        return [reason for _row, _name, reason in faults(send(boss, name, csv(["slug", column], [row.slug, cell])))]

    return bring


@pytest.fixture
def free(cast):
    """Return another partnership, without a programme."""
    return Partnership.objects.create(slug="free", **in_all_languages(name="Free"))


def test_no_locked_year_is_opened_by_moving_its_programme_to_another_partnership(cast, by_admin, free):
    lock(cast.jette, 2024)
    stays = {"partnership": ["A programme with records stays in its partnership."]}
    assert by_admin(cast.jette.programme, partnership=free.pk) == stays


def test_a_programme_without_records_may_move(cast, by_admin, free):
    days = {"starts_on": dt.date(2030, 1, 1), "ends_on": dt.date(2031, 12, 31)}
    later = Programme.objects.create(
        slug="later", partnership=cast.jette.partnership, state="submitted", **days, **in_all_languages(name="Later")
    )
    assert by_admin(later, partnership=free.pk) == {}


def year_row(_cast, _result):
    pass


def target(_cast, result):
    make_target(make_indicator(result), 3, 2026)


def value(_cast, result):
    make_value(make_indicator(result), 3, 2026)


def score(cast, result, year=2026):
    scale = make_scale()
    judged = ScoreCriterion.objects.create(slug="relevance", scale=scale, **in_all_languages(name="relevance"))
    of = {"programme": cast.jette.programme, "year": year, "outcome": result}
    said = {"level": scale.levels.first(), "justification": "It is."}
    return PerformanceScore.objects.create(criterion=judged, **of, **said)


@pytest.mark.parametrize("make", [year_row, target, value, score])
def test_a_programme_does_not_leave_out_what_its_years_hold(cast, by_admin, make):
    make(cast, make_result(cast.jette))
    if make is not year_row:
        cast.jette.programme.years.filter(year=2026).delete()
    assert by_admin(cast.jette.programme, ends_on="2025-12-31") == {"ends_on": [OUTSIDE % 2026]}
    assert by_admin(cast.jette.programme, ends_on="2026-12-30") == (
        {"ends_on": [OUTSIDE % 2026]} if make is value else {}
    )


def test_a_programme_does_not_begin_after_its_first_year(cast, by_admin):
    assert by_admin(cast.jette.programme, starts_on="2024-01-01") == {"starts_on": [OUTSIDE % 2022]}


def test_a_year_lies_inside_its_programme(cast, client_of):
    client = client_of(cast.administrator)
    data = {"programme": cast.jette.programme.pk, "year": 2035, "state": "open"}
    page = client.post(address(ProgrammeYear, "add"), data)
    assert page.context_data["adminform"].form.errors == {"year": [RUNS]}
    whole = page_of(client, Programme) | {
        "partnership": cast.jette.partnership.pk, "slug": "next", "name_nl": "Next", "state": "submitted",
        "starts_on": "2027-01-01", "ends_on": "2031-12-31",
        "years-TOTAL_FORMS": 1, "years-0-year": 2026,
    }  # fmt: skip
    page = client.post(address(Programme, "add"), whole)
    formset = page.context_data["inline_admin_formsets"][0].formset
    assert formset.errors == [{"year": [RUNS.replace("2022", "2027").replace("2026", "2031")]}]


# --- a result and what leads to it


@pytest.fixture
def earlier(cast):
    """Return a programme before that of the cast."""
    days = {"starts_on": dt.date(2015, 1, 1), "ends_on": dt.date(2019, 12, 31)}
    return Programme.objects.create(
        slug="earlier", partnership=cast.jette.partnership, state="closed", **days, **in_all_languages(name="Earlier")
    )


def text(cast, result, **fields):
    heading = SectionHeading.objects.create(
        slug=f"progress-{SectionHeading.objects.count()}", **in_all_languages(title="Progress")
    )
    of = {"year": cast.jette.year(2024), "heading": heading, "outcome": result, "language": "nl"}
    return NarrativeSection.objects.create(**(of | {"text": "It went well."} | fields))


def activity(cast, result):
    cast.jette.partner.outcome = result
    cast.jette.partner.save()


STAYS = "Scores or texts of a year are written on this result: it stays in its programme."
LIES = "Targets or values lie outside the years of this result’s programme."
LEADS = "Activities or budget lines lead to this result: let them lead to another one first."


@pytest.mark.parametrize(
    ("make", "sentence"), [(score, STAYS), (text, STAYS), (target, LIES), (value, LIES), (activity, LEADS)]
)
def test_a_result_stays_in_the_programme_whose_years_tell_of_it(cast, request, earlier, make, sentence):
    by_admin, by_sheet = (request.getfixturevalue(door) for door in ("by_admin", "by_sheet"))
    result = make_result(cast.jette)
    assert by_admin(result, programme=earlier.pk) == {}
    assert by_admin(result, programme=cast.jette.programme.pk) == {}
    make(cast, result)
    assert by_admin(result, programme=earlier.pk) == {"programme": [sentence]}
    assert by_sheet(OUTCOMES, result, "programme", "earlier") == [sentence]


def test_a_result_that_something_leads_to_is_not_deleted(cast, client_of):
    result, client = make_result(cast.jette), client_of(cast.administrator)
    activity(cast, result)
    page = client.post(address(Outcome, "delete", result.pk), {"post": "yes"})
    assert (page.status_code, page.context["exception"]) == (403, LEADS)
    cast.jette.partner.outcome = None
    cast.jette.partner.save()
    line = {"programme": cast.jette.programme, "source": cast.own, "year": 2024, "amount": 10}
    BudgetLine.objects.create(outcome=result, **line)
    assert client.post(address(Outcome, "delete", result.pk), {"post": "yes"}).status_code == 403
    BudgetLine.objects.all().delete()
    assert client.post(address(Outcome, "delete", result.pk), {"post": "yes"}).status_code == 302


# --- an indicator and the parts of its values


@pytest.mark.parametrize(
    ("field", "shown", "sentence"),
    [
        ("adds_parts", "on", "1 January – 31 December 2026: The parts by sex add up to 3, but the value is 10."),
        ("by_sex", "", "1 January – 31 December 2026: This indicator is not told by sex."),
    ],
)
def test_an_indicator_keeps_what_the_parts_of_its_values_say(cast, request, field, shown, sentence):
    by_admin, by_sheet = (request.getfixturevalue(door) for door in ("by_admin", "by_sheet"))
    indicator = make_indicator(make_result(cast.jette), by_sex=True)
    assert by_admin(indicator, **{field: shown}) == {}
    indicator.save()
    row = make_value(indicator, 10, 2026)
    IndicatorPart.objects.create(value=row, sex="men", number=3)
    assert by_admin(indicator, **{field: shown}) == {field: [sentence]}
    assert by_sheet(INDICATORS, indicator, field, "yes" if shown else "no") == [sentence]
    IndicatorPart.objects.create(value=row, sex="women", number=7)
    assert by_admin(indicator, **{field: shown}) == ({} if field == "adds_parts" else {field: [sentence]})


def test_no_part_is_added_to_a_value_that_an_officer_stands_for(cast, client_of):
    row = make_value(make_indicator(make_result(cast.jette), by_sex=True), 10, by=cast.officer)
    client, data = client_of(cast.administrator), {"value": row.pk, "sex": "men", "number": 3}
    page = client.post(address(IndicatorPart, "add"), data)
    assert page.context_data["adminform"].form.errors == {
        "value": ["This value is validated: an officer can take that back first."]
    }


def test_a_part_stays_with_its_value(cast, by_admin):
    indicator = make_indicator(make_result(cast.jette), by_sex=True, adds_parts=True)
    row, other = make_value(indicator, 3), make_value(indicator, 3, 2025)
    part = IndicatorPart.objects.create(value=row, sex="men", number=3)
    by_admin(part, value=other.pk)
    part.refresh_from_db()
    assert part.value == row


# --- scales


def test_a_score_stays_on_the_scale_that_it_was_given_on(cast, by_admin):
    judged, other = score(cast, make_result(cast.jette)), make_scale("other")
    assert by_admin(judged.criterion, scale=other.pk) == {
        "scale": ["Results are judged on this scale: end this criterion on a day, and add its successor."]
    }
    assert by_admin(judged.level, scale=other.pk, value=9) == {
        "scale": ["A step stays on its scale: add one to the other."]
    }
    assert by_admin(judged.level, value=9) == {}
    judged.delete()
    assert by_admin(judged.criterion, scale=other.pk) == {}


# --- texts of a year


def test_a_text_stays_in_its_place_with_its_translations_and_remarks(cast, by_admin):
    original = text(cast, None)
    text(cast, None, heading=original.heading, language="fr", translation_of=original, translated_edition=1)
    ReviewRemark.objects.create(year=original.year, section=original, text="More.", language="nl", author=cast.officer)
    other = SectionHeading.objects.create(slug="other", **in_all_languages(title="Other"))
    by_admin(original, year=cast.jette.year(2025).pk, heading=other.pk, outcome=make_result(cast.jette).pk)
    assert NarrativeSection.objects.get(pk=original.pk).place == original.place
    assert by_admin(original, language="fr") == {"language": ["This section is there in this language already."]}
    assert by_admin(original, translation_of=original.pk) == {
        "translation_of": ["No text is the translation of itself."]
    }


def test_an_empty_text_is_not_ready_by_any_door(cast, by_admin):
    row = text(cast, None, text="")
    assert by_admin(row, state="ready") == {
        "text": ["It is still empty: write it, or mark that there is nothing to tell this year."]
    }
    row.heading.is_required = False
    row.heading.save()
    written = text(cast, None)
    submit_year(cast.jette.year(2024), actor=cast.officer)
    assert list(NarrativeSection.objects.order_by("pk").values_list("pk", "state")) == [
        (row.pk, "draft"),
        (written.pk, "ready"),
    ]


# --- what is dated


@pytest.mark.parametrize(
    ("model", "field", "fields"),
    [
        (Milestone, "happened_on", {"kind": "works"}),
        (ObservedOutcome, "observed_on", {"actor": "family"}),
        (Product, "finished_on", {"kind": "film"}),
    ],
)
def test_a_locked_year_keeps_what_happened_and_was_seen_in_it(cast, request, model, field, fields):
    boss, by_admin = (request.getfixturevalue(name) for name in ("boss", "by_admin"))
    of = {"partnership": cast.jette.partnership, "precision": "day", **fields, **in_all_languages(title="A hall")}
    locked = model.objects.create(slug="in-2024", **of, **{field: dt.date(2024, 5, 1)})
    open_one = model.objects.create(slug="in-2025", **of, **{field: dt.date(2025, 5, 1)})
    lock(cast.jette, 2024)
    assert boss.post(address(model, "change", locked.pk), {}).status_code == 403
    assert boss.post(address(model, "delete", locked.pk), {"post": "yes"}).status_code == 403
    refused = {field: ["The year 2024 is locked: an officer can open it again."]}
    assert by_admin(open_one, **{field: "2024-12-31"}) == refused
    assert by_admin(open_one, **{field: "2025-12-31"}) == {}


def test_a_locked_year_keeps_where_a_work_was_shown(cast, boss, by_admin):
    film = Product.objects.create(
        slug="film", partnership=cast.jette.partnership, kind="film", **in_all_languages(title="A film")
    )
    shown = {"side": "home", "precision": "day"}
    locked = Showing.objects.create(product=film, number=1, shown_on=dt.date(2024, 5, 1), **shown)
    open_one = Showing.objects.create(product=film, number=2, shown_on=dt.date(2025, 5, 1), **shown)
    lock(cast.jette, 2024)
    refused = "The year 2024 is locked: an officer can open it again."
    assert by_admin(open_one, shown_on="2024-12-31") == {"shown_on": [refused]}
    data = page_of(boss, Product, film.pk)
    page = boss.post(address(Product, "change", film.pk), data | {"showings-0-shown_on": "2025-01-01"})
    assert page.context_data["inline_admin_formsets"][0].formset.errors == [{"shown_on": [refused]}, {}]
    page = boss.post(address(Product, "change", film.pk), data | {"showings-0-DELETE": "on"})
    assert page.context_data["inline_admin_formsets"][0].formset.non_form_errors() == [refused]
    for row in (locked, film):
        assert boss.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert (
        boss.post(address(Product, "change", film.pk), data | {"showings-1-shown_on": "2025-06-01"}).status_code == 302
    )


def test_a_locked_year_keeps_what_was_shown_with_an_entry_of_another(cast, boss):
    film = Product.objects.create(
        slug="film", partnership=cast.jette.partnership, kind="film", **in_all_languages(title="A film")
    )
    day = dt.date(2025, 5, 1)
    entry = make_entry(cast.jette.partner, cast.officer, starts_on=day, ends_on=day)
    shown = {"product": film, "log_entry": entry, "side": "home", "precision": "day"}
    Showing.objects.create(number=1, shown_on=dt.date(2024, 5, 1), **shown)
    Showing.objects.create(number=2, shown_on=day, **shown)
    lock(cast.jette, 2024)
    refused = ["The year 2024 is locked: an officer can open it again."]
    data = page_of(boss, LogEntry, entry.pk)

    def said(changes):
        page = boss.post(address(LogEntry, "change", entry.pk), data | changes)
        return page.context_data["inline_admin_formsets"][-1].formset

    assert said({"showings-0-shown_on": "2025-05-02"}).errors == [{"shown_on": refused}, {}]
    assert said({"showings-1-shown_on": "2024-12-31"}).errors == [{}, {"shown_on": refused}]
    assert said({"showings-0-DELETE": "on"}).non_form_errors() == refused
    later = data | {"showings-1-shown_on": "2025-05-02"}
    assert boss.post(address(LogEntry, "change", entry.pk), later).status_code == 302


def test_no_value_is_corrected_on_a_day_to_come(cast, client_of):
    row = make_value(make_indicator(make_result(cast.jette)), 3, by=cast.officer)
    lock(cast.jette, 2024)
    data = {"corrects": row.pk, "recorded_on": "2099-01-01", "value": 4, "reason": "Twice", "language": "en"}
    page = client_of(cast.administrator).post(address(IndicatorCorrection, "add"), data)
    assert page.context_data["adminform"].form.errors == {"recorded_on": ["This day has not come yet."]}
