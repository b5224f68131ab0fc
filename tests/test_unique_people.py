"""Participations and different people stand apart, each with how they were counted; every total says which it is."""

import io

import pytest
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from activities.forms.participants import cell_name
from activities.models import LogEntry, Participation
from portal.roof.public.figures import people_table, years_of
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps, loads
from portal.roof.reports.render import render_html
from tests.cast import make_entry
from tests.log_form import correction, filled
from tests.public_site import open_pages
from tests.report_rows import YEAR, count
from tests.snapshot_rows import LATER, validated
from tests.test_admin_writes import page_of as form_to_send

pytestmark = pytest.mark.django_db
LOG = "/activities/log/"
TOO_MANY = "There cannot be more different people (13) than participations (12)."
NOT_ADDED = "Different people stand at each entry and are not added"


@pytest.fixture
def south(cast, client_of):
    client = client_of(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    return client


def typed(cast, **fields):
    cells = {cell_name(cast.youth.pk, "women", cast.age_bands[1].pk): "12"}
    return filled(cast.gillis.partner, cast.coordinator_south, **cells, **fields)


def page_of(client, activity) -> str:
    page = client.get(reverse("activities:detail", args=[activity.pk])).content.decode()
    return " ".join(page.split())


def test_different_people_are_written_beside_the_participations(cast, south):
    data = typed(cast, counting="estimated", unique_people="9", unique_counting="estimated")
    assert south.post(LOG, data).status_code == 302
    entry = LogEntry.objects.get()
    assert (entry.unique_people, entry.unique_counting) == (9, "estimated")
    page = page_of(south, cast.gillis.partner)
    assert "<strong>12</strong> participations" in page
    for sentence in ("About 9 different people", "estimated", NOT_ADDED):
        assert sentence in page
    form = south.get(reverse("activities:log_edit", args=[entry.pk])).content.decode()
    assert '<option value="estimated" selected>' in form
    assert 'name="unique_people" value="9"' in form


@pytest.mark.parametrize(
    ("number", "sentences"),
    [("12", None), ("", None), ("13", [TOO_MANY]), ("0", ["Ensure this value is greater than or equal to 1."])],
)
def test_more_different_people_than_participations_are_refused_and_the_text_is_kept(cast, south, number, sentences):
    response = south.post(LOG, typed(cast, unique_people=number))
    assert response.status_code == (200 if sentences else 302)
    if sentences:
        page = response.context["page"]
        assert page.form.errors == {"unique_people": sentences}
        assert (page.form["unique_people"].value(), page.opened["people"]) == (number, True)
        assert 'value="12"' in response.content.decode()
        assert not LogEntry.objects.exists()


def test_who_saves_second_sees_both_numbers(cast, south):
    south.post(LOG, typed(cast, unique_people="9"))
    entry = LogEntry.objects.get()
    entry.version += 1
    entry.save()
    cells = {cell_name(cast.youth.pk, "women", cast.age_bands[1].pk): "12"}
    mine = correction(cast, entry, **cells, unique_people="8", unique_counting="estimated") | {"version": "1"}
    response = south.post(reverse("activities:log_edit", args=[entry.pk]), mine)
    theirs = [(one.label, one.saved, one.typed) for one in response.context["theirs"]]
    assert ("Different people", "9 different people", "about 8 different people") in theirs


def test_the_administration_asks_the_same(cast, client_of):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    count(entry, cast.youth, cast.age_bands[1], 12)
    boss = client_of(cast.administrator)
    boss.cookies["django_language"] = "en"
    address = reverse("admin:activities_logentry_change", args=[entry.pk])
    data = form_to_send(boss, LogEntry, entry.pk) | {"unique_people": "13"}
    assert TOO_MANY in boss.post(address, data).content.decode()
    assert boss.post(address, data | {"unique_people": "12"}).status_code == 302
    entry.refresh_from_db()
    assert entry.unique_people == 12


def estimate(cast) -> LogEntry:
    """Log 12 young people, of whom some were estimated, and 9 different ones; and many women who are vulnerable."""
    entry = make_entry(cast.jette.partner, cast.coordinator_south, unique_people=9, unique_counting="estimated")
    row = count(entry, cast.youth, cast.age_bands[1], 12)
    row.counting = "estimated"
    row.save()
    delicate = make_entry(cast.jette.partner, cast.coordinator_south, text="Together.", unique_people=31)
    count(delicate, cast.women, cast.age_bands[1], 40)
    return entry


def test_the_report_says_what_was_estimated_and_tells_different_people_of_no_vulnerable_group(cast):
    estimate(cast)
    report = build_report(cast.jette.partnership, *YEAR, on=LATER)
    entries = [entry for activity in report.activities for entry in activity.entries]
    assert sorted((entry.unique or 0, entry.is_estimated) for entry in entries) == [(0, False), (9, True)]
    assert [(group.slug, group.is_estimated) for group in report.participants.groups] == [
        ("youth", True),
        ("women-victims-of-violence", False),
    ]
    assert loads(dumps(report)) == report
    with override("en"):
        html = " ".join(render_html(report, "en").split())
    for sentence in (
        'Young people <span class="quiet">(estimated, in part at least)</span>',
        "Some of these numbers are estimated.",
        "Young people: <b>12</b> (estimated)",
        "Different people: <b>9</b> (estimated)",
    ):
        assert sentence in html
    book = load_workbook(io.BytesIO(write_book(report, "en")))
    rows = [row for row in book["Participants"].iter_rows(values_only=True) if row[0] == "Young people"]
    assert [row[-2:] for row in rows] == [(12, "estimated, in part at least")]


def test_the_page_of_the_year_and_the_public_page_say_it_too(cast, south, client_of):
    estimate(cast)
    officer = client_of(cast.officer)
    officer.cookies["django_language"] = "en"
    page = " ".join(
        officer.get(reverse("partnerships:year_detail", args=[cast.jette.programme.slug, 2024]))
        .content.decode()
        .split()
    )
    assert '<dt>participations</dt><dd>52</dd><dd class="small muted">12 of them estimated</dd>' in page
    Participation.objects.filter(count=40).update(count=1040)
    officer.cookies["django_language"] = "nl"
    page = officer.get(reverse("partnerships:year_detail", args=[cast.jette.programme.slug, 2024])).content.decode()
    assert "<dd>1.052</dd>" in page
    Participation.objects.filter(count=1040).update(count=40)
    open_pages(cast)
    validated(cast)
    table = people_table(years_of(cast.jette.partnership))
    assert [cells for _name, cells in table.rows] == [["≈\N{NO-BREAK SPACE}12"], ["40"]]
    assert (table.totals, table.is_estimated) == (["≈\N{NO-BREAK SPACE}52"], True)
    public = officer.get("/en/jette-belfaa/").content.decode()
    assert "≈ estimated, in part at least; the other numbers were counted head by head" in public
