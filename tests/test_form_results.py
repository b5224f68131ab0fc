"""What a form came to: true figures for who works with it, and for everybody else none that points at a person."""

import datetime as dt
import io
import itertools
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Answer, AnswerSheet, Suggestion
from beneficiaries.services.answers import Given
from beneficiaries.tallies import results_of
from partnerships.models import Finding
from portal.ground.models import AuditEntry
from portal.roof.views import evaluation
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_whole

pytestmark = pytest.mark.django_db
LATER = TODAY + dt.timedelta(days=1)
CANARY = "Kwartelvangst"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def writer(cast):
    return cast.coordinator_south


@pytest.fixture
def named(cast, writer):
    row = writer.memberships.get(partnership=cast.gillis.partnership)
    row.side, row.reads_notes = "partner", True
    row.save()
    return writer


@pytest.fixture
def filled(cast, writer):
    """Thirteen women: ten 5, two 4 and one 1; twelve in the morning; seven want law, two selling."""
    return fill(cast, writer)


def fill(cast, writer, count: int = 13, **fields):
    form, asked = make_whole(cast.gillis, closes_on=TODAY, **fields)
    for number in range(count):
        given = [Given(asked["scale"].pk, number=Decimal(5 if number < 10 else 4 if number < 12 else 1))]
        if number < 12:
            given.append(Given(asked["choice"].pk, choice=choice(asked["choice"], "Morning")))
        if number < 7:
            given.append(Given(asked["choices"].pk, choice=choice(asked["choices"], "Law")))
        if number < 2:
            given.append(Given(asked["choices"].pk, choice=choice(asked["choices"], "Selling")))
        given.append(Given(asked["number"].pk, number=Decimal(10 * number)))
        if number == 3:
            given.append(Given(asked["text"].pk, text=CANARY))
        fill_in(form, *given, actor=writer)
    return form, asked


def told(form, *, true_figures: bool, on: dt.date = LATER):
    found = results_of(form, true_figures=true_figures, on=on)
    return found, {
        row.question.kind: (row.answered, [(str(bar.label), bar.count) for bar in row.bars]) for row in found.tallies
    }


def test_who_works_with_it_sees_the_true_figures(filled):
    found, rows = told(filled[0], true_figures=True, on=TODAY)
    assert found.sheets == 13
    scale = [("1, Little", 1), ("2", 0), ("3", 0), ("4", 2), ("5, Much", 10)]
    assert rows["scale"] == (13, scale)
    assert rows["choice"] == (12, [("Morning", 12), ("Evening", 0)])
    assert rows["choices"] == (7, [("Selling", 2), ("Computing", 0), ("Law", 7)])
    assert (rows["number"][0], rows["text"]) == (13, (1, []))
    assert [str(row.average) for row in found.tallies[:1]] == ["4.5"]
    assert found.tallies[3].ends == (0, 120)


def test_small_counts_stay_inside_and_are_not_to_be_worked_out(filled):
    found, rows = told(filled[0], true_figures=False)
    assert found.sheets == 13
    # Two and one are put together with the ten; noughts are told.
    assert rows["scale"] == (13, [("1, Little", None), ("2", 0), ("3", 0), ("4", None), ("5, Much", None)])
    # One gave no answer: were the twelve told, the total of the forms would tell of the one.
    assert rows["choice"] == (None, [("Morning", None), ("Evening", 0)])
    assert dict(rows["choices"][1])["Selling"] is None
    assert rows["number"] == (13, [])
    assert rows["text"] == (None, [])
    assert found.tallies[0].average is None


def test_an_open_form_tells_nothing_outside_for_two_looks_would_tell_one_answer(filled):
    found, rows = told(filled[0], true_figures=False, on=TODAY)
    assert (found.sheets, found.is_told) == (None, False)
    assert {count for count, _bars in rows.values()} == {None}


@pytest.mark.parametrize(("count", "is_told"), [(4, False), (6, False), (7, True)])
def test_few_answers_tell_nothing_outside(cast, writer, count, is_told):
    """Of six, who wrote in own words or did not are one and five at most, so that nobody lies five apart."""
    form, _asked = fill(cast, writer, count=count)
    found, _rows = told(form, true_figures=False)
    assert (found.sheets, found.is_told) == (count if is_told else None, is_told)


def test_where_all_answers_to_a_question_are_hidden_no_nought_of_it_is_told(cast, writer):
    """Of eight who gave four answers each is one to five, while the number of forms tells of all eight."""
    form, asked = make_whole(cast.gillis, closes_on=TODAY)
    morning = Given(asked["choice"].pk, choice=choice(asked["choice"], "Morning"))
    for step in (1, 1, 2, 2, 3, 3, 4, 4):
        fill_in(form, Given(asked["scale"].pk, number=Decimal(step)), morning, actor=writer)
    found, rows = told(form, true_figures=False)
    assert (found.sheets, rows["choice"]) == (8, (8, [("Morning", 8), ("Evening", 0)]))
    assert rows["scale"] == (None, [("1, Little", None), ("2", None), ("3", None), ("4", None), ("5, Much", None)])


def test_a_form_for_everybody_hides_nothing(cast, writer):
    cast.youth.is_vulnerable = False
    cast.youth.save()
    form, _asked = fill(cast, writer, count=2, target_group=cast.youth)
    found, rows = told(form, true_figures=False, on=TODAY)
    assert (found.sheets, found.hides) == (2, False)
    assert rows["choice"] == (2, [("Morning", 2), ("Evening", 0)])


def test_no_small_count_is_left_over_between_what_is_told(cast, writer):
    """Whatever is told of one question, its differences with the totals are nought or at least five."""
    form, _asked = fill(cast, writer)
    found = results_of(form, true_figures=False, on=LATER)
    for row in found.tallies:
        counts = [bar.count for bar in row.bars if bar.count is not None]
        totals = [found.sheets, *([row.answered] if row.answered is not None else [])]
        single = [sum(some) for size in range(len(counts) + 1) for some in itertools.combinations(counts, size)]
        sums = single if row.question.kind != "choices" else counts
        rests = {abs(total - part) for total in totals for part in sums}
        assert not rests & {1, 2, 3, 4}


def test_the_spreadsheet_says_no_more_than_may_leave(filled, client_of, writer):
    form, _asked = filled
    page = client_of(writer).post(reverse("forms:results_export", args=[form.slug]))
    assert page["Content-Disposition"].startswith(f'attachment; filename="results-{form.slug}.xlsx"')
    sheet = openpyxl.load_workbook(io.BytesIO(page.content)).active
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["Question", "Kind", "Answered", "Answer", "How many", "Average"]
    # The form is open today, so nothing of it leaves.
    assert {row[2] for row in rows[1:]} == {"not shown"}
    assert CANARY not in str(rows)
    assert AuditEntry.objects.get(verb="export").target_id == form.pk


def test_a_viewer_sees_what_may_leave(cast, filled, client_of):
    form, _asked = filled
    page = client_of(cast.viewer).get(reverse("forms:results", args=[form.slug])).content.decode()
    assert "The figures are told once the form is closed" in page
    assert "bar-chart" not in page.split("<main")[1]


@pytest.mark.parametrize("part", ["viewer", "coordinator_south", "officer", "administrator"])
def test_own_words_of_the_vulnerable_are_for_who_is_named(cast, filled, client_of, part):
    form, _asked = filled
    client, url = client_of(cast.people[part]), reverse("forms:words", args=[form.slug])
    page = client.post(url)
    assert (page.status_code, CANARY in page.content.decode()) == (403, False)
    assert CANARY not in client.get(reverse("forms:results", args=[form.slug])).content.decode()
    assert not AuditEntry.objects.filter(verb="read").exists()


def test_who_is_named_reads_them_and_that_is_written_down(filled, named, client_of):
    form, _asked = filled
    client, url = client_of(named), reverse("forms:words", args=[form.slug])
    assert client.get(url).status_code == 405
    page = client.post(url)
    assert CANARY in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    entry = AuditEntry.objects.get(verb="read")
    assert (entry.actor, entry.target_id) == (named, form.pk)


def test_very_many_words_stand_on_several_parts_and_none_is_left_out(filled, named, client_of, monkeypatch):
    form, asked = filled
    monkeypatch.setattr(evaluation, "MOST_WORDS", 1)
    others = AnswerSheet.objects.filter(form=form).exclude(answers__question=asked["text"]).order_by("pk")
    Answer.objects.create(sheet=others.first(), question=asked["text"], text="Zebras, please.")
    client, url = client_of(named), reverse("forms:words", args=[form.slug])
    first = client.post(url)
    assert [CANARY in first.content.decode(), "Zebras" in first.content.decode()] == [True, False]
    assert (str(first.context["part"]), first.context["after"]) == ("1 to 1 of 2 answers", 1)
    second = client.post(url, {"after": first.context["after"]})
    assert [CANARY in second.content.decode(), "Zebras" in second.content.decode()] == [False, True]
    assert second.context["after"] is None
    for odd in ("x", "-1", "9" * 40):
        assert client.post(url, {"after": odd}).status_code == 200


def test_words_become_a_suggestion_that_is_answered(filled, named, client_of):
    form, asked = filled
    client, answer = client_of(named), asked["text"].answers.get()
    url = reverse("suggestions:take_up", args=[answer.pk])
    assert CANARY in client.get(url).content.decode()
    sent = {"text": "Somebody asks for quails.", "language": "fr", "theme": "other", "made_on": "2026-11-20"}
    assert client.post(url, sent).status_code == 302
    row = Suggestion.objects.get()
    assert (row.answer, row.partnership, row.text) == (answer, form.partnership, sent["text"])
    client.post(url, sent | {"text": "Somebody asks for geese.", "version": 1})
    assert Suggestion.objects.get().text == "Somebody asks for geese."


def test_a_finding_rests_on_questions_and_leads_to_a_decision(cast, filled, writer, client_of):
    form, asked = filled
    client, results = client_of(writer), reverse("forms:results", args=[form.slug])
    url = reverse("forms:finding_create", args=[form.slug])
    assert "checked" in client.get(f"{url}?question={asked['choices'].pk}").content.decode()
    page = client.post(url, {"title_en": "Most want law", "questions": [asked["choices"].pk]})
    assert page["Location"] == results
    finding = Finding.objects.get()
    assert list(finding.questions.all()) == [asked["choices"]]
    assert list(form.findings.all()) == [finding]
    assert "Found, and not decided on yet" in client.get(results).content.decode()
    decide = reverse("partnerships:decision_create", args=[form.partnership.slug])
    client.post(decide, {"title_en": "Lessons in law", "findings": [finding.pk]})
    for page in (results, reverse("partnerships:detail", args=[form.partnership.slug])):
        html = client.get(page).content.decode()
        assert "Lessons in law" in html
        assert f"{results}#question-{asked['choices'].pk}" in html


def test_a_finding_of_another_form_s_questions_is_refused(cast, filled, writer, client_of):
    form, _asked = filled
    foreign = make_whole(cast.gillis)[1]["text"]
    url = reverse("forms:finding_create", args=[form.slug])
    for key in (str(foreign.pk), "\0", "9" * 30):
        page = client_of(writer).post(url, {**in_all_languages(title="Odd"), "questions": [key]})
        assert (page.status_code, Finding.objects.count()) == (200, 0)


def test_an_activity_names_the_form_that_evaluates_it(cast, filled, writer, client_of):
    (form, _asked), activity = filled, cast.gillis.partner
    client, url = client_of(writer), reverse("activities:edit", args=[activity.pk])
    sent = {name: value for name, value in client.get(url).context["form"].initial.items() if value is not None}
    sent |= {"version": activity.version}
    foreign = make_whole(cast.jette)[0]
    assert client.post(url, sent | {"evaluation_form": foreign.pk}).context["form"].errors["evaluation_form"]
    assert client.post(url, sent | {"evaluation_form": form.pk}).status_code == 302
    results = reverse("forms:results", args=[form.slug])
    detail = reverse("activities:detail", args=[activity.pk])
    assert reverse("forms:detail", args=[form.slug]) in client.get(detail).content.decode()
    assert detail in client.get(results).content.decode()
