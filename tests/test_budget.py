"""The budget of a programme: lines, amendments, their pages and their spreadsheet."""

import datetime as dt
import threading
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from activities.models import BudgetAmendment, BudgetLine
from activities.services import StaleVersion
from activities.services.budget import amend_line, create_line
from partnerships.models import Outcome, ProgrammeYear
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
WHY = "The funder moved it, letter of 3 May."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def write(cast, heading="personnel", **fields):
    """Write a line of 2024 under a heading of federal money, or of own funds without one."""
    row = cast.headings[heading] if heading else None
    values = {"programme": cast.jette.programme, "year": 2024, "amount": Decimal("1000.00"), "heading": row}
    return BudgetLine.objects.create(**(values | {"source": row.source if row else cast.own} | fields))


def amend(line, actor, **changes):
    """Amend a line as it stands in memory."""
    values = {"amount": Decimal("1500.00"), "reason": WHY, "agreed_on": dt.date(2024, 5, 3), "version": line.version}
    return amend_line(line, actor=actor, key=uuid.uuid4(), **(values | changes))[0]


def budget_of(cast):
    return f"/activities/budget/{cast.jette.programme.slug}/"


def typed(cast, **changes):
    """Return a form for a new line as a browser sends it."""
    heading = cast.headings["personnel"]
    data = {"year": "2024", "source": cast.federal.pk, "heading": heading.pk, "amount": "1 000,00"}
    return data | {"submission_key": str(uuid.uuid4())} | changes


def amending(line, **changes):
    """Return a form for an amendment as a browser sends it."""
    data = {"amount": "1.500,00", "reason": WHY, "agreed_on": "2024-05-03", "version": line.version}
    return data | {"submission_key": str(uuid.uuid4())} | changes


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def lock(cast, year=2024):
    cast.jette.programme.years.filter(year=year).update(state=ProgrammeYear.State.LOCKED)


def errors_of(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# --- writing a line


def test_an_officer_writes_a_line_once(cast, officer):
    address = budget_of(cast) + "new/?year=2024"
    assert officer.get(address, headers=ENGLISH).context["form"].initial["year"] == "2024"
    data = typed(cast, outcome="", description="Trainers")
    for _time in range(2):
        response = officer.post(address, data)
        assert (response.status_code, response["Location"]) == (302, f"{budget_of(cast)}?year=2024#year")
    line = BudgetLine.objects.get()
    assert (line.year, line.source, line.heading, line.description, line.amount, line.version) == (
        2024,
        cast.federal,
        cast.headings["personnel"],
        "Trainers",
        Decimal("1000.00"),
        1,
    )
    entry = AuditEntry.objects.get(target_type="activities.budgetline")
    assert (entry.verb, entry.actor, entry.target_id, entry.parent_id) == (
        "create",
        cast.officer,
        line.pk,
        cast.jette.programme.pk,
    )


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"year": "2031"}, "year", "Select a valid choice. 2031 is not one of the available choices."),
        ({"amount": ""}, "amount", "This field is required."),
        ({"amount": "-1"}, "amount", "The amount is too low."),
        ({"amount": "NaN"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "1e9"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "100000000"}, "amount", "The amount is less than a hundred million."),
        ({"source": "bwi"}, "heading", "This heading belongs to another funding source."),
        ({"activity": "gillis"}, "activity", "Select a valid choice. That choice is not one of the available choices."),
        ({"outcome": "own", "activity": "own"}, "outcome", "Choose an outcome or an activity, not both."),
    ],
)
def test_a_line_that_cannot_be(cast, officer, changes, field, sentence):
    outcome = Outcome.objects.create(
        slug="o", partnership=cast.jette.partnership, level="outcome", **in_all_languages(title="Youth work")
    )
    rows = {
        ("source", "bwi"): cast.bwi.pk,
        ("activity", "gillis"): cast.gillis.partner.pk,
        ("activity", "own"): cast.jette.partner.pk,
        ("outcome", "own"): outcome.pk,
    }
    data = typed(cast, **{name: rows.get((name, value), value) for name, value in changes.items()})
    response = officer.post(budget_of(cast) + "new/", data, headers=ENGLISH)
    assert (response.status_code, errors_of(response)) == (200, {field: [sentence]})
    assert not BudgetLine.objects.exists()


def test_the_same_line_is_amended_not_written_again(cast, officer):
    write(cast)
    response = officer.post(budget_of(cast) + "new/", typed(cast), headers=ENGLISH)
    sentence = "This budget line is there already: amend it, or say what sets this one apart."
    assert errors_of(response) == {"description": [sentence]}
    other = typed(cast, heading=cast.headings["investments"].pk)
    assert officer.post(budget_of(cast) + "new/", other).status_code == 302


def test_a_locked_year_takes_no_line(cast, officer):
    lock(cast)
    response = officer.post(budget_of(cast) + "new/", typed(cast), headers=ENGLISH)
    assert errors_of(response) == {"year": ["The year 2024 is locked: an officer can open it again."]}


# --- amending a line


def test_an_amendment_keeps_the_first_version_and_the_reason(cast, officer):
    line = write(cast)
    data = amending(line)
    for _time in range(2):
        assert officer.post(f"/activities/budget/lines/{line.pk}/amend/", data).status_code == 302
    line.refresh_from_db()
    assert (line.amount, line.version) == (Decimal("1500.00"), 2)
    row = BudgetAmendment.objects.get()
    assert (row.number, row.amount_before, row.amount_after, row.reason, row.agreed_on, row.actor) == (
        1,
        Decimal("1000.00"),
        Decimal("1500.00"),
        WHY,
        dt.date(2024, 5, 3),
        cast.officer,
    )
    entry = AuditEntry.objects.get(target_type="activities.budgetline", verb="update")
    assert (entry.changes, entry.reason) == ({"amount": ["1000.00", "1500.00"]}, WHY)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": "1000"}, "amount", "This is the amount already."),
        ({"amount": "-0,01"}, "amount", "The amount is too low."),
        ({"reason": "  "}, "reason", "This field is required."),
        ({"agreed_on": "tomorrow"}, "agreed_on", "This day is still to come."),
        ({"agreed_on": "0204-05-03"}, "agreed_on", "This date is too long ago: check the year."),
        ({"version": "x"}, "version", "Enter a whole number."),
    ],
)
def test_an_amendment_that_cannot_be(cast, officer, changes, field, sentence):
    line = write(cast)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    changes = {name: tomorrow.isoformat() if value == "tomorrow" else value for name, value in changes.items()}
    data = amending(line, **changes)
    response = officer.post(f"/activities/budget/lines/{line.pk}/amend/", data, headers=ENGLISH)
    assert (response.status_code, errors_of(response)) == (200, {field: [sentence]})
    assert not BudgetAmendment.objects.exists()


def test_the_service_asks_for_a_reason_too(cast):
    with pytest.raises(ValidationError) as refused:
        amend(write(cast), cast.officer, reason="  ")
    assert refused.value.message_dict == {"reason": ["Say why the amount changes."]}


def test_a_line_may_come_to_nothing(cast):
    line = write(cast)
    amend(line, cast.officer, amount=Decimal("0.00"))
    line.refresh_from_db()
    assert line.amount == 0


def test_who_comes_second_sees_what_is_now(cast, officer):
    line = write(cast)
    amend(line, cast.officer, amount=Decimal("1200.00"))
    address, data = f"/activities/budget/lines/{line.pk}/amend/", amending(line)
    response = officer.post(address, data, headers=ENGLISH)
    assert response.status_code == 409
    assert errors_of(response) == {
        "__all__": ["Somebody amended this line meanwhile: it is 1,200.00\xa0€ now. Save again to amend that."]
    }
    again = {**data, "version": response.context["form"]["version"].value()}
    assert officer.post(address, again).status_code == 302
    assert list(line.amendments.values_list("amount_before", "amount_after")) == [
        (Decimal("1000.00"), Decimal("1200.00")),
        (Decimal("1200.00"), Decimal("1500.00")),
    ]


def test_a_locked_year_is_not_amended(cast, officer):
    line = write(cast)
    lock(cast)
    response = officer.post(f"/activities/budget/lines/{line.pk}/amend/", amending(line), headers=ENGLISH)
    assert errors_of(response) == {"amount": ["The year 2024 is locked: an officer can open it again."]}
    page = officer.get(budget_of(cast) + "?year=2024")
    assert (page.context["is_locked"], page.context["create_url"]) == (True, "")
    assert [row.amend_url for part in page.context["figures"].sources for row in part.rows] == ["", ""]


def test_an_amendment_stays(cast):
    row = amend(write(cast), cast.officer)
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetAmendment.objects.filter(pk=row.pk).update(reason="Another")
    with pytest.raises(DatabaseError), transaction.atomic():
        BudgetAmendment.objects.filter(pk=row.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_amendments_at_once_one_is_stale(cast):
    line, outcomes = write(cast), []
    start = threading.Barrier(2)

    def send(amount):
        start.wait()
        try:
            amend(line, cast.officer, amount=Decimal(amount))
            outcomes.append("written")
        except StaleVersion:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[amount]) for amount in ("1100.00", "1200.00")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale", "written"]
    line.refresh_from_db()
    assert (line.amendments.count(), line.version, line.amendments.get().amount_after) == (1, 2, line.amount)


@pytest.mark.django_db(transaction=True)
def test_the_same_line_written_twice_at_once_is_there_once(cast):
    data, statuses = typed(cast), []
    start = threading.Barrier(2)

    def send():
        client = Client()
        client.force_login(cast.officer)
        start.wait()
        fresh = data | {"submission_key": str(uuid.uuid4())}
        statuses.append(client.post(budget_of(cast) + "new/", fresh).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 302]
    assert BudgetLine.objects.count() == 1


# --- who may


def test_the_ladder(cast, client_of):
    line = write(cast)
    pages = [budget_of(cast), f"/activities/budget/lines/{line.pk}/"]
    writing = [budget_of(cast) + "new/", f"/activities/budget/lines/{line.pk}/amend/"]
    for part, person in cast.people.items():
        client = client_of(person)
        seen = 404 if part in {"stranger", "coordinator_south"} else 200
        written = 200 if part in {"officer", "administrator"} else 404 if seen == 404 else 403
        assert [client.get(page).status_code for page in pages] == [seen] * 2, part
        assert [client.get(page).status_code for page in writing] == [written] * 2, part
        assert client.post(budget_of(cast) + "export/").status_code == seen, part
    for page in pages + writing:
        assert Client().get(page).status_code == 302
    assert Client().post(budget_of(cast) + "export/").status_code == 302


def test_the_services_ask_who(cast):
    line = write(cast)
    for person in (cast.coordinator_north, cast.viewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            amend(line, person)
        with pytest.raises(PermissionDenied):
            create_line(BudgetLine(programme=cast.jette.programme, year=2024), actor=person, key=uuid.uuid4())
