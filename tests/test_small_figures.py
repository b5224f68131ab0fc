"""Whoever writes a finding is asked about figures that the results of the form do not tell."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.models import AnswerSheet, EvaluationForm
from beneficiaries.services.answers import Given
from beneficiaries.small_figures import hidden_counts, small_figures
from partnerships.models import Decision, DecisionStep, Finding
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_whole
from tests.test_admin_writes import address, page_of

pytestmark = pytest.mark.django_db
TITLE = in_all_languages(title="Most come early")
LATER = TODAY + dt.timedelta(days=1)


@pytest.fixture
def form(cast):
    """Thirteen women answered: nine come in the morning, four in the evening; the scale says 5 of eleven, 4 of two."""
    form, asked = make_whole(cast.gillis, closes_on=TODAY)
    for number in range(13):
        when = choice(asked["choice"], "Morning" if number < 9 else "Evening")
        step = Decimal(5 if number < 11 else 4)
        answers = [Given(asked["scale"].pk, number=step), Given(asked["choice"].pk, choice=when)]
        fill_in(form, *answers, actor=cast.coordinator_south)
    return form


def figures_in(form, text):
    """Return the figures that the writer of a text about the form is asked about."""
    return small_figures([form], {"text": text}, on=LATER).get("text", [])


def test_the_counts_that_are_not_told_are_those_of_hidden_cells(form):
    """Evening would give morning back, for all thirteen answered."""
    assert hidden_counts(form, on=LATER) >= {2, 4, 9, 11}
    assert 13 not in hidden_counts(form, on=LATER)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Most come in the morning.", []),
        ("All 13 answered in 2026.", []),
        ("4 come in the evening, 9 in the morning.", ["4", "9"]),
        ("Only 2 said so; 2 again.", ["2"]),
        ("Three women want law.", ["Three"]),
        ("Drie vrouwen, trois femmes, ثلاث نساء.", ["Drie", "trois", "ثلاث"]),
        ("٤ نساء", ["٤"]),
        ("On 2026-03-04, 3/4/2026 and at 2,5 they paid 1 000 euro.", []),
        ("The threefold fourth", []),
        ("3/4 said so, 2-3 did not; 1,0 and 1.0", ["3", "4", "2", "1,0", "1.0"]),
        ("In 2024-2025, on 3.4.2026, 1.004 or 4 200 dirham", []),
        (
            "One woman, one single voice. Eén vrouw, een enkele stem, slechts één.",
            ["One", "one", "Eén", "een enkele", "één"],
        ),
        ("e\u0301e\u0301n, une seule, un seul; een vrouw, une femme, un jour", ["één", "une seule", "un seul"]),
        ("Both, a couple, beide, les deux, un couple", ["Both", "couple", "beide", "deux"]),
        (
            "واحدة، امرأتان، لامرأتين، والثلاث، أربع، اربعة، كلتاهما",
            ["واحدة", "امرأتان", "لامرأتين", "والثلاث", "أربع", "اربعة", "كلتاهما"],
        ),
        ("واحدةٌ وسيّدتان", ["واحدة", "وسيدتان"]),
        ("يوم الاثنين، والثلاثاء، والأربعاء", []),
        (
            "Nine, elf, neuf, onze, تسع, إحدى عشرة; twelve, douze, اثنتا عشرة",
            ["Nine", "elf", "neuf", "onze", "تسع", "إحدى عشرة"],
        ),
        ("3 kramen, drie tafels, 2 bussen, 4 keer, 2x, 3 × en 4 naaimachines", []),
        ("trois stands, 4 étals, 2 machines à coudre, 3 affiches et 4 chaises", []),
        ("three stalls, 2 buses, 4 sewing machines, 3 posters and two boxes", []),
        ("ثلاث طاولات، 4 حافلات، 3 آلات، 2 ملصقات", []),
        ("Lokaal 3 was vol; dans la salle 4, in room 2, bus 3. القاعة 4", []),
        ("In lokaal 3 vrouwen, dans la salle 4 femmes, in room 2 women, في القاعة 3 نساء", ["3", "4", "2"]),
        ("3 vrouwen aan 2 tafels, trois femmes et 4 machines", ["3", "trois"]),
        ("Twenty-one, quatre-vingts, dix-neuf, ثلاث عشرة", []),
    ],
)
def test_which_figures_are_asked_about(form, text, figures):
    assert figures_in(form, text) == figures


def test_nothing_is_asked_of_a_form_that_hides_nothing(cast, form):
    form.target_group = cast.youth
    assert not cast.youth.is_vulnerable
    assert figures_in(form, "4 come in the evening.") == []


def test_a_writer_is_asked_beside_the_text_and_may_confirm(cast, form, client_of):
    client, address = client_of(cast.coordinator_south), reverse("forms:finding_create", args=[form.slug])
    sent = {"title_en": "Most come early", "text_en": "Only 4 come in the evening."}
    asked = client.get(address).content.decode()
    assert 'type="hidden" name="points_at_nobody"' in asked
    page = client.post(address, sent)
    errors = page.context["form"].errors
    assert (list(errors), Finding.objects.count()) == (["text_en", "points_at_nobody"], 0)
    assert "tell them so few: 4." in errors["text_en"][0]
    assert "Only 4 come in the evening." in page.content.decode()
    [tick] = [line for line in page.content.decode().splitlines() if 'id="id_points_at_nobody"' in line]
    assert 'type="checkbox"' in tick, tick
    assert client.post(address, {**sent, "points_at_nobody": "on"}).status_code == 302
    assert Finding.objects.get().text_en == sent["text_en"]
    assert client.post(address, {"title_en": "Most come early", "text_en": "Few come late."}).status_code == 302


@pytest.fixture
def finding(cast, form):
    """A finding that came from the form, as it stood before anybody was asked."""
    row = Finding.objects.create(
        slug="n", partnership=cast.gillis.partnership, **in_all_languages(title="Most come early")
    )
    form.findings.add(row)
    return row


def sent(row, **values):
    """Return what a browser sends of a record."""
    return {"title_en": row.title_en if row.pk else "New", "version": row.version, **values}


def asked_about(client, address, values):
    """Return the errors that a form answers with, or nothing once it is saved."""
    page = client.post(address, values)
    return {} if page.status_code == 302 else dict(page.context["form"].errors)


def test_who_changes_a_finding_is_asked_about_what_changes(cast, finding, client_of):
    client, address = client_of(cast.coordinator_south), reverse("partnerships:finding_edit", args=[finding.pk])
    values = sent(finding, text_en="Only two come in the evening.")
    errors = asked_about(client, address, values)
    assert list(errors) == ["text_en", "points_at_nobody"]
    assert "tell them so few: two." in errors["text_en"][0]
    assert asked_about(client, address, {**values, "points_at_nobody": "on"}) == {}
    finding.refresh_from_db()
    assert finding.text_en == "Only two come in the evening."
    values = sent(finding, text_en=finding.text_en, title_en="Most of them")
    assert asked_about(client, address, values) == {}, "was asked about before"


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_finding_that_names_no_form_may_rest_on_any_that_was_answered(cast, form, client_of, is_answered):
    """Nine is what the form hides; where nobody answered, nothing can be given away."""
    if not is_answered:
        AnswerSheet.objects.all().delete()
    client, home = client_of(cast.coordinator_south), cast.gillis.partnership
    values = {"title_en": "Nine come early", "text_en": "All agree."}
    errors = asked_about(client, reverse("partnerships:finding_create", args=[home.slug]), values)
    assert list(errors) == (["title_en", "points_at_nobody"] if is_answered else [])


@pytest.mark.parametrize("rests_on_it", [True, False])
def test_who_decides_because_of_such_a_finding_is_asked_too(cast, finding, client_of, rests_on_it):
    client, home = client_of(cast.coordinator_south), cast.gillis.partnership
    values = {"title_en": "For 4 women", "findings": [finding.pk] * rests_on_it}
    errors = asked_about(client, reverse("partnerships:decision_create", args=[home.slug]), values)
    assert list(errors) == ["title_en", "points_at_nobody"] * rests_on_it


def test_who_tells_what_followed_is_asked_too(cast, finding, client_of):
    home = cast.gillis.partnership
    decision = Decision.objects.create(slug="d", partnership=home, **in_all_languages(title="An exam"))
    client, address = client_of(cast.coordinator_south), reverse("partnerships:step_create", args=[decision.pk])
    values = {"title_en": "Four passed", "kind": DecisionStep.Kind.values[0]}
    assert asked_about(client, address, values) == {}
    decision.findings.add(finding)
    assert list(asked_about(client, address, values)) == ["title_en", "points_at_nobody"]


def test_the_administration_asks_too(cast, finding, client_of):
    client = client_of(cast.administrator)
    values = page_of(client, Finding, finding.pk) | {"text_en": "Only two."}
    page = client.post(address(Finding, "change", finding.pk), values)
    assert list(page.context["adminform"].form.errors) == ["text_en", "points_at_nobody"]
    assert client.post(address(Finding, "change", finding.pk), values | {"points_at_nobody": "on"}).status_code == 302
    finding.refresh_from_db()
    assert finding.text_en == "Only two."


@pytest.mark.parametrize("name", ["findings", "decisions"])
def test_who_ties_a_finding_or_a_decision_to_a_form_in_the_administration_is_asked(cast, form, client_of, name):
    """What it says was asked about for no form, or for another one."""
    kind = {"findings": Finding, "decisions": Decision}[name]
    home, client = cast.gillis.partnership, client_of(cast.administrator)
    row = kind.objects.create(slug="other", partnership=home, **in_all_languages(title="For 4 women"))
    at, values = address(EvaluationForm, "change", form.pk), page_of(client, EvaluationForm, form.pk)
    page = client.post(at, values | {name: [row.pk]})
    errors = page.context["adminform"].form.errors
    assert list(errors) == [name, "points_at_nobody"]
    assert "tell them so few: 4." in errors[name][0]
    assert client.post(at, values | {name: [row.pk], "points_at_nobody": "on"}).status_code == 302
    assert list(getattr(form, name).all()) == [row]
    values = page_of(client, EvaluationForm, form.pk)
    assert client.post(at, values | {"title_en": "Another title"}).status_code == 302, "was tied before"
