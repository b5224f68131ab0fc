"""Expenses outside the log: the list with its filters and total, the page of one, writing and changing."""

import datetime as dt
import io
import uuid
from decimal import Decimal

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from activities.models import Expenditure, Voucher
from activities.services import judge
from partnerships.models import Outcome
from portal.ground.models import AuditEntry
from tests.cast import close_year, in_all_languages, make_entry, make_expense, make_transfer
from tests.expense_rows import NEW, alone, errors_of, make_rule
from tests.log_form import PDF

LIST = "/activities/expenses/"


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def listed(client, **filters) -> list[str]:
    return [str(row.description) for row in client.get(LIST, filters).context["rows"]]


@pytest.fixture
def several(cast):
    """Four expenses that differ in all that a filter asks."""
    outcome = Outcome.objects.create(
        slug="o", level="outcome", programme=cast.jette.programme, partnership=cast.jette.partnership,
        **in_all_languages(title="Outcome"),
    )  # fmt: skip
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    transfer = make_transfer(cast.jette.programme, cast.federal)
    rows = {
        "Room": make_expense(cast.jette.home, description="Room", spent_on=dt.date(2023, 3, 1)),
        "Wages": make_expense(cast.jette.partner, description="Wages", heading=cast.headings["personnel"]),
        "Audit": make_expense(cast.gillis.partner, description="Audit", heading=cast.headings["audit"]),
        "Bus": make_expense(cast.jette.partner, description="Bus", source=cast.federal, spent_by="home"),
    }
    rows["Wages"].drawdowns.create(transfer=transfer, amount=Decimal(1085))
    Voucher.objects.create(expenditure=rows["Wages"], number="V-1", supplier="Afous")
    make_rule(cast.federal, "voucher", amount=10)
    judge(rows["Room"], decision="justified", actor=cast.officer, on=dt.date(2024, 6, 1), seen="")
    return {"outcome": outcome, "transfer": transfer, **rows}


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, "Bus Audit Wages Room"),
        ({"sort": "date"}, "Room Wages Audit Bus"),
        ({"partnership": "jette"}, "Bus Wages Room"),
        ({"programme": "programme"}, "Bus Wages Room"),
        ({"source": "federal"}, "Bus Audit Wages"),
        ({"heading": "federal-operational"}, "Wages"),
        ({"heading": "federal-operational", "parts": "no"}, ""),
        ({"heading": "none"}, "Bus Room"),
        ({"heading": "none", "source": "federal"}, "Bus"),
        ({"year": "2023"}, "Room"),
        ({"from": "2024-01-01", "to": "2024-05-14"}, "Bus Audit Wages"),
        ({"decision": "open"}, "Bus Audit Wages"),
        ({"decision": "justified"}, "Room"),
        ({"side": "home"}, "Bus Room"),
        ({"side": "partner"}, "Audit Wages"),
        ({"activity": "activity"}, "Bus Wages"),
        ({"outcome": "outcome"}, "Bus Wages"),
        ({"outcome": "none"}, "Audit Room"),
        ({"missing": "voucher"}, "Bus Audit"),
        ({"missing": "heading"}, "Bus"),
        ({"nature": "operational"}, "Wages"),
        ({"nature": "direct"}, "Audit Wages"),
        ({"nature": "indirect"}, ""),
        ({"transfer": "transfer"}, "Wages"),
        ({"q": "afous"}, "Wages"),
        ({"q": "v-1 wages"}, "Wages"),
    ],
)
def test_filters(cast, officer, several, filters, shown):
    known = {
        "jette": cast.jette.partnership.pk,
        "programme": cast.jette.programme.pk,
        "activity": cast.jette.partner.pk,
        "outcome": several["outcome"].pk,
        "transfer": several["transfer"].pk,
    }
    asked = {name: known.get(value, value) for name, value in filters.items()}
    page = officer.get(LIST, asked)
    assert [str(row.description) for row in page.context["rows"]] == shown.split()
    if shown:
        assert page.context["total"] == 100 * len(shown.split())


@pytest.mark.parametrize(
    "query",
    ["activity=x", "transfer=99999999999999999999", "from=2024-13-45", "year=20245", "heading=%27", "page=-5&sort=x"],
)
def test_a_filter_that_means_nothing_is_left_out(officer, several, query):
    page = officer.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert len(page.context["rows"]) == 4


def test_withdrawn_entries_and_other_partnerships_are_not_listed(cast, south, several):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south, withdrawn_at="2024-06-01T00:00:00Z")
    make_expense(cast.gillis.partner, log_entry=entry, description="Withdrawn")
    assert listed(south) == ["Audit"]
    assert listed(south, activity=cast.jette.partner.pk) == ["Audit"]


def test_the_total_is_exact_and_counts_every_page(cast, officer):
    for cents in range(1, 61):
        make_expense(cast.jette.home, amount=Decimal(cents) / 100)
    page = officer.get(LIST, {"page": "2"})
    assert (len(page.context["rows"]), page.context["total"]) == (10, Decimal("18.30"))
    assert page.context["summary"] == "60 expenses: 18.30\N{NO-BREAK SPACE}€"


def test_the_list_asks_a_constant_number_of_questions(cast, officer, django_assert_max_num_queries):
    for _ in range(50):
        row = make_expense(cast.gillis.partner, heading=cast.headings["audit"])
        Voucher.objects.create(expenditure=row, number="1")
    with django_assert_max_num_queries(16):
        officer.get(LIST)
    with django_assert_max_num_queries(14):
        officer.post(f"{LIST}export/", {"kind": "csv"})


def test_the_list_as_a_spreadsheet(cast, officer, several):
    response = officer.post(f"{LIST}export/?source=federal&sort=date", {"kind": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("Number", "Date", "What was paid", "Partnership")
    wages = rows[1]
    assert (wages[0], wages[1].date(), wages[2]) == (several["Wages"].pk, dt.date(2024, 5, 14), "Wages")
    assert (wages[5:9], wages[12:16]) == (
        ("Federal cooperation", "Personnel", "Moroccan side", 100),
        ("V-1", None, "Afous", "not yet judged"),
    )
    assert [row[2] for row in rows[1:]] == ["Wages", "Audit", "Bus"]
    audit = AuditEntry.objects.get(verb="export")
    assert (audit.actor, audit.changes["list"]) == (cast.officer, [None, "?source=federal&sort=date"])


def test_the_number_of_an_expense_is_no_count(officer, several):
    officer.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    response = officer.post(f"{LIST}export/", {"kind": "xlsx"})
    assert openpyxl.load_workbook(io.BytesIO(response.content)).active["A1"].value == "Numéro"


def test_write_an_expense_without_an_entry(cast, south):
    key = str(uuid.uuid4())
    file = SimpleUploadedFile("bon.pdf", PDF)
    changes = {"heading": cast.headings["audit"].pk, "voucher": file, "voucher_number": "7", "supplier": "Afous"}
    changes |= {"voucher_date": "2024-05-10", "voucher_total": "150", "spent_by": "partner"}
    data = alone(cast.gillis.partner, cast.federal, **changes) | {"submission_key": key}
    response = south.post(NEW, data)
    row = Expenditure.objects.get()
    assert (response.status_code, response.url) == (302, f"{LIST}{row.pk}/")
    assert (row.amount, row.heading, row.spent_on, row.log_entry) == (
        Decimal(100), cast.headings["audit"], dt.date(2024, 5, 14), None,
    )  # fmt: skip
    voucher = row.vouchers.get()
    assert (voucher.number, voucher.supplier, voucher.dated_on, voucher.total, voucher.original_name) == (
        "7", "Afous", dt.date(2024, 5, 10), Decimal(150), "bon.pdf",
    )  # fmt: skip
    assert south.post(NEW, data | {"expense-0-voucher": ""}).url == response.url
    assert Expenditure.objects.count() == 1
    audit = AuditEntry.objects.get(verb="create")
    assert (audit.target_id, audit.parent_id, audit.changes["vouchers"]) == (
        row.pk, cast.gillis.partner.pk, ["7 bon.pdf (Afous)"],
    )  # fmt: skip


def change(client, row, **changes):
    seen = client.get(f"{LIST}{row.pk}/edit/").context["form"]["seen"].value()
    fields = {"description": row.description, "pk": row.pk, **changes}
    return client.post(f"{LIST}{row.pk}/edit/", alone(row.activity, row.source, **fields) | {"seen": seen})


def test_change_and_take_away(cast, south):
    row = make_expense(cast.gillis.partner)
    assert change(south, row, amount="120,50").status_code == 302
    row.refresh_from_db()
    assert row.amount == Decimal("120.50")
    assert AuditEntry.objects.get(verb="update").changes == {"amount": ["100.00", "120.50"]}
    assert change(south, row, remove="on").url == f"/activities/{row.activity_id}/"
    assert Expenditure.objects.count() == 0
    assert AuditEntry.objects.get(verb="delete").target_id == row.pk


def test_who_saves_second_is_told(cast, south):
    row = make_expense(cast.gillis.partner)
    data = alone(row.activity, row.source, pk=row.pk, description="Mine") | {"seen": "0" * 32}
    response = south.post(f"{LIST}{row.pk}/edit/", data)
    assert response.status_code == 409
    assert response.context["row"]["description"].value() == "Mine"
    seen = response.context["form"]["seen"].value()
    assert south.post(f"{LIST}{row.pk}/edit/", data | {"seen": seen}).status_code == 302


def test_a_voucher_number_is_mended_and_a_file_joins_it(cast, south):
    row = make_expense(cast.gillis.partner)
    Voucher.objects.create(expenditure=row, number="7", supplier="Afous")
    assert south.get(f"{LIST}{row.pk}/edit/").context["row"]["voucher_number"].value() == "7"
    assert change(south, row, voucher_number="8").status_code == 302
    assert change(south, row, voucher_number="8", voucher=SimpleUploadedFile("b.pdf", PDF)).status_code == 302
    assert list(row.vouchers.values_list("number", "supplier", "original_name")) == [("8", "Afous", "b.pdf")]


def test_a_later_rule_does_not_refuse_what_was_accepted(cast, south):
    row = make_expense(cast.gillis.partner)
    make_rule(cast.own, "window", last_day="2024-01-01")
    assert change(south, row).status_code == 302
    assert errors_of(change(south, row, amount="99")) == {"expense-0-spent_on": ["The rule."]}


def test_a_locked_year_and_a_judged_row_are_not_changed(cast, south):
    row = make_expense(cast.gillis.partner)
    close_year(cast.gillis.year(2024), cast.officer)
    sentence = "The year 2024 is locked: an officer can open it again."
    assert errors_of(change(south, row, amount="99")) == {"expense-0-spent_on": [sentence]}
    judge(row, decision="justified", actor=cast.officer, on=row.spent_on, seen="")
    assert south.post(f"{LIST}{row.pk}/edit/", alone(row.activity, row.source)).url == f"{LIST}{row.pk}/"


@pytest.mark.parametrize(("person", "answer"), [("stranger", 404), ("coordinator_north", 404), ("viewer", 403)])
def test_who_may_not_write(cast, client_of, person, answer):
    client, row = client_of(getattr(cast, person)), make_expense(cast.gillis.partner)
    for address in (f"{NEW}?activity={cast.gillis.partner.pk}", f"{LIST}{row.pk}/edit/"):
        assert client.get(address).status_code == answer
        assert client.post(address, alone(cast.gillis.partner, cast.own)).status_code == answer
    assert client.get(f"{LIST}{row.pk}/").status_code == (200 if person == "viewer" else 404)
    assert listed(client) == (["Meeting room"] if person == "viewer" else [])
    assert Expenditure.objects.count() == 1


def test_the_page_of_one_expense(cast, south):
    row = make_expense(cast.gillis.partner, heading=cast.headings["audit"], rule_reason="Agreed by letter.")
    Voucher.objects.create(expenditure=row, number="7", supplier="Afous")
    text = south.get(f"{LIST}{row.pk}/").content.decode()
    for said in ("Meeting room", "Agreed by letter.", "Audit", "voucher 7", "Afous", "The file is still missing."):
        assert said in text
    assert "Justify" not in text


def test_what_was_paid_carries_the_language_of_its_entry(cast, officer):
    entry = make_entry(cast.jette.partner, cast.coordinator_north, language="fr")
    paid = {"description": "Repas", "source": cast.federal}
    row = make_expense(cast.jette.partner, log_entry=entry, **paid)
    alone = make_expense(cast.jette.partner, **paid)
    marked = '<span lang="fr" dir="ltr">Repas</span>'
    officer.cookies["django_language"] = "ar"
    assert officer.get(LIST).content.decode().count(marked) == 1
    pages = [officer.get(f"{LIST}{one.pk}/").content.decode() for one in (row, alone)]
    assert [marked in page for page in pages] == [True, False]
    assert str(officer.get("/").context["bills"][0].description.lang) == "fr"
    officer.cookies["django_language"] = "fr"
    assert marked not in officer.get(LIST).content.decode()
