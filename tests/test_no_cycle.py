"""A tree has no circle: the model says so in words, and the database refuses what went round the model."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.utils import translation

from activities.models import Activity
from partnerships.models import Outcome
from tests.cast import Bond, in_all_languages

pytestmark = pytest.mark.usefixtures("_in_english")
CIRCLE = "A result does not lead to itself, nor to one of those that lead to it."


@pytest.fixture
def _in_english():
    with translation.override("en"):
        yield


def result(bond: Bond, slug: str, level: str, parent: Outcome | None = None) -> Outcome:
    return Outcome.objects.create(
        slug=slug,
        partnership=bond.partnership,
        programme=bond.programme,
        level=level,
        parent=parent,
        **in_all_languages(title=slug),
    )


def refused_by_the_database(change) -> bool:
    """Say whether the database refuses what went round the model's own checks."""
    try:
        with transaction.atomic():
            change()
    except DatabaseError as error:
        return "no_cycle" in str(error)
    return False


@pytest.mark.django_db
def test_a_result_leads_to_no_result_that_leads_to_it(cast):
    impact = result(cast.jette, "impact", "impact")
    outcome = result(cast.jette, "outcome", "outcome", impact)
    output = result(cast.jette, "output", "output", outcome)
    for part in (impact, outcome, output):
        assert refused_by_the_database(lambda part=part: Outcome.objects.filter(pk=impact.pk).update(parent=part))
    impact.parent = output
    with pytest.raises(ValidationError) as refusal:
        impact.validate_constraints()
    assert refusal.value.messages == [CIRCLE]
    assert not refused_by_the_database(lambda: Outcome.objects.filter(pk=output.pk).update(parent=None))


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "above"), [("output", "outcome"), ("outcome", "impact")])
def test_a_result_leads_to_the_level_above(cast, level, above):
    row = result(cast.jette, "low", level)
    row.parent = result(cast.jette, "high", above)
    row.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "above"), [("output", "impact"), ("impact", "impact"), ("outcome", "output")])
def test_a_result_leads_to_no_other_level(cast, level, above):
    row = result(cast.jette, "low", level)
    row.parent = result(cast.jette, "high", above)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert refusal.value.message_dict == {"parent": ["An output leads to an outcome, and an outcome to an impact."]}


@pytest.mark.django_db
def test_a_result_leads_to_no_other_programme(cast):
    row = result(cast.jette, "low", "outcome")
    row.parent = result(cast.gillis, "high", "impact")
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert refusal.value.message_dict == {"parent": ["This result belongs to another programme."]}


@pytest.mark.django_db
def test_an_activity_is_no_part_of_its_parts(cast):
    whole, part = cast.jette.home, cast.jette.partner
    Activity.objects.filter(pk=part.pk).update(part_of=whole)
    assert refused_by_the_database(lambda: Activity.objects.filter(pk=whole.pk).update(part_of=part))
    assert refused_by_the_database(lambda: Activity.objects.filter(pk=part.pk).update(part_of=part))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time.")
def test_two_writers_close_no_circle_that_neither_sees(cast):
    first, second = cast.jette.home, cast.jette.partner
    inside, answers = threading.Barrier(2), []

    def tie(row: Activity, whole: Activity) -> None:
        try:
            with transaction.atomic():
                connection.ensure_connection()
                Activity.objects.filter(pk=row.pk).count()
                inside.wait(timeout=60)
                Activity.objects.filter(pk=row.pk).update(part_of=whole)
            answers.append("tied")
        except DatabaseError:
            answers.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tie, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["refused", "tied"]
