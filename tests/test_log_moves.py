"""An entry moves to another activity in the sight of both, and starts the activity that it is about."""

import datetime as dt
import uuid

import pytest
from django.utils import translation

from activities.models import Activity, Expenditure, LogEntry
from activities.services import EntryValues, create_entry, update_entry
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from tests.cast import make_entry
from tests.log_form import filled
from tests.test_admin_writes import address, page_of

DAY = dt.date(2024, 5, 14)
STAYS = "An entry stays in its partnership: withdraw it and write it there."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def entry(cast):
    return make_entry(cast.gillis.partner, cast.coordinator_south)


@pytest.fixture
def move(cast, client_of, entry):
    """A function that moves the entry with its form and returns the errors."""
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"

    def send(to):
        data = filled(to, cast.officer, version=entry.version)
        response = client.post(f"/activities/log/{entry.pk}/edit/", data)
        return {} if response.status_code == 302 else response.context["form"].errors

    return send


@pytest.fixture
def move_by_admin(cast, client_of, entry):
    """A function that does the same in the administration."""
    client = client_of(cast.administrator)

    def send(to):
        data = page_of(client, LogEntry, entry.pk) | {"activity": to.pk}
        response = client.post(address(LogEntry, "change", entry.pk), data)
        return {} if response.status_code == 302 else response.context_data["adminform"].form.errors

    return send


@pytest.fixture(params=["move", "move_by_admin"])
def door(request):
    return request.getfixturevalue(request.param)


def test_both_activities_tell_of_the_move(cast, entry, door):
    Expenditure.objects.create(
        activity=entry.activity, log_entry=entry, source=cast.own, spent_on=DAY, description="Bus", amount=5
    )
    origin, target = cast.gillis.partner, cast.gillis.home
    before = str(entry)
    assert door(target) == {}
    entry.refresh_from_db()
    assert entry.activity == target
    assert Expenditure.objects.get().activity == target, "money follows its entry"
    assert AuditEntry.objects.about(target).filter(verb="update", target_id=entry.pk).exists()
    left = AuditEntry.objects.about(origin).get()
    assert (left.target_id, left.changes) == (origin.pk, {"log_entries": [before, str(entry)]})
    (change,) = describe([left])[0].changes
    assert (change.old, change.new) == (before, str(entry))
    assert AuditEntry.objects.filter(target_type="activities.logentry").count() == 1


def test_an_entry_stays_in_its_partnership(cast, entry, door):
    assert door(cast.jette.partner) == {"activity": [STAYS]}
    entry.refresh_from_db()
    assert entry.activity == cast.gillis.partner
    assert not AuditEntry.objects.exists()


def values(activity, **changes):
    return EntryValues(activity=activity, starts_on=DAY, ends_on=DAY, language="en", text="We met.", **changes)


@pytest.mark.parametrize(("meanwhile", "then"), [("planned", "ongoing"), ("done", "done"), ("cancelled", "cancelled")])
def test_an_entry_starts_the_activity_as_it_is_by_now(cast, meanwhile, then):
    seen = cast.gillis.partner
    seen.status = "planned"
    seen.save()
    Activity.objects.filter(pk=seen.pk).update(status=meanwhile, version=7)
    create_entry(values(seen), actor=cast.coordinator_south, key=uuid.uuid4())
    stored = Activity.objects.get(pk=seen.pk)
    assert (stored.status, stored.version) == (then, 8 if then != meanwhile else 7)
    assert AuditEntry.objects.filter(verb="transition").count() == (then != meanwhile)


def test_money_that_the_form_did_not_name_moves_too(cast, entry):
    Expenditure.objects.create(
        activity=entry.activity, log_entry=entry, source=cast.own, spent_on=DAY, description="Bus", amount=5
    )
    update_entry(entry, values(cast.gillis.home), actor=cast.coordinator_south, version=1)
    assert Expenditure.objects.get().activity == cast.gillis.home
