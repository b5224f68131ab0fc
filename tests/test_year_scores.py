"""Results judged year by year: on the scale, with a reason, by one at a time, and as the moral report's workbook."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from partnerships.models import NarrativeSection, PerformanceScore, ProgrammeYear, Scale, ScoreCriterion, SectionHeading
from portal.ground.models import AuditEntry
from portal.roof.overviews.readiness.results import outcomes_without_score
from portal.roof.overviews.readiness.work import Years
from tests.cast import in_all_languages


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def year(cast):
    return cast.gillis.year(2024)


@pytest.fixture
def levels(db):
    """A scale of three steps."""
    scale = Scale.objects.create(slug="three", **in_all_languages(name="Three"))
    names = ["Weak", "Fair", "Good"]
    return [scale.levels.create(value=n, **in_all_languages(label=name)) for n, name in enumerate(names, 1)]


@pytest.fixture
def criterion(levels):
    return ScoreCriterion.objects.create(slug="relevance", scale=levels[0].scale, **in_all_languages(name="Relevance"))


@pytest.fixture
def outcome(cast, year):
    return year.programme.outcomes.create(
        slug="o1",
        partnership=cast.gillis.partnership,
        level="outcome",
        number=1,
        iati_identifier="BE-BCE/0207.366.501 x:1",
        **in_all_languages(title="A lasting department: [the] */social\\\\ one"),
    )


def page(year, *rest):
    return "/".join(["/partnerships/programmes", year.programme.slug, str(year.year), "scores", *map(str, rest), ""])


@pytest.fixture
def send(client_of, year, criterion):
    """A function that judges by the one criterion and returns the answer."""

    def post(person, level, why, version=0, outcome=0, **data):
        client = client_of(person)
        client.cookies["django_language"] = "en"
        key = criterion.pk
        typed = {f"level_{key}": level, f"justification_{key}": why, f"version_{key}": version, "language": "fr"}
        return client.post(page(year, outcome), typed | data)

    return post


def test_the_whole_and_an_outcome_are_judged(cast, year, outcome, levels, send):
    assert send(cast.coordinator_south, levels[1].pk, "Peu de gens").status_code == 302
    assert send(cast.coordinator_south, levels[2].pk, "Beaucoup", outcome=outcome.pk).status_code == 302
    stored = PerformanceScore.objects.order_by("pk").values_list("outcome", "level__value", "justification", "language")
    assert list(stored) == [(None, 2, "Peu de gens", "fr"), (outcome.pk, 3, "Beaucoup", "fr")]
    assert {score.author for score in PerformanceScore.objects.all()} == {cast.coordinator_south}
    assert outcomes_without_score(Years([year])) == []


def test_the_same_twice_is_written_once(cast, levels, send):
    for _time in range(2):
        assert send(cast.coordinator_south, levels[1].pk, "Why").status_code == 302
    told = AuditEntry.objects.filter(target_type="partnerships.performancescore")
    assert [entry.verb for entry in told] == ["create"]


def test_a_score_is_changed_and_taken_away(cast, levels, send):
    send(cast.coordinator_south, levels[1].pk, "Why")
    send(cast.coordinator_south, levels[0].pk, "Why", version=1)
    score = PerformanceScore.objects.get()
    assert (score.level, score.version) == (levels[0], 2)
    send(cast.coordinator_south, "", "", version=2)
    assert not PerformanceScore.objects.exists()
    told = AuditEntry.objects.filter(target_type="partnerships.performancescore").order_by("pk")
    assert [entry.verb for entry in told] == ["create", "update", "delete"]


@pytest.mark.parametrize(
    ("level", "why", "field", "sentence"),
    [
        ("first", "", "justification", "Say why: each score is justified."),
        ("first", "  ", "justification", "Say why: each score is justified."),
        ("", "Why", "level", "Choose a score for this justification."),
        ("foreign", "Why", "level", "This score is not on the scale of the criterion."),
        ("9" * 30, "Why", "level", "This score is not on the scale of the criterion."),
        ("seven", "Why", "level", "This score is not on the scale of the criterion."),
        ("first", "a\x00b", "justification", "The text holds characters that cannot be shown."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(request, level, why, field, sentence):
    cast, send, levels = (request.getfixturevalue(name) for name in ("cast", "send", "levels"))
    criterion = request.getfixturevalue("criterion")
    foreign = Scale.objects.create(slug="other").levels.create(value=1)
    answer = send(cast.coordinator_south, {"first": levels[0].pk, "foreign": foreign.pk}.get(level, level), why)
    assert answer.status_code == 200
    assert answer.context["form"].errors[f"{field}_{criterion.pk}"][0].startswith(sentence)
    assert answer.context["form"][f"justification_{criterion.pk}"].value() == why.replace("\x00", "▯")
    assert not PerformanceScore.objects.exists()


def test_who_judges_second_sees_both(cast, criterion, levels, send):
    send(cast.coordinator_south, levels[0].pk, "Mine")
    answer = send(cast.officer, levels[2].pk, "Theirs")
    assert answer.status_code == 409
    assert [(item.saved, item.typed) for item in answer.context["theirs"]] == [("1 – Weak\nMine", "3 – Good\nTheirs")]
    form = answer.context["form"]
    assert form[f"version_{criterion.pk}"].value() == "1"
    assert send(cast.officer, levels[2].pk, "Theirs", version=1).status_code == 302


def test_a_year_that_is_read_or_validated_is_closed(cast, year, levels, send, client_of):
    for state, person in [("submitted", cast.coordinator_south), ("validated", cast.officer), ("locked", cast.officer)]:
        ProgrammeYear.objects.filter(pk=year.pk).update(state=state)
        answer = send(person, levels[0].pk, "Kept")
        assert (answer.status_code, len(answer.context["form"].non_field_errors())) == (200, 1)
        assert "Kept" in answer.content.decode()
        assert client_of(person).get(page(year, 0)).status_code == 302
    assert not PerformanceScore.objects.exists()


def test_a_criterion_without_a_scale_is_not_judged(cast, year, criterion, client_of):
    ScoreCriterion.objects.update(scale=None)
    shown = client_of(cast.officer).get(page(year, 0), headers={"accept-language": "en"})
    assert "No scale is known for this criterion" in shown.content.decode()
    assert outcomes_without_score(Years([year])) == []


def test_the_page_shows_each_year(cast, year, criterion, levels, client_of):
    for number, level in [(2022, levels[0]), (2024, levels[2]), (2025, levels[1])]:
        PerformanceScore.objects.create(
            programme=year.programme, year=number, criterion=criterion, level=level, justification="x", language="en"
        )
    shown = client_of(cast.viewer).get(page(year)).context["results"]
    [(result, _url)] = shown
    assert result.years == [2022, 2024]
    assert [(mark.value, mark.size) for mark in result.rows[0].marks] == [(1, 33), (3, 100)]


def test_the_page_costs_the_same_for_more(cast, year, criterion, levels, client_of):
    client = client_of(cast.officer)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(year)).status_code == 200
        return len(queries)

    few = cost()
    for number in range(4):
        outcome = year.programme.outcomes.create(
            slug=f"more-{number}",
            partnership=cast.gillis.partnership,
            level="outcome",
            **in_all_languages(title=f"Result {number}"),
        )
        more = ScoreCriterion.objects.create(slug=f"c{number}", scale=levels[0].scale, **in_all_languages(name="More"))
        judged = {"programme": year.programme, "criterion": more, "outcome": outcome, "level": levels[0]}
        for past in (2022, 2023, 2024):
            PerformanceScore.objects.create(year=past, justification="x", **judged)
    assert cost() == few


@pytest.fixture
def filled(cast, year, outcome, levels, send):
    """The whole and an outcome are judged, and a lesson is told of the outcome."""
    send(cast.coordinator_south, levels[1].pk, "=1+1")
    send(cast.coordinator_south, levels[2].pk, "Bien", outcome=outcome.pk)
    heading = SectionHeading.objects.create(slug="l", is_per_outcome=True, **in_all_languages(title="Lessons"))
    NarrativeSection.objects.create(year=year, heading=heading, outcome=outcome, language="fr", text="Commencer tôt.")


@pytest.mark.usefixtures("filled")
def test_the_workbook_has_a_sheet_for_the_whole_and_one_for_each_outcome(cast, year, client_of):
    answer = client_of(cast.viewer).post(page(year, "export"), headers={"accept-language": "en"})
    assert 'filename="BE-BCE-0207.366.501-x-1-2024.xlsx"' in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Overall score", "1 A lasting department   the"]
    whole, of_outcome = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert whole == [
        ("Criterion", "Score", "Step of the scale", "Justification", "Language"),
        ("Relevance", 2, "Fair", "=1+1", "Français"),
    ]
    assert book["Overall score"]["D2"].data_type == "s"
    assert of_outcome[2:] == [
        ("Relevance", 3, "Good", "Bien", "Français"),
        (None,) * 5,
        ("Lessons", None, None, "Commencer tôt.", "Français"),
    ]
    assert AuditEntry.objects.filter(verb="export", actor=cast.viewer).count() == 1


def test_a_file_without_an_identifier_is_called_by_the_programme(cast, year, criterion, client_of):
    answer = client_of(cast.viewer).post(page(year, "export"))
    assert 'filename="sint-gillis-berkane-2022-2026-2024.xlsx"' in answer.headers["Content-Disposition"]


def test_an_outcome_of_another_programme_is_not_there(cast, year, criterion, client_of):
    other = cast.jette.programme.outcomes.create(
        slug="x", partnership=cast.jette.partnership, level="outcome", **in_all_languages(title="X")
    )
    for key in (other.pk, 10**30):
        assert client_of(cast.officer).get(page(year, key)).status_code == 404
