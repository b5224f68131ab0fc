"""Every published fact stands in the reference data: tests/facts holds one assertion for each."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from portal.roof.reference import load
from tests.facts import ASSERTIONS, IDS, berkane_centres, funders, jette_belfaa, sint_gillis_berkane

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def reference(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the reference data once for all facts, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", IDS)
def test_fact(name: str):
    assert name in ASSERTIONS, f"fact {name} has no assertion"
    ASSERTIONS[name]()


def test_no_assertion_without_a_fact():
    assert set(ASSERTIONS) == set(IDS)
    homes = {assertion.__module__ for assertion in ASSERTIONS.values()}
    assert homes == {module.__name__ for module in (jette_belfaa, sint_gillis_berkane, berkane_centres, funders)}
