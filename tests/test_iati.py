"""What a partnership publishes as IATI data: valid, true, and nothing that is not public already."""

import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation
from lxml import etree

from activities.models import BudgetLine
from partnerships.models import Grant, Municipality, ProgrammeCode, ReportingCode, Tranche, Transfer
from portal.ground.models import AuditEntry
from portal.roof.iati.services import export_iati
from tests.cast import in_all_languages
from tests.iati_rules import broken_rules, needs_iati, schema_errors, unknown_codes
from tests.indicator_rows import make_indicator, make_result, make_target, make_value
from tests.public_site import open_pages, released
from tests.report_rows import fill
from tests.snapshot_rows import validated

pytestmark = pytest.mark.django_db
REFERENCE = "BE-BCE_KBO-0123456789"
AT = dt.datetime(2026, 3, 2, 10, 30, tzinfo=dt.UTC)


@pytest.fixture
def bond(cast):
    """Jette – Belfaa with all that IATI asks: public pages, an identifier, and a sector for its programme."""
    open_pages(cast)
    Municipality.objects.filter(slug="jette").update(iati_identifier=REFERENCE)
    add_code(cast, "sector", "16010")
    return cast.jette


def add_code(cast, kind, code, significance=None):
    row = ReportingCode.objects.create(
        kind=kind, code=code, highest=2 if kind == "marker" else None, **in_all_languages(name=f"{kind} {code}")
    )
    return ProgrammeCode.objects.create(programme=cast.jette.programme, code=row, significance=significance)


def add_money(cast):
    """A grant of which a part came and was passed on, and a plan for a year."""
    programme, source = cast.jette.programme, cast.federal
    days = {"granted_on": dt.date(2021, 12, 1), "starts_on": dt.date(2022, 1, 1), "ends_on": dt.date(2026, 12, 31)}
    grant = Grant.objects.create(programme=programme, source=source, reference="G1", amount=Decimal(90000), **days)
    Tranche.objects.create(
        grant=grant,
        year=2024,
        claimed_amount=Decimal(30000),
        claimed_on=dt.date(2024, 1, 15),
        received_amount=Decimal(30000),
        received_on=dt.date(2024, 2, 1),
    )
    Transfer.objects.create(
        programme=programme,
        source=source,
        reference="T1",
        sent_on=dt.date(2024, 2, 10),
        sent_amount=Decimal("12500.50"),
    )
    for amount in (4000, 2500):
        BudgetLine.objects.create(programme=programme, year=2024, source=source, amount=amount, description=str(amount))


def exported(bond, at=AT):
    with translation.override("en"):
        return export_iati(bond.partnership, at=at, actor=None)


def activity(content, slug):
    """Return one activity of a file."""
    [found] = etree.fromstring(content).xpath(f"iati-activity[iati-identifier='{REFERENCE}-{slug}']")
    return found


@needs_iati
def test_the_file_holds_to_the_schema_the_code_lists_and_the_rules(cast, bond):
    fill(cast)
    add_money(cast)
    add_code(cast, "marker", "1", 2)
    add_code(cast, "goal", "5")
    add_code(cast, "target", "5.2")
    outcome = make_result(cast.jette, "outcome")
    indicator = make_indicator(outcome, baseline=Decimal(3), baseline_year=2021)
    make_target(indicator, 120, 2024)
    make_value(indicator, 100, 2024, by=cast.officer)
    released(cast.jette.partner, cast)
    released(cast.jette.home, cast)
    validated(cast)
    content = exported(bond)
    assert schema_errors(content) == []
    assert unknown_codes(content) == []
    assert broken_rules(content, AT.date()) == []


@needs_iati
def test_the_check_of_the_rules_finds_what_is_wrong(cast, bond):
    content = exported(bond)
    for right, wrong, message in [
        (b'activity-date type="1"', b'activity-date type="3"', "The activity must have a planned start date"),
        (b'<sector vocabulary="1" code="16010"/>', b"", "Each activity must have a specified sector"),
        (b'<recipient-country code="MA"/>', b"", "Recipient country or recipient region should"),
        (b'iso-date="2026-12-31"', b'iso-date="2020-12-31"', "must be before the planned end date"),
    ]:
        told = broken_rules(content.replace(right, wrong).replace(b'activity-date type="2"', b'x type="2"'), AT.date())
        assert any(message in line for line in told), (wrong, told)


def test_money_is_told_as_it_moved(cast, bond):
    add_money(cast)
    plan = activity(exported(bond), f"programme-{cast.jette.programme.slug}")
    told = [
        (
            row.find("transaction-type").get("code"),
            row.find("transaction-date").get("iso-date"),
            row.findtext("value"),
            row.xpath("string(provider-org/narrative[@xml:lang='en'])"),
            row.xpath("string(receiver-org/narrative[@xml:lang='en'])"),
        )
        for row in plan.iterfind("transaction")
    ]
    federal = cast.federal.name_en
    assert told == [
        ("11", "2021-12-01", "90000.00", federal, "Jette"),
        ("1", "2024-02-01", "30000.00", federal, "Jette"),
        ("3", "2024-02-10", "12500.50", "Jette", "Belfaa"),
    ]
    assert [row.findtext("value") for row in plan.iterfind("budget")] == ["6500.00"]


def test_money_of_a_later_day_is_not_told_yet(cast, bond):
    add_money(cast)
    content = exported(bond, dt.datetime(2024, 2, 5, tzinfo=dt.UTC))
    plan = activity(content, f"programme-{cast.jette.programme.slug}")
    assert plan.xpath("transaction/transaction-type/@code") == ["11", "1"]


def test_what_was_spent_is_that_of_the_frozen_reports(cast, bond):
    fill(cast)
    path = f"programme-{cast.jette.programme.slug}"
    assert activity(exported(bond), path).xpath("transaction[transaction-type/@code='4']") == []
    report = validated(cast)
    spent = activity(exported(bond), path).xpath("transaction[transaction-type/@code='4']")
    from portal.roof.reports.snapshots import report_of

    sources = report_of(report).money.sources
    assert [row.findtext("value") for row in spent] == [f"{row.amount:.2f}" for row in sources] != []


def test_only_released_texts_are_told_with_the_benefit_of_their_side(cast, bond):
    row = released(cast.jette.partner, cast, title_en="A film", text_en="They made a film.")
    released(cast.jette.home, cast, title_en="An awareness week")
    content = exported(bond)
    identities = [
        text.removeprefix(f"{REFERENCE}-") for text in etree.fromstring(content).xpath("//iati-identifier/text()")
    ]
    works = [cast.jette.partner, cast.jette.home]
    assert sorted(identities[1:]) == sorted(f"activity-{work.slug}" for work in works)
    abroad = activity(content, f"activity-{cast.jette.partner.slug}")
    assert abroad.xpath("title/narrative[@xml:lang='en']/text()") == ["A film"]
    assert abroad.xpath("recipient-country/@code | sector/@code") == ["MA", "16010"]
    assert abroad.xpath("document-link/@url")[0].endswith(f"/en/jette-belfaa/activities/{row.slug}/")
    at_home = activity(content, f"activity-{cast.jette.home.slug}")
    assert at_home.xpath("recipient-region/@code | sector/@code") == ["998", "99820"]


def test_an_indicator_whose_values_are_withheld_says_so_instead(cast, bond):
    few = make_indicator(make_result(cast.jette, "outcome"), whom="vulnerable")
    make_value(few, 3, 2024, by=cast.officer)
    validated(cast)
    told = activity(exported(bond), f"programme-{cast.jette.programme.slug}").find("result/indicator")
    assert told.xpath("description/narrative/text()") == ["The values are not published: they would point at people."]
    assert told.xpath(".//actual") == []


def test_what_iati_asks_and_nobody_knows_stops_the_export(cast, bond):
    Municipality.objects.update(iati_identifier="")
    ProgrammeCode.objects.all().delete()
    bond.partnership.is_public = False
    bond.partnership.save()
    with pytest.raises(ValidationError) as refused:
        exported(bond)
    assert refused.value.messages == [
        "The partnership has no public pages: nothing of it may be published.",
        "Jette has no IATI identifier: an administrator enters it with the municipality.",
        f"{bond.programme.name_en} has no sector: add one to its markers and goals.",
    ]
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_a_programme_with_two_sectors_stops_the_export(cast, bond):
    add_code(cast, "sector", "11330")
    with pytest.raises(ValidationError) as refused:
        exported(bond)
    assert refused.value.messages == [
        f"{bond.programme.name_en} has several sectors: keep the one to which most of it belongs."
    ]


def test_officers_alone_publish(cast, bond):
    for person in (cast.coordinator_north, cast.viewer):
        with pytest.raises(PermissionDenied):
            export_iati(bond.partnership, at=AT, actor=person)
    assert export_iati(bond.partnership, at=AT, actor=cast.officer).startswith(b"<?xml")


def test_the_page_says_what_is_missing_and_then_gives_the_file(cast, bond, client_of):
    client, page = client_of(cast.officer), reverse("reports:iati", args=["jette-belfaa"])
    Municipality.objects.update(iati_identifier="")
    sentence = "Jette has no IATI identifier"
    assert sentence in client.get(page, headers={"accept-language": "en"}).content.decode()
    export = reverse("reports:iati_export", args=["jette-belfaa"])
    assert sentence in client.post(export).content.decode()
    Municipality.objects.filter(slug="jette").update(iati_identifier=REFERENCE)
    assert sentence not in client.get(page).content.decode()
    answer = client.post(export)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/xml", b"<?xml")
    assert answer["Content-Disposition"].startswith('attachment; filename="iati-jette-belfaa.xml"')


def test_the_command_writes_the_file_or_says_in_a_sentence_why_not(cast, bond, tmp_path):
    target, out = tmp_path / "a.xml", StringIO()
    call_command("export_iati", "jette-belfaa", "--output", str(target), stdout=out)
    assert target.read_bytes().startswith(b"<?xml")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]
    entry = AuditEntry.objects.get(verb="export")
    assert (entry.actor, entry.changes) == (None, {"form": [None, "iati"]})
    for arguments, sentence in {
        ("nowhere",): "There is no partnership named nowhere; there are: jette-belfaa, sint-gillis-berkane.",
        ("sint-gillis-berkane",): "Sint-Gillis has no IATI identifier",
    }.items():
        with pytest.raises(CommandError, match=sentence):
            call_command("export_iati", *arguments, "--output", str(tmp_path / "b.xml"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_iati", "jette-belfaa", "--output", str(tmp_path / "no" / "b.xml"))


def test_the_number_of_queries_does_not_grow(cast, bond, django_assert_num_queries):
    released(cast.jette.partner, cast)
    add_money(cast)
    now = timezone.now()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        exported(bond, now)
    released(cast.jette.home, cast)
    for number in range(3):
        BudgetLine.objects.create(
            programme=bond.programme, year=2022 + number, source=cast.own, amount=5, description=f"{number}"
        )
    with django_assert_num_queries(len(few)):
        exported(bond, now)
