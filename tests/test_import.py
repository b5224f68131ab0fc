"""Bringing spreadsheets in: seen before it is written, all rows or none, by the same rules as everywhere."""

import datetime as dt
import io
import re
from csv import writer
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import Activity, Expenditure
from activities.resources import ActivityResource, ExpenditureResource
from partnerships.models import Organisation, OrganisationAlias, Place, ProgrammeYear
from partnerships.resources import OrganisationResource
from portal.ground.models import AuditEntry
from portal.ground.spreadsheets import MAX_BYTES, Sheet

ACTIVITIES = "admin:activities_activity_import"
EXPENDITURES = "admin:activities_expenditure_import"
ORGANISATIONS = "admin:partnerships_organisation_import"
NEW = ["slug", "partnership", "title_nl", "kind", "side", "starts_on"]


def csv(*rows):
    buffer = io.StringIO()
    writer(buffer, delimiter=";").writerows(rows)
    return buffer.getvalue().encode()


def xlsx(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def officer(cast, client_of):
    """Sign in an officer of Jette alone who works in the administration."""
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    return client_of(cast.officer)


def send(client, name, content, filename="sheet.csv"):
    response = client.post(reverse(name), {"file": SimpleUploadedFile(filename, content)})
    assert response.status_code == 200
    return response


def confirm(client, name, preview):
    form = preview.context_data["confirm"]
    return client.post(reverse(name), {key: form.initial[key] for key in ["token", "seen"]})


def faults(response):
    return [(fault.row, fault.column, fault.reason) for fault in response.context_data["faults"]]


def refusal(response):
    return str(response.context_data["form"].errors)


def test_the_preview_shows_each_change_and_writes_nothing(cast, boss):
    home = cast.jette.home
    rows = [
        [home.slug, "", "Dorp", "", "", ""],
        ["new-one", "jette-belfaa", "Nieuw", "workshop", "Belgian side", "2024"],
    ]
    preview = send(boss, ACTIVITIES, csv(["slug", "partnership", "title_nl", "kind", "side", "starts_on"], rows[1]))
    page = preview.content.decode()
    assert "new-one" in page
    assert "Nieuw" in page
    assert not Activity.objects.filter(slug="new-one").exists()
    preview = send(boss, ACTIVITIES, csv(["slug", "title_nl", "status"], [home.slug, "Dorp", "done"]))
    change = preview.context_data["changes"][0]
    assert not change.is_new
    assert [(cell.old, cell.new) for cell in change.cells] == [(home.title_nl, "Dorp"), ("ongoing", "done")]
    home.refresh_from_db()
    assert (home.title_nl, home.version) != ("Dorp", 2)
    assert not AuditEntry.objects.exists()
    assert confirm(boss, ACTIVITIES, preview).status_code == 302
    home.refresh_from_db()
    assert (home.title_nl, home.status, home.version) == ("Dorp", "done", 2)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.reason, entry.target_id) == (
        "import",
        cast.administrator,
        "sheet.csv",
        home.pk,
    )
    assert entry.changes["status"] == ["ongoing", "done"]


def test_one_bad_row_and_nothing_is_written(boss):
    good = ["new-one", "jette-belfaa", "Nieuw", "workshop", "home", "2024"]
    bad = ["new-two", "jette-belfaa", "", "party", "home", "31/02/2024"]
    preview = send(boss, ACTIVITIES, csv(NEW, good, [], bad))
    assert {(row, column) for row, column, _reason in faults(preview)} == {
        (4, "Kind"),
        (4, "Starts on"),
        (4, "Title [nl]"),
    }
    assert all(reason for _row, _column, reason in faults(preview))
    assert preview.context_data["confirm"] is None
    page = preview.content.decode()
    assert "party" in page
    assert not Activity.objects.filter(slug__startswith="new-").exists()


@pytest.mark.parametrize("write", [csv, xlsx])
def test_the_same_file_twice_makes_nothing_new(boss, cast, write):
    row = ["new-one", "jette-belfaa", "Nieuw", "workshop", "home", "2024-05"]
    money = [cast.jette.partner.slug, "31/12/2024", "Paint", "federal", "1.234,56"]
    organisation = ["red", "Red", "ngo", "jette", "The Reds; Les Rouges"]
    for name, model, heading, cells in [
        (ACTIVITIES, Activity, NEW, row),
        (EXPENDITURES, Expenditure, ["activity", "spent_on", "description", "source", "amount"], money),
        (ORGANISATIONS, Organisation, ["slug", "name_nl", "kind", "municipality", "aliases"], organisation),
    ]:
        before = model.objects.count()
        first = send(boss, name, write(heading, cells), "a.xlsx")
        assert faults(first) == []
        assert confirm(boss, name, first).status_code == 302
        assert model.objects.count() == before + 1
        entries = AuditEntry.objects.count()
        again = send(boss, name, write(heading, cells), "a.xlsx")
        assert (faults(again), again.context_data["outcome"].unchanged, again.context_data["changes"]) == ([], 1, [])
        assert again.context_data["confirm"] is None
        assert confirm(boss, name, first).status_code == 200, "a confirmation sent twice writes once"
        assert (model.objects.count(), AuditEntry.objects.count()) == (before + 1, entries)
    activity = Activity.objects.get(slug="new-one")
    assert (activity.starts_on, activity.starts_precision) == (dt.date(2024, 5, 1), "month")
    assert Expenditure.objects.get().amount == Decimal("1234.56")
    assert set(OrganisationAlias.objects.values_list("name", flat=True)) == {"The Reds", "Les Rouges"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_what_is_taken_out_comes_in_without_a_change(cast, boss, kind, language):
    cast.administrator.language = language
    cast.administrator.save()
    hidden = Place.objects.create(slug="house", name_nl="Huis", is_confidential=True, municipality_id=_town())
    Activity.objects.filter(pk=cast.jette.home.pk).update(
        title_nl="=1+1", title_fr="@x", title_ar="+1", summary_nl="'quoted'\nlines", place=hidden
    )
    cast.jette.home.themes.set(cast.themes)
    Expenditure.objects.create(
        activity=cast.jette.partner,
        spent_on=dt.date(2024, 1, 31),
        description="-1 =x",
        source=cast.federal,
        amount=Decimal("100.00"),
        original_amount=Decimal("1085.00"),
        original_currency="MAD",
        rate=Decimal("10.85"),
    )
    Organisation.objects.create(slug="red", name_nl="+Red", kind="ngo")
    for name in [ACTIVITIES, EXPENDITURES, ORGANISATIONS]:
        sent = boss.post(reverse(name.replace("_import", "_export")), {"kind": kind})
        assert f".{kind}" in sent["Content-Disposition"]
        assert b"house" not in sent.content
        back = send(boss, name, sent.content)
        assert (refusal(back), faults(back), back.context_data["changes"]) == ("", [], [])
        assert back.context_data["outcome"].unchanged > 0
    assert AuditEntry.objects.filter(verb="export").count() == 3
    assert Activity.objects.get(pk=cast.jette.home.pk).place == hidden


def _town():
    from partnerships.models import Municipality

    return Municipality.objects.get(slug="jette").pk


@pytest.mark.parametrize("resource", [ActivityResource, ExpenditureResource, OrganisationResource])
def test_no_two_columns_share_a_heading_in_any_language(cast, resource, settings):
    from django.utils import translation

    known = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            made = resource(actor=cast.administrator)
            for name in made.fields:
                assert known.setdefault(made.heading(name).casefold(), name) == name, code


def test_what_is_not_visible_is_refused_as_if_it_were_not_there(cast, officer):
    foreign = cast.gillis.partner
    there = send(officer, EXPENDITURES, csv(["activity", "amount"], [foreign.slug, 1]))
    nowhere = send(officer, EXPENDITURES, csv(["activity", "amount"], ["no-such-thing", 1]))
    told = [
        re.sub(foreign.slug, "no-such-thing", reason) for row, column, reason in faults(there) if column == "Activity"
    ]
    assert told == [reason for row, column, reason in faults(nowhere) if column == "Activity"]
    assert len(told) == 1
    hidden = Expenditure.objects.create(
        activity=foreign, spent_on=dt.date(2024, 1, 1), description="Bus", source=cast.own, amount=5
    )
    for number in [hidden.pk, 999_999]:
        told = faults(send(officer, EXPENDITURES, csv(["id", "amount"], [number, 1])))
        assert [(row, column) for row, column, _reason in told] == [(2, "ID")]
    row = ["new-one", "sint-gillis-berkane", "Nieuw", "workshop", "home", "2024"]
    assert (2, "Partnership") in {fault[:2] for fault in faults(send(officer, ACTIVITIES, csv(NEW, row)))}


def test_links_stay_inside_a_partnership_and_moves_inside_the_steps(cast, officer, boss):
    row = [cast.jette.home.slug, cast.gillis.programme.slug]
    for client in [officer, boss]:
        told = faults(send(client, ACTIVITIES, csv(["slug", "programme"], row)))
        assert [fault[:2] for fault in told] == [(2, "Programme")]
    step = csv(["slug", "status"], [cast.jette.home.slug, "idea"])
    assert [fault[:2] for fault in faults(send(officer, ACTIVITIES, step))] == [(2, "Status")]
    assert faults(send(boss, ACTIVITIES, step)) == []


def test_a_viewer_on_the_staff_brings_nothing_in(cast, client_of):
    cast.viewer.is_staff = True
    cast.viewer.save()
    viewer = client_of(cast.viewer)
    assert viewer.post(reverse(ACTIVITIES), {}).status_code == 403
    row = csv(["slug", "title_nl"], [cast.jette.home.slug, "x"])
    cast.viewer.memberships.filter(partnership=cast.gillis.partnership).update(role="officer")
    assert [fault[0] for fault in faults(send(viewer, ACTIVITIES, row))] == [2], "only seen, not led"


def test_locked_years_and_funders_rules(cast, boss):
    there = Expenditure.objects.create(
        activity=cast.jette.partner, spent_on=dt.date(2024, 1, 1), description="Bus", source=cast.own, amount=5
    )
    heading = ["activity", "spent_on", "description", "source", "amount"]
    told = faults(send(boss, EXPENDITURES, csv(heading, [cast.jette.home.slug, "2024-01-01", "Stage", "federal", 1])))
    assert told[0] == (2, "Paid from", "Federal money pays only for work in Morocco.")
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    new = [cast.jette.partner.slug, "2024-02-01", "Paint", "federal", 1]
    for content in [csv(heading, new), csv(["id", "spent_on"], [there.pk, "2023-01-01"])]:
        told = faults(send(boss, EXPENDITURES, content))
        assert [fault[:2] for fault in told] == [(2, "Date")]


def test_another_currency(cast, boss):
    heading = ["activity", "spent_on", "description", "source", "original_amount", "original_currency", "rate"]
    row = [cast.jette.partner.slug, "2024-02-01", "Paint", "federal", "1 085,00", "MAD", "10,85"]
    preview = send(boss, EXPENDITURES, csv(heading, row))
    assert faults(preview) == []
    confirm(boss, EXPENDITURES, preview)
    assert Expenditure.objects.get().amount == Decimal("100.00")
    assert send(boss, EXPENDITURES, csv(heading, row)).context_data["outcome"].unchanged == 1
    row[-1] = ""
    told = faults(send(boss, EXPENDITURES, csv([*heading, "amount"], [*row, "7"])))
    assert [fault[:2] for fault in told] == [(2, "Amount in the other currency")]


@pytest.mark.parametrize(
    ("amount", "fits"),
    [
        ("1.234,56", True),
        ("1,234.56", True),
        ("-5", False),
        ("0", False),
        ("abc", False),
        ("1e5", False),
        ("9" * 12, False),
        ("1,234", True),
    ],
)
def test_amounts(cast, boss, amount, fits):
    heading = ["activity", "spent_on", "description", "source", "amount"]
    row = [cast.jette.partner.slug, "2024-02-01", "Paint", "federal", amount]
    told = faults(send(boss, EXPENDITURES, csv(heading, row)))
    assert [fault[:2] for fault in told] == ([] if fits else [(2, "Amount in euro")])


@pytest.mark.parametrize(("number", "fits"), [(12.5, True), (0.1 + 0.2, True), (12.345, False), (1e300, False)])
def test_numbers_of_a_spreadsheet(cast, boss, number, fits):
    heading = ["activity", "spent_on", "description", "source", "amount"]
    row = [cast.jette.partner.slug, dt.date(2024, 2, 1), "Paint", "federal", number]
    assert (faults(send(boss, EXPENDITURES, xlsx(heading, row))) == []) == fits


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (csv(["slug", "nonsense"], ["a", "b"]), "nonsense"),
        (csv(["slug", "Short name"], ["a", "b"]), "twice"),
        (b"x" * (MAX_BYTES + 1), "larger"),
        (b"PK\x03\x04", "cannot be read"),
    ],
)
def test_files_that_cannot_come_in(boss, content, word):
    response = send(boss, ACTIVITIES, content)
    assert word in refusal(response)


def test_hostile_cells(cast, boss):
    for text in ["a\0b", "a\u202eb", "a\x07b", "x" * 60_000]:
        told = faults(send(boss, ACTIVITIES, csv(["slug", "summary_nl"], [cast.jette.home.slug, text])))
        assert [fault[:2] for fault in told] == [(2, "Public summary [nl]")]
        assert faults(send(boss, ACTIVITIES, csv(["slug", "programme"], [cast.jette.home.slug, text])))
        assert faults(send(boss, ACTIVITIES, csv(NEW, [text, "jette-belfaa", "T", "workshop", "home", ""])))


def test_a_record_twice_in_one_file(cast, boss):
    told = faults(
        send(boss, ACTIVITIES, csv(["slug", "title_nl"], [cast.jette.home.slug, "a"], [cast.jette.home.slug, "b"]))
    )
    assert [fault[0] for fault in told] == [3]
    assert "2" in told[0][2]


def test_what_changed_since_the_preview_is_looked_at_again(cast, boss):
    preview = send(boss, ACTIVITIES, csv(["slug", "title_nl"], [cast.jette.home.slug, "Mine"]))
    Activity.objects.filter(pk=cast.jette.home.pk).update(title_nl="Theirs")
    again = confirm(boss, ACTIVITIES, preview)
    assert again.status_code == 200
    assert again.context_data["changes"][0].cells[0].old == "Theirs"
    assert Activity.objects.get(pk=cast.jette.home.pk).title_nl == "Theirs"
    assert confirm(boss, ACTIVITIES, again).status_code == 302
    assert Activity.objects.get(pk=cast.jette.home.pk).title_nl == "Mine"


def test_somebody_else_cannot_confirm(cast, boss, officer):
    preview = send(boss, ACTIVITIES, csv(["slug", "title_nl"], [cast.jette.home.slug, "Mine"]))
    assert "no longer kept" in refusal(confirm(officer, ACTIVITIES, preview))
    assert boss.post(reverse(ACTIVITIES), {"token": "x", "seen": "y"}).status_code == 200


def test_exports_follow_the_list_and_the_reader(cast, officer):
    page = officer.post(reverse("admin:activities_activity_export") + "?side__exact=home", {"kind": "csv"})
    lines = page.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert cast.jette.home.slug in lines[1]


def test_links_come_in(cast, boss):
    Organisation.objects.create(slug="red", name_nl="Red", kind="ngo")
    heading = ["slug", "themes", "organisation_roles"]
    preview = send(boss, ACTIVITIES, csv(heading, [cast.jette.home.slug, "dialogue, social-services", "red: hosts"]))
    assert faults(preview) == []
    confirm(boss, ACTIVITIES, preview)
    assert cast.jette.home.themes.count() == 2
    assert cast.jette.home.organisation_roles.get().role == "host"
    assert (
        send(boss, ACTIVITIES, csv(heading, [cast.jette.home.slug, "dialogue, social-services", "red:host"]))
        .context_data["outcome"]
        .unchanged
    )
    confirm(boss, ACTIVITIES, send(boss, ACTIVITIES, csv(heading, [cast.jette.home.slug, "", ""])))
    assert (cast.jette.home.themes.count(), cast.jette.home.organisation_roles.count()) == (0, 0)


def test_a_row_costs_a_constant_number_of_queries(cast, django_assert_max_num_queries):
    cells = [[cast.jette.partner.slug, "2024-02-01", f"Paint {n}", "federal", 5] for n in range(40)]
    heading = ["activity", "spent_on", "description", "source", "amount"]
    resource = ExpenditureResource(actor=cast.administrator)
    with django_assert_max_num_queries(40 * 22 + 30):
        outcome = resource.bring_in(Sheet(heading, list(enumerate(cells, 2))))
    assert (outcome.new, outcome.faults) == (40, [])
