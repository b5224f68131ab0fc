"""What changed between two frozen reports, in words: figures, entries, texts and people, in each language."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from django.utils.translation import override

from activities.models import Activity
from partnerships.models import Decision
from portal.roof.models import Snapshot
from portal.roof.reports import changes
from portal.roof.reports.change_rows import SHOWN, sections_of
from portal.roof.reports.changes import differences
from portal.roof.reports.editions import settled
from portal.roof.reports.frozen import loads
from portal.roof.reports.render import render_html
from portal.roof.reports.sections import Report
from portal.roof.reports.snapshots import report_of
from portal.roof.reports.withdrawals import edition_of, shown_of
from portal.roof.reports.words import Words
from tests.cast import in_all_languages, make_entry, make_grant, make_transfer
from tests.report_rows import count, fill, spend
from tests.snapshot_rows import LATER, validated
from tests.test_frozen import FIRST, sample

pytestmark = pytest.mark.django_db


def told(old: Report, new: Report, language: str = "en") -> dict[str, list[tuple[str, str, str, str]]]:
    """Return the rows by section: where, what became of it, before, now."""
    with override(language):
        return {
            section.title: [
                (" / ".join(piece.text for piece in row.path), str(row.kind.value), row.old.text, row.new.text)
                for row in section.rows
            ]
            for section in sections_of(differences(old, new))
        }


def between(first: Snapshot, second: Snapshot, language: str = "en") -> dict[str, list[tuple[str, str, str, str]]]:
    return told(report_of(first), report_of(second), language)


def euro(text: str) -> str:
    return f"{text}\N{NO-BREAK SPACE}€"


def test_the_same_report_has_no_changes(cast):
    fill(cast)
    assert between(validated(cast), validated(cast, LATER)) == {}


def test_an_expense_that_came_and_one_that_changed(cast):
    fill(cast)
    paid = spend(cast.jette.home, "10.00", cast.own, description="Chairs")
    first = validated(cast)
    paid.amount = "12.50"
    paid.save()
    spend(cast.jette.home, "5.00", cast.bwi, description="Tables", spent_on=dt.date(2024, 6, 1))
    found = between(first, validated(cast, LATER))
    assert found["Expenses"] == [
        ("expenses / Chairs / 20 May 2024 / amount in euro", "changed", euro("10.00"), euro("12.50")),
        ("expenses / Tables / 1 June 2024", "added", "", euro("5.00")),
        ("funding sources / Own funds / amount in euro", "changed", euro("10.20"), euro("12.70")),
        ("funding sources / BWI / amount in euro", "changed", euro("0.10"), euro("5.10")),
        ("total", "changed", euro("110.30"), euro("117.80")),
    ]
    programme = str(cast.jette.programme)
    assert found["Money of the programme"] == [
        (f"{programme} / funding sources / BWI / 2024 / Spent", "changed", euro("0.10"), euro("5.10")),
        (f"{programme} / funding sources / Own funds / 2024 / Spent", "changed", euro("10.20"), euro("12.70")),
    ]
    assert set(found) == {"Expenses", "Money of the programme"}


def test_an_entry_that_came_one_that_went_and_a_text_that_changed(cast):
    entry = fill(cast)
    gone = make_entry(cast.jette.home, cast.coordinator_north, text="A stall.", starts_on=dt.date(2024, 3, 2))
    first = validated(cast)
    entry.text = "Fourteen young people drew their street."
    entry.save()
    gone.withdrawn_at = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
    gone.save()
    make_entry(cast.jette.home, cast.coordinator_north, text="A concert.", starts_on=dt.date(2024, 4, 1))
    found = between(first, validated(cast, LATER))
    home, partner = (activity.title_en for activity in (cast.jette.home, cast.jette.partner))
    assert found == {
        "Activities": [
            (f"{home} / log entries / 1 April 2024", "added", "", "A concert."),
            (f"{home} / log entries / 2 March 2024", "removed", "A stall.", ""),
            (
                f"{partner} / log entries / 14 May 2024 / text",
                "changed",
                "Twelve young people drew their street.",
                "Fourteen young people drew their street.",
            ),
        ]
    }


def test_an_activity_its_status_and_its_dates(cast):
    fill(cast)
    first = validated(cast)
    row = cast.jette.home
    row.status, row.ends_on, row.ends_precision = "done", dt.date(2024, 9, 30), "day"
    row.save()
    Activity.objects.create(
        slug="picnic",
        partnership=cast.jette.partnership,
        kind="event",
        side="home",
        status="done",
        starts_on=dt.date(2024, 8, 1),
        starts_precision="day",
        **in_all_languages(title="Picnic", summary="Bread for all."),
    )
    found = between(first, validated(cast, LATER))["Activities"]
    assert (f"{row.title_en} / status", "changed", "ongoing", "done") in found
    assert (f"{row.title_en} / date", "changed", "since 1 March 2022", "1 March 2022 – 30 September 2024") in found
    assert ("Picnic", "added", "", "Bread for all.") in found


def test_people_by_group_sex_and_age(cast):
    entry = fill(cast)
    first = validated(cast)
    count(entry, cast.youth, cast.age_bands[1], 4, "men")
    found = between(first, validated(cast, LATER))
    assert found["Participants"] == [
        ("total", "changed", "15", "19"),
        ("Young people", "changed", "15", "19"),
        ("Young people / men / 15–24", "changed", "", "4"),
    ]


def test_a_group_whose_count_is_kept_does_not_change(cast):
    entry = fill(cast)
    count(entry, cast.women, cast.age_bands[1], 6)
    first = validated(cast)
    count(entry, cast.women, cast.age_bands[3], 2)
    assert between(first, validated(cast, LATER)) == {}


def test_what_came_under_other_sections(cast):
    fill(cast)
    first = validated(cast)
    make_grant(cast.jette.programme, cast.federal)
    make_transfer(cast.jette.programme, cast.federal)
    Decision.objects.create(
        slug="exam",
        partnership=cast.jette.partnership,
        decided_on=dt.date(2024, 2, 1),
        precision="day",
        **in_all_languages(title="Economy in the exam", text="It is added to the curriculum."),
    )
    found = between(first, validated(cast, LATER))
    assert found["Decisions"] == [("Economy in the exam", "added", "", "It is added to the curriculum.")]
    money = [row for row in found["Money of the programme"] if "transfers" in row[0] or "Granted" in row[0]]
    programme = str(cast.jette.programme)
    assert money == [
        (f"{programme} / funding sources / Federal cooperation / Granted", "changed", euro("0.00"), euro("100,000.00")),
        (f"{programme} / transfers / T-2024-1", "added", "", euro("1,000.00")),
    ]


def test_money_without_a_heading_is_compared_beside_that_with_one(cast):
    fill(cast)
    spend(cast.jette.partner, "7.00", cast.federal, heading=cast.headings["personnel"])
    spend(cast.jette.partner, "8.00", cast.federal)
    first = validated(cast)
    spend(cast.jette.partner, "2.00", cast.federal)
    spend(cast.jette.partner, "3.00", cast.federal, heading=cast.headings["personnel"])
    found = between(first, validated(cast, LATER))["Money of the programme"]
    federal = f"{cast.jette.programme} / funding sources / Federal cooperation"
    assert found == [
        (f"{federal} / 2024 / Spent", "changed", euro("115.00"), euro("120.00")),
        (f"{federal} / cost headings / Operational / 2024 / Spent", "changed", euro("7.00"), euro("10.00")),
        (
            f"{federal} / cost headings / Operational / Personnel / 2024 / Spent",
            "changed",
            euro("7.00"),
            euro("10.00"),
        ),
        (f"{federal} / cost headings / Without a heading / 2024 / Spent", "changed", euro("108.00"), euro("110.00")),
    ]


@pytest.mark.parametrize(
    ("language", "section", "path", "before"),
    [
        ("nl", "Uitgaven", "totaal", "100,30"),
        ("fr", "Dépenses", "total", "100,30"),
        ("en", "Expenses", "total", "100.30"),
        ("ar", "النفقات", "المجموع", "100,30"),
    ],
)
def test_it_is_told_in_each_language(cast, language, section, path, before):
    fill(cast)
    first = validated(cast)
    spend(cast.jette.home, "5.00", cast.bwi)
    found = between(first, validated(cast, LATER), language)
    assert any(row[0] == path and row[2] == euro(before) for row in found[section])


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_the_second_report_says_what_changed_in_its_first_chapter(cast, language):
    fill(cast)
    first = validated(cast)
    spend(cast.jette.home, "5.00", cast.bwi)
    second = validated(cast, LATER)
    report = report_of(second)
    html = render_html(report, language, edition=edition_of(second, shown_of(second)))
    assert html.index('id="changed"') < html.index('id="partnership"')
    assert '<bdi dir="ltr">105,30\N{NO-BREAK SPACE}€</bdi>' in html
    assert '<bdi dir="ltr">2024/1</bdi>' in html
    report = report_of(first)
    assert 'id="changed"' not in render_html(report, language, edition=edition_of(first, shown_of(first)))


def test_a_long_text_is_shown_by_its_beginning():
    report = loads(FIRST.read_text())
    longer = replace(report, partnership=replace(report.partnership, summary=Words((("en", "many words " * 99),))))
    ((path, kind, before, now),) = told(report, longer)["Partnership"]
    assert (path, kind, before) == ("summary", "changed", "")
    assert len(now) == SHOWN
    assert now.endswith("…")


def test_reports_that_hold_everything_and_nothing_are_compared_in_every_language():
    """Nothing that a report can hold is without a way to be told."""
    full, empty = sample(Report, full=True), sample(Report, full=False)
    for language in ("nl", "fr", "en", "ar"):
        for old, new in ((full, empty), (empty, full)):
            assert told(old, new, language)


@dataclass(frozen=True)
class Later:
    """A section of which the comparison knows nothing."""

    title: str
    colour: str


def test_a_part_without_a_name_is_told_as_changed():
    found = changes._compared((Later("A", "red"),), (Later("A", "blue"),), ("Colours",), "")
    assert [(item.where, item.kind, item.old, item.new) for item in found] == [
        (("Colours", "A"), "changed", None, None)
    ]


def test_without_earlier_editions_counts_are_told_as_they_are():
    participants = loads(FIRST.read_text()).participants
    assert settled(participants, []) is participants


def test_what_an_edition_told_in_one_sum_stays_one_sum(cast):
    entry = fill(cast)
    count(entry, cast.women, cast.age_bands[1], 3)
    count(entry, cast.women, cast.age_bands[3], 9)
    validated(cast)
    later = make_entry(cast.jette.partner, cast.coordinator_south, starts_on=dt.date(2024, 6, 1))
    count(later, cast.women, cast.age_bands[1], 8)
    group = report_of(validated(cast, LATER)).participants.groups[1]
    assert [(row.sex, row.by_age[-1], row.total) for row in group.rows] == [("women", 24, 24)]
