"""The pages of money: who sees them, what stands on them, and that page and spreadsheet say the same."""

import datetime as dt
import io
import re
from html.parser import HTMLParser

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from activities.models import CoFunding, Expenditure
from portal.ground.money import format_amount
from portal.roof.overviews.finance import book, made, sheets
from portal.roof.overviews.finance.figures import finance_of
from portal.roof.overviews.finance.tables import plain
from tests.cast import Cast, make_expense, make_transfer
from tests.finance_rows import claim_rules, eur, fill_money, receive, rule

pytestmark = pytest.mark.django_db
# What lies within a level of a table, and which levels end it.
WITHIN = {"outcome": "source", "source": "heading", "heading": "part"}
ABOVE = {"source": ("outcome",), "heading": ("outcome", "source"), "part": ("outcome", "source", "heading")}


def address(cast: Cast, **query: str) -> str:
    return reverse("partnerships:programme_money", args=[cast.jette.programme.slug], query=query)


def both_parts(client, name: str, slug: str, **query: str) -> str:
    """Return the page of money and what it shows further, one after the other."""
    url = reverse(f"partnerships:{name}", args=[slug])
    return "".join(client.get(url, query | show).content.decode() for show in ({}, {"show": "further"}))


def endanger_a_claim(cast: Cast) -> None:
    """Let a programme of today keep the whole first tranche, which it received last year."""
    claim_rules(cast, warn_days=366)
    tranche = receive(cast, "1000.00", timezone.localdate().year - 1)
    for row in (cast.jette.programme, tranche.grant):
        row.ends_on = dt.date(2099, 12, 31)
        row.save()


def flat(page) -> str:
    """Return the text of a page without tags, each space a plain one."""
    html = page if isinstance(page, str) else page.content.decode()
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</?bdi[^>]*>", "", html))
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("part", "status"), [("administrator", 200), ("officer", 200), ("viewer", 200), ("stranger", 404)]
)
def test_members_see_the_money_and_strangers_nothing(cast, client_of, part, status):
    client = client_of(cast.people[part])
    for name, slug in (("programme_money", cast.jette.programme.slug), ("money", cast.jette.partnership.slug)):
        assert client.get(reverse(f"partnerships:{name}", args=[slug])).status_code == status
    export = reverse("partnerships:programme_money_export", args=[cast.jette.programme.slug])
    assert client.post(export).status_code == status


def test_a_visitor_is_sent_to_sign_in(cast, client):
    assert client.get(address(cast)).status_code == 302


def test_a_coordinator_sees_only_the_own_partnership(cast, client_of):
    client = client_of(cast.coordinator_south)
    assert client.get(address(cast)).status_code == 404
    way = client.get(reverse("partnerships:money_overview"))
    assert way.url == reverse("partnerships:money", args=[cast.gillis.partnership.slug])


def test_an_empty_programme_says_so(cast, client_of):
    assert "No money is planned, received or spent yet." in flat(client_of(cast.viewer).get(address(cast)))


@pytest.mark.parametrize("year", ["1066", "2023x", "99999999999", "", "²⁰²⁴", "-2024"])
def test_an_odd_year_shows_the_nearest_or_the_present(cast, client_of, year):
    fill_money(cast)
    assert client_of(cast.viewer).get(address(cast, year=year)).status_code == 200


def test_each_figure_leads_to_its_rows(cast, client_of):
    fill_money(cast)
    text = client_of(cast.viewer).get(address(cast, year="2024")).content.decode()
    pk = cast.jette.programme.pk
    for query in (
        f"programme={pk}&amp;to=2024-12-31",
        f"programme={pk}&amp;source=federal&amp;year=2024&amp;decision=justified",
        f"programme={pk}&amp;source=federal&amp;heading=federal-personnel&amp;year=2024",
        f"programme={pk}&amp;source=federal&amp;heading=none&amp;year=2024",
        f"programme={pk}&amp;decision=open&amp;missing=heading",
    ):
        assert f'{query}"' in text


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_page_and_spreadsheet_say_the_same_to_the_cent(cast, client_of, language):
    fill_money(cast)
    cast.viewer.language = language
    cast.viewer.save()
    client = client_of(cast.viewer)
    text = flat(both_parts(client, "programme_money", cast.jette.programme.slug, year="2024"))
    export = reverse("partnerships:programme_money_export", args=[cast.jette.programme.slug])
    workbook = openpyxl.load_workbook(io.BytesIO(client.post(export, {"year": "2024"}).content))
    with override(language):
        finance = finance_of(cast.jette.programme, on=dt.date(2024, 11, 22), year=2024)
        tables = book.tables_of(finance)
        for table, sheet in zip(tables, workbook.worksheets, strict=True):
            figures = [row[1 : len(table.columns) + 1] for row in sheet.iter_rows(min_row=4, values_only=True)]
            for row, written in zip(table.rows, figures, strict=True):
                for cell, value in zip(row.cells, written, strict=True):
                    if cell.kind == "amount" and cell.value is not None:
                        assert cell.text.replace("\N{NO-BREAK SPACE}", " ") in text
                        assert eur(str(value)).quantize(eur("0.01")) == cell.value


def test_the_parts_shown_are_the_total_shown(cast):
    fill_money(cast)
    finance = finance_of(cast.jette.programme, on=dt.date(2024, 11, 22), year=2024)
    for table in sheets.tables_of(finance):
        tops = {"outcome"} if any(row.level == "outcome" for row in table.rows) else {"source", ""}
        parts = [row for row in table.rows if row.level in tops]
        (total,) = table.totals
        for column, cell in enumerate(total.cells):
            assert sum(row.cells[column].value for row in parts) == cell.value, table.key
        for place, row in enumerate(table.rows):
            below = []
            for following in table.rows[place + 1 :]:
                if following.level in {*ABOVE.get(row.level, ()), "total", row.level, ""}:
                    break
                below.append(following)
            inner = [item for item in below if item.level == WITHIN.get(row.level)]
            if row.level in WITHIN and inner:
                assert [cell.value for cell in row.cells] == [
                    sum(item.cells[column].value for item in inner) for column in range(len(row.cells))
                ]


def test_a_spreadsheet_holds_numbers_and_no_formula(cast, client_of):
    fill_money(cast)
    cast.federal.name_en = "=1+1"
    cast.federal.save()
    export = reverse("partnerships:programme_money_export", args=[cast.jette.programme.slug])
    workbook = openpyxl.load_workbook(io.BytesIO(client_of(cast.viewer).post(export).content))
    cells = [cell for sheet in workbook.worksheets for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"inlineStr", "s", "n", "d"}
    assert "=1+1" in {cell.value for cell in cells if cell.data_type in {"s", "inlineStr"}}


def test_the_alarm_stands_on_the_page_and_on_the_dashboard_of_officers(cast, client_of):
    endanger_a_claim(cast)
    sentence = "Federal cooperation: spend 500.01 €"
    assert sentence in flat(client_of(cast.viewer).get(address(cast)))
    assert sentence in flat(client_of(cast.officer).get("/"))
    assert sentence not in flat(client_of(cast.coordinator_north).get("/"))


def test_a_name_is_text_and_never_markup_nor_a_pattern(cast, client_of):
    endanger_a_claim(cast)
    cast.federal.name_en = "<b>100 %(x)s"
    cast.federal.save()
    page = client_of(cast.viewer).get(address(cast)).content.decode()
    assert "<bdi>&lt;b&gt;100 %(x)s</bdi>: spend" in page


def test_the_partnership_shows_its_programmes_and_what_lies_between(cast, client_of):
    fill_money(cast)
    make_expense(cast.jette.home, spent_on=dt.date(2020, 5, 1), amount=eur("7.77"))
    text = flat(client_of(cast.viewer).get(reverse("partnerships:money", args=[cast.jette.partnership.slug])))
    assert "While no programme ran" in text
    assert "7.77 €" in text
    assert "848.51 €" in text


def numbers_and_lists(page: str) -> dict[tuple[str, ...], tuple[str, str]]:
    """Return an amount of a table and the list it leads to, one for each combination of filters."""
    pattern = r'<a href="(/activities/expenses/\?[^"]+)">([^<]+€)</a>'
    found = [(amount, url.replace("&amp;", "&")) for url, amount in re.findall(pattern, page)]
    return {tuple(re.findall(r"(\w+)=", url)): (amount, url) for amount, url in found}


@pytest.mark.parametrize("name", ["programme_money", "money"])
def test_each_list_comes_to_the_figure_that_leads_there(cast, client_of, name):
    fill_money(cast)
    make_expense(cast.jette.partner, heading=cast.headings["operational"], amount=eur("5.05"))
    make_expense(cast.jette.home, spent_on=dt.date(2020, 5, 1), amount=eur("7.77"))
    rule(cast, "voucher", amount=eur("99.99"))
    client = client_of(cast.officer)
    slug = cast.jette.programme.slug if name == "programme_money" else cast.jette.partnership.slug
    found = numbers_and_lists(both_parts(client, name, slug, year="2024"))
    scope = "programme" if name == "programme_money" else "partnership"
    assert {(scope, "source", "heading", "parts", "year"), (scope, "decision", "missing")} <= set(found)
    for amount, url in found.values():
        assert format_amount(client.get(url).context["total"]) == amount, url


def rows_of(table) -> list[list]:
    """Return (note, label, values) of a table, an empty cell as None."""
    return [[plain(row.note), plain(row.label), *(cell.value for cell in row.cells)] for row in table.rows]


def test_what_no_row_holds_is_made_of_figures_that_lead_to_theirs(cast):
    claim_rules(cast)
    fill_money(cast)
    make_transfer(cast.jette.programme, cast.federal, reference="T-2", received_on=None, received_amount=None)
    with override("en"):
        table = made.made_of(finance_of(cast.jette.programme, on=dt.date(2024, 11, 22), year=2024))
        rows = rows_of(table)
    for row in rows:
        whole, *less, left = (value or 0 for value in row[2:])
        spent, rejected, rounding = less
        assert whole - spent + rejected - rounding == left, row
    found = {tuple(row[:2]): row[-1] for row in rows}
    assert found == {
        ("Federal cooperation", "Left of the budget"): eur("1019.75"),
        ("Federal cooperation", "Left of the grant"): eur("4319.25"),
        ("Own funds", "Left of the budget"): eur("200.01"),
        ("Federal cooperation", "Unspent balance"): eur("1319.25"),
        ("T-2024-1", "Left, in dirham"): eur("9765.00"),
        ("T-2024-1", "Left, in euro"): eur("900.00"),
        ("T-2", "Left, in euro"): eur("1000.00"),
    }
    of_table = [cell for row in table.rows for cell in row.cells[:3] if cell.value]
    assert all(cell.url for cell in of_table)


class Unlinked(HTMLParser):
    """What stands in the main part of a page outside its links: `figures` are amounts, shares, rates and counts."""

    FIGURE = re.compile(r"-?\d[\d.,\N{NO-BREAK SPACE}]*[\N{NO-BREAK SPACE} ]?(?:€|MAD|%)")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.figures: list[str] = []
        self.feed(page.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in {"a", "td"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"a", "td"}:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "a" not in self.open:
            found = [data.strip()] if "td" in self.open else self.FIGURE.findall(data)
            self.figures += [text for text in found if re.search(r"[1-9]", text)]


@pytest.mark.parametrize("language", ["en", "nl", "ar"])
@pytest.mark.parametrize("name", ["programme_money", "money"])
def test_every_number_of_the_page_is_a_link(cast, client_of, name, language):
    fill_money(cast)
    endanger_a_claim(cast)
    cast.viewer.language = language
    cast.viewer.save()
    make_expense(cast.jette.home, spent_on=dt.date(2020, 5, 1), amount=eur("7.77"))
    shared = [CoFunding(activity=cast.jette.home, source=row, share=50) for row in (cast.own, cast.bwi)]
    CoFunding.objects.bulk_create(shared)
    slug = cast.jette.programme.slug if name == "programme_money" else cast.jette.partnership.slug
    for year in ("2024", "2026"):
        url = reverse(f"partnerships:{name}", args=[slug])
        short, further = (
            client_of(cast.viewer).get(url, query).content.decode()
            for query in ({"year": year}, {"year": year, "show": "further"})
        )
        assert Unlinked(short).figures == []
        assert Unlinked(further).figures == []
        assert re.search(r'<a href="#made">[\d.,]+\W€</a>', short)
        assert f'<a href="{url}?year={year}#made">' in further


def test_the_own_contribution_leads_to_what_it_is_made_of(cast, client_of):
    fill_money(cast)
    client = client_of(cast.viewer)
    page = client.get(address(cast, year="2024")).content.decode()
    sentence = page.partition('id="own-heading"')[2].partition("</section>")[0]
    links = [url.replace("&amp;", "&") for url in re.findall(r'href="([^"]+)"', sentence)]
    own, everything = (client.get(url).context["total"] for url in links)
    figures = finance_of(cast.jette.programme, on=timezone.localdate(), year=2024)
    assert (own, everything) == (figures.own.charged, figures.own.of_all)
    assert own > 0


def test_the_page_says_by_which_day_money_counts_as_received(cast, client_of):
    fill_money(cast)
    sentence = (
        "What was received counts in the year of its tranche, the one that was claimed (art. 32); in the unspent "
        "balance it counts from the day on which it came."
    )
    assert flat(client_of(cast.viewer).get(address(cast, year="2024"))).count(sentence) == 2


def test_the_list_of_what_was_spent_while_no_programme_ran(cast, client_of):
    make_expense(cast.jette.home)
    make_expense(cast.jette.home, spent_on=dt.date(2020, 5, 1), amount=eur("7.77"))
    query = {"partnership": cast.jette.partnership.pk, "programme": "none"}
    response = client_of(cast.viewer).get(reverse("activities:expense_list"), query)
    assert response.context["total"] == eur("7.77")


def test_the_total_of_what_transfers_paid_leads_to_those_expenses(cast, client_of):
    fill_money(cast)
    make_expense(cast.jette.partner, description="Paid in euro")
    client = client_of(cast.officer)
    page = client.get(address(cast, show="further")).content.decode()
    link = re.search(r'href="([^"]*transfer=any[^"]*)"', page)[1].replace("&amp;", "&")
    drawn = Expenditure.objects.filter(drawdowns__isnull=False).distinct()
    assert drawn.exists()
    listed = client.get(link).content.decode()
    assert {row.description for row in Expenditure.objects.all() if row.description in listed} == {
        row.description for row in drawn
    }
