"""A municipality's own spreadsheet of expenses: mapped once, judged row by row, written all or none."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from activities.models import Expenditure, SheetColumn, SheetImport, Voucher
from partnerships.models import FundingSourceAlias, ProgrammeYear
from portal.ground.models import AuditEntry
from tests.sheet_rows import HEADINGS, checked, confirm, counts, csv, send, url, verdicts, xlsx


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def home(cast):
    return cast.jette.partnership


def line(cast, *cells, on="31/12/2024", text="Paint", source="own", amount="1.234,50"):
    return [cast.jette.partner.slug, on, text, source, amount, *cells]


def reasons(client, row):
    return [(number, pair) for number, state, pairs in verdicts(client, row) for pair in pairs if state == "refused"]


def test_the_preview_shows_every_row_and_writes_nothing(cast, officer, home):
    row = checked(officer, csv(HEADINGS, line(cast), line(cast, text="", amount="-5")), home)
    assert (row.state, counts(row)) == ("ready", (1, 0, 0, 1))
    assert verdicts(officer, row) == [
        (2, "new", []),
        (
            3,
            "refused",
            [
                ("Omschrijving", "This is missing."),
                ("Bedrag", "Give an amount of more than zero and less than a hundred million."),
            ],
        ),
    ]
    page = officer.get(url(row)).content.decode()
    assert "Omschrijving" in page
    assert 'name="confirm"' not in page
    assert confirm(officer, row).state == "ready"
    assert not Expenditure.objects.exists()


def test_the_preview_speaks_the_language_of_its_page(cast, officer, home):
    """Who chose a language before signing in reads pages in it, whatever the account says."""
    officer.cookies["django_language"] = "nl"
    row = checked(officer, csv(HEADINGS, line(cast, text="")), home)
    assert cast.officer.language == "en"
    assert reasons(officer, row) == [(2, ("Omschrijving", "Dit ontbreekt."))]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_same_file_twice_creates_nothing_new(cast, officer, home, kind):
    cells = [[*HEADINGS, "N° facture", "Fournisseur"], line(cast, "F-1", "Paint & Co"), line(cast, "F-2", "Paint & Co")]
    content = csv(*cells) if kind == "csv" else xlsx(*cells)
    row = confirm(officer, checked(officer, content, home))
    assert (row.state, counts(row)) == ("done", (2, 0, 0, 0))
    expense = Expenditure.objects.order_by("pk")[0]
    assert (expense.amount, expense.spent_on, expense.source) == (Decimal("1234.50"), dt.date(2024, 12, 31), cast.own)
    assert list(Voucher.objects.order_by("pk").values_list("number", "supplier")) == [
        ("F-1", "Paint & Co"),
        ("F-2", "Paint & Co"),
    ]
    entries = AuditEntry.objects.filter(verb="import")
    assert [entry.target_type for entry in entries.order_by("pk")] == [
        "activities.expenditure",
        "activities.expenditure",
        "activities.sheetimport",
    ]
    assert entries.filter(target_id=expense.pk, parent_id=cast.jette.partner.pk, actor=cast.officer).count() == 1
    again = checked(officer, content, home)
    assert (again.state, counts(again)) == ("ready", (0, 0, 2, 0))
    assert "in the portal already" in officer.get(url(again)).content.decode()
    assert confirm(officer, again).state == "ready"
    assert Expenditure.objects.count() == 2
    assert not entries.filter(target_type="activities.sheetimport").exclude(target_id=row.pk).exists()


def test_the_columns_are_remembered_and_can_be_changed(cast, officer, home):
    content = csv(["A", "B", "C", "D", "E", "F"], line(cast, "note"))
    answer = send(officer, content, home)
    row = SheetImport.objects.get()
    assert (row.state, row.columns) == ("mapping", [""] * 6)
    page = officer.get(answer["Location"]).content.decode()
    assert "31/12/2024" in page
    chosen = ["activity", "spent_on", "description", "source", "amount", ""]
    fields = {f"column-{place}": name for place, name in enumerate(chosen)}
    twice = officer.post(url(row), fields | {"column-5": "amount"})
    assert "Two columns are chosen" in twice.content.decode()
    short = officer.post(url(row), fields | {"column-4": ""})
    assert "Choose the column that holds" in short.content.decode()
    assert officer.post(url(row), fields).status_code == 302
    assert SheetColumn.objects.filter(partnership=home, kind="expenses").count() == 6
    send(officer, content, home)
    again = SheetImport.objects.latest("pk")
    assert (again.state, again.columns, counts(again)) == ("ready", chosen, (1, 0, 0, 0)), "asked once"
    assert "first values" in officer.get(url(again) + "?columns=1").content.decode().lower()
    officer.post(url(again), fields | {"column-2": "rule_reason", "column-5": "description"})
    again.refresh_from_db()
    assert (again.state, again.columns[5]) == ("ready", "description")
    assert send(officer, content, cast.gillis.partnership).status_code == 302
    assert SheetImport.objects.latest("pk").state == "mapping", "another partnership has its own words"


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Activité", "Date", "Libellé", "Bailleur", "Montant"], HEADINGS),
        (["Projet", "Date de la dépense", "Désignation", "Source de financement", "Montant en DH"], "mad"),
        (["Activity", "Date", "What was paid", "Paid from", "Amount"], HEADINGS),
        (["النشاط", "التاريخ", "البيان", "مصدر التمويل", "المبلغ"], HEADINGS),
    ],
)
def test_headings_are_guessed_in_each_language(cast, officer, home, headings, expected):
    send(officer, csv(headings, line(cast)), home)
    amount = "amount_mad" if expected == "mad" else "amount"
    assert SheetImport.objects.get().columns == ["activity", "spent_on", "description", "source", amount]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda rows: csv(*rows, encoding="utf-8-sig"), id="bom"),
        pytest.param(lambda rows: csv(*rows, encoding="latin-1"), id="latin-1"),
        pytest.param(lambda rows: csv(*rows, encoding="utf-16"), id="utf-16"),
        pytest.param(lambda rows: csv(*rows, delimiter=","), id="comma"),
        pytest.param(lambda rows: csv(*rows, delimiter="\t"), id="tab"),
        pytest.param(lambda rows: xlsx(*rows), id="xlsx"),
    ],
)
def test_files_of_any_program(cast, officer, home, content):
    row = confirm(
        officer, checked(officer, content([HEADINGS, line(cast, text="Fête à l’école".replace("’", "'"))]), home)
    )
    assert (row.state, counts(row)) == ("done", (1, 0, 0, 0))
    assert Expenditure.objects.get().description == "Fête à l'école"


@pytest.mark.parametrize(
    ("cell", "euro"),
    [
        ("1.234,50", "1234.50"),
        ("1 234,5", "1234.50"),
        ("€ 1,234.50", "1234.50"),
        ("12,50 EUR", "12.50"),
        (12.5, "12.50"),
        (0.1 + 0.2, "0.30"),
        ("١٢٫٥", "12.50"),
    ],
)
def test_amounts_as_they_are_written(cast, officer, home, cell, euro):
    row = confirm(officer, checked(officer, xlsx(HEADINGS, line(cast, amount=cell)), home))
    assert row.state == "done", verdicts(officer, row)
    assert Expenditure.objects.get().amount == Decimal(euro)


@pytest.mark.parametrize(
    "cell", ["0", "-5", "abc", "1e5", "9" * 12, 1e300, float("inf"), "nan", "5 USD", 12.345, "5 € DH"]
)
def test_amounts_that_are_none(cast, officer, home, cell):
    cell = str(cell) if cell == float("inf") else cell
    row = checked(officer, xlsx(HEADINGS, line(cast, amount=cell)), home)
    assert [(number, column) for number, (column, _sentence) in reasons(officer, row)] == [(2, "Bedrag")]


@pytest.mark.parametrize(
    "cell",
    ["31/12/2024", "31-12-2024", "2024-12-31", "31/12/24", dt.date(2024, 12, 31), "31/12/2024 09:30"],
)
def test_days_as_they_are_written(cast, officer, home, cell):
    row = confirm(officer, checked(officer, xlsx(HEADINGS, line(cast, on=cell)), home))
    assert row.state == "done", verdicts(officer, row)
    assert Expenditure.objects.get().spent_on == dt.date(2024, 12, 31)


@pytest.mark.parametrize("cell", ["31/02/2024", "12/31/2024", "2024", "soon", "45000", True])
def test_days_that_are_none(cast, officer, home, cell):
    row = checked(officer, xlsx(HEADINGS, line(cast, on=cell)), home)
    assert [column for _number, (column, _sentence) in reasons(officer, row)] == ["Datum"]


def test_records_go_by_any_of_their_names(cast, officer, home):
    activity = cast.jette.partner
    FundingSourceAlias.objects.create(source=cast.bwi, name="WBI")
    rows = [
        [activity.slug, "1/2/2024", "a", "own", 1],
        [activity.title_fr.upper(), "1/2/2024", "b", "Own funds", 1],
        [activity.pk, "1/2/2024", "c", "wbi", 1],
    ]
    row = confirm(officer, checked(officer, xlsx(HEADINGS, *rows), home))
    assert row.state == "done", verdicts(officer, row)
    assert list(Expenditure.objects.order_by("pk").values_list("activity", "source__slug")) == [
        (activity.pk, "own"),
        (activity.pk, "own"),
        (activity.pk, "bwi"),
    ]


def test_headings_of_the_funder_and_of_another(cast, officer, home):
    headings = [*HEADINGS, "Rubriek"]
    rows = [
        line(cast, "federal-investments", text="a", source="federal"),
        line(cast, "Operational / Investments", text="b", source="federal"),
        line(cast, "personnel", text="c", source="federal"),
        line(cast, "federal-personnel", text="d", source="own"),
        line(cast, "nonsense", text="e", source="federal"),
        line(cast, "federal-operational", text="f", source="federal"),
    ]
    row = checked(officer, csv(headings, *rows), home)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["new"] * 3 + ["refused"] * 3
    assert {column for _number, (column, _sentence) in reasons(officer, row)} == {"Rubriek"}
    row = confirm(officer, checked(officer, csv(headings, *rows[:3]), home))
    assert list(Expenditure.objects.order_by("pk").values_list("heading__slug", flat=True)) == [
        "federal-investments",
        "federal-investments",
        "federal-personnel",
    ]


def test_the_funders_rules_are_asked(cast, officer, home):
    row = checked(officer, csv(HEADINGS, [cast.jette.home.slug, "1/2/2024", "Stage", "federal", 1]), home)
    assert reasons(officer, row) == [
        (2, ("Bron", "Federal money pays only for work in Morocco.")),
        (2, ("Bron", "These sources would pay it: BWI, Own funds.")),
    ]


def test_a_locked_year_takes_nothing(cast, officer, home):
    content = csv(HEADINGS, line(cast), line(cast, on="1/2/2023"))
    row = checked(officer, content, home)
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    row = confirm(officer, row)
    assert (row.state, counts(row)) == ("ready", (1, 0, 0, 1)), "locked between preview and confirmation"
    assert "look again" in row.note
    assert [(number, column) for number, (column, _sentence) in reasons(officer, row)] == [(2, "Datum")]
    assert not Expenditure.objects.exists()


def test_rows_that_say_the_same(cast, officer, home):
    headings = [*HEADINGS, "Factuur"]
    row = checked(officer, csv(headings, line(cast, ""), line(cast, ""), line(cast, "F-1"), line(cast, "F-2")), home)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["new", "refused", "new", "new"]
    assert "Row 2" in reasons(officer, row)[0][1][1]


def test_only_the_difference_is_written(cast, officer, home):
    headings = [*HEADINGS, "Rubriek", "Factuur"]
    first = csv(headings, line(cast, "", "", source="federal"), line(cast, "", "F-2", text="Brushes", source="federal"))
    confirm(officer, checked(officer, first, home))
    second = csv(
        headings,
        line(cast, "federal-personnel", "F-1", source="federal"),
        line(cast, "", "F-2", text="Brushes", source="federal"),
        line(cast, "", "F-3", text="Wall", source="federal"),
    )
    row = checked(officer, second, home)
    assert counts(row) == (1, 1, 1, 0)
    assert verdicts(officer, row)[0] == (
        2,
        "changed",
        [("Rubriek", "– → federal-personnel"), ("Factuur", "F-1")],
    )
    assert confirm(officer, row).state == "done"
    paint = Expenditure.objects.get(description="Paint")
    assert (paint.heading.slug, paint.vouchers.get().number) == ("federal-personnel", "F-1")
    assert Expenditure.objects.count() == 3
    entry = AuditEntry.objects.filter(target_type="activities.expenditure", target_id=paint.pk).latest("pk")
    assert entry.changes == {"heading_id": [None, cast.headings["personnel"].pk], "vouchers": ["", "F-1"]}
    third = checked(officer, first, home)
    assert counts(third) == (0, 0, 2, 0), "an empty cell takes nothing away"


def test_a_row_goes_by_its_number(cast, officer, home, client_of):
    there = Expenditure.objects.create(
        activity=cast.jette.partner, spent_on=dt.date(2024, 1, 1), description="Bus", source=cast.own, amount=5
    )
    hidden = Expenditure.objects.create(
        activity=cast.gillis.partner, spent_on=dt.date(2024, 1, 1), description="Bus", source=cast.own, amount=5
    )
    headings = [*HEADINGS, "ID"]
    row = checked(officer, csv(headings, line(cast, there.pk), line(cast, hidden.pk, text="b")), home)
    assert [state for _number, state, _pairs in verdicts(officer, row)] == ["changed", "refused"]
    assert reasons(officer, row) == [(3, ("ID", f"There is no expense with the number {hidden.pk}."))]
    assert confirm(officer, checked(officer, csv(headings, line(cast, there.pk)), home)).state == "done"
    there.refresh_from_db()
    assert (there.description, there.amount) == ("Paint", Decimal("1234.50"))


def test_a_justified_expenditure_stays(cast, officer, home):
    there = Expenditure.objects.create(
        activity=cast.jette.partner,
        spent_on=dt.date(2024, 1, 1),
        description="Bus",
        source=cast.own,
        amount=5,
        decision="justified",
        decided_on=dt.date(2024, 2, 1),
        decided_by=cast.officer,
    )
    row = checked(officer, csv([*HEADINGS, "ID"], line(cast, there.pk)), home)
    assert "justified" in reasons(officer, row)[0][1][1]


def test_hostile_cells(cast, officer, home):
    for text in ["a\0b", "a\u202eb", "x" * 300]:
        row = checked(officer, csv(HEADINGS, line(cast, text=text)), home)
        assert [column for _number, (column, _sentence) in reasons(officer, row)] == ["Omschrijving"]
    row = checked(officer, csv(HEADINGS, line(cast, text="=1+1")), home)
    assert confirm(officer, row).state == "done"
    assert Expenditure.objects.get().description == "=1+1"


def test_the_file_is_kept_privately_until_it_is_written(cast, officer, home, settings):
    row = checked(officer, csv(HEADINGS, line(cast)), home)
    kept = list(settings.MEDIA_ROOT.rglob("*"))
    assert sum(path.is_file() for path in kept) == 3
    confirm(officer, row)
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert "no longer kept" in officer.get(url(row)).content.decode()
    away = checked(officer, csv(HEADINGS, line(cast, text="b")), home)
    assert officer.post(url(away), {"cancel": "1"}).status_code == 302
    assert not SheetImport.objects.filter(pk=away.pk).exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_long_preview_stays_small_and_the_whole_can_be_taken_out(cast, officer, home):
    rows = [line(cast, text=f"Paint {n}", amount=-n if n % 2 else n) for n in range(1, 1500)]
    row = checked(officer, csv(HEADINGS, *rows), home)
    for query in ["", "?page=3", "?verdict=new", "?page=9999", "?verdict=nonsense"]:
        answer = officer.get(url(row) + query)
        assert answer.status_code == 200
        assert len(answer.content) < 100_000
    for kind in ["xlsx", "csv"]:
        answer = officer.get(reverse("activities:import_verdicts", args=[row.pk, kind]))
        assert f"verdicts.{kind}" in answer["Content-Disposition"]
    assert answer.content.decode("utf-8-sig").count("\r\n") == 1500
    assert officer.get(reverse("activities:import_verdicts", args=[row.pk, "pdf"])).status_code == 404
