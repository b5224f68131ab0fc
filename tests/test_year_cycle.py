"""The year's way from open to locked: who takes which step, what each refuses, and what it leaves behind."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from partnerships.models import ProgrammeYear
from partnerships.services import freezers, submit_year, validate_year
from portal.ground.models import AuditEntry

DAY = dt.date(2025, 4, 15)
State = ProgrammeYear.State


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def year(cast):
    return cast.gillis.year(2024)


def test_a_year_is_submitted_and_validated_once(cast, year):
    assert submit_year(year, actor=cast.coordinator_south) is True
    assert submit_year(year, actor=cast.coordinator_south) is False
    assert validate_year(year, actor=cast.officer, on=DAY) is True
    assert validate_year(year, actor=cast.administrator, on=DAY) is False
    year.refresh_from_db()
    assert year.state == State.VALIDATED
    told = AuditEntry.objects.filter(target_type="partnerships.programmeyear").order_by("pk")
    assert [(entry.actor, entry.verb, entry.changes) for entry in told] == [
        (cast.coordinator_south, "transition", {"state": ["open", "submitted"]}),
        (cast.officer, "transition", {"state": ["submitted", "validated"]}),
    ]


def test_only_an_officer_validates(cast, year):
    submit_year(year, actor=cast.coordinator_south)
    with pytest.raises(PermissionDenied):
        validate_year(year, actor=cast.coordinator_south, on=DAY)


def test_an_open_year_is_not_validated(cast, year):
    with pytest.raises(ValidationError, match="“open”: from there this step"):
        validate_year(year, actor=cast.officer, on=DAY)


def test_a_room_above_freezes_the_year_in_the_same_transaction(cast, year, monkeypatch):
    seen = []
    monkeypatch.setattr(freezers, "_FREEZERS", [])
    freezers.add_freezer(lambda year, actor, on: seen.append((year.pk, year.state, actor, on)))
    submit_year(year, actor=cast.coordinator_south)
    validate_year(year, actor=cast.officer, on=DAY)
    validate_year(year, actor=cast.officer, on=DAY)
    assert seen == [(year.pk, "validated", cast.officer, DAY)]


def test_what_a_freezer_raises_undoes_the_validation(cast, year, monkeypatch):
    def full(year, actor, on):
        raise OSError("full")

    monkeypatch.setattr(freezers, "_FREEZERS", [full])
    submit_year(year, actor=cast.coordinator_south)
    with pytest.raises(OSError, match="full"):
        validate_year(year, actor=cast.officer, on=DAY)
    year.refresh_from_db()
    assert year.state == State.SUBMITTED
