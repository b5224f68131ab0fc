"""Whoever writes a finding is asked about figures that the results of the form do not tell."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.services.answers import Given
from beneficiaries.small_figures import hidden_counts, small_figures
from partnerships.models import Finding
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_whole

pytestmark = pytest.mark.django_db
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
    ],
)
def test_which_figures_are_asked_about(form, text, figures):
    assert small_figures(form, text, on=LATER) == figures


def test_nothing_is_asked_of_a_form_that_hides_nothing(cast, form):
    form.target_group = cast.youth
    assert not cast.youth.is_vulnerable
    assert small_figures(form, "4 come in the evening.", on=LATER) == []


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
