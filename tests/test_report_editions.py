"""The editions of the report: what each holds and what it keeps to itself, as an administrator has set it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from activities.models import Activity, CoFunding
from partnerships import models as rooms
from partnerships.models import Lesson, PartnershipFunding, Risk
from portal.ground.models import AuditEntry
from portal.ground.spreadsheets import Sheet
from portal.roof.models import ReportForm, ReportSection
from portal.roof.reports.chapters import form_of
from portal.roof.reports.frozen import loads
from portal.roof.reports.render import render_html
from portal.roof.reports.scopes import told_to
from portal.roof.reports.services import make_snapshot_report
from portal.roof.reports.snapshots import report_of
from portal.roof.resources import ReportFormResource
from tests.cast import Cast, in_all_languages, make_expense, make_grant
from tests.edition_rows import AT_HOME, LOG, fill_year, report_of_year, ship, ship_to
from tests.indicator_rows import make_indicator, make_result, make_value
from tests.report_rows import SECRET, YEAR, taken
from tests.snapshot_rows import LATER, validated
from tests.test_frozen import FIRST
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def forms(cast) -> dict[str, ReportForm]:
    """Ship the editions to a partnership that BWI pays for too."""
    return ship_to(cast)


@pytest.fixture
def year(cast, forms) -> Cast:
    """Fill a year of which each edition tells something."""
    fill_year(cast)
    return cast


def html(cast: Cast, slug: str, window: tuple[dt.date, dt.date] = YEAR) -> str:
    report = report_of_year(cast, window)
    form = form_of(report, slug)
    return render_html(told_to(report, form), "en", form=form)


def chapters(text: str) -> list[str]:
    return re.findall(r'<h2 id="([a-z_]+)"', text)


def kinds(form: ReportForm) -> list[str]:
    return list(form.sections.filter(is_on=True).order_by("position").values_list("kind", flat=True))


def test_the_sections_stand_in_the_order_of_the_edition(year, forms):
    form = forms["council"]
    assert chapters(html(year, "council")) == ["key_figures", "brief", "gains", "pictures", "spent"]
    form.sections.filter(kind="spent").update(position=1)
    form.sections.filter(kind="pictures").update(is_on=False)
    assert chapters(html(year, "council")) == ["spent", "key_figures", "brief", "gains"]


def test_an_empty_section_says_so_in_a_line_or_is_left_out(year, forms):
    ReportSection.objects.create(form=forms["council"], kind="lessons", position=99)
    text = html(year, "council")
    assert chapters(text)[-1] == "lessons"
    assert text.count("Nothing is recorded for this period.") == 1
    forms["council"].sections.filter(kind="lessons").update(leaves_out_empty=True)
    assert "lessons" not in chapters(html(year, "council"))


@pytest.mark.parametrize("kind", ReportSection.Kind.values)
def test_each_section_can_be_set_full_and_empty(year, forms, kind):
    form = ReportForm.objects.create(slug="one", **in_all_languages(name="One"))
    ReportSection.objects.create(form=form, kind=kind)
    expected = [] if kind == "changed" else [kind]
    assert chapters(html(year, "one")) == expected
    empty = html(year, "one", (dt.date(1995, 1, 1), dt.date(1995, 12, 31)))
    assert chapters(empty) == expected
    body = empty.partition("<main>")[2]
    # A risk, and a work without a known date, stand in every window.
    assert kind in {"changed", "products", "risks"} or 'class="none"' in body


def test_the_whole_report_is_made_where_no_edition_is_named(year, forms):
    assert chapters(html(year, "")) == chapters(html(year, "full"))
    assert chapters(html(year, ""))[:3] == ["partnership", "key_figures", "told"]


def test_the_federal_edition_has_both_parts_together_or_apart(year, forms):
    both, moral, money = (html(year, slug) for slug in ("federal", "federal-moral", "federal-financial"))
    for text in (both, moral):
        for told in (LOG, AT_HOME, "It was dry.", "No staff", "321"):
            assert told in text
    assert set(chapters(both)) == set(chapters(moral)) | set(chapters(money))
    assert LOG not in money
    assert "It was dry." not in money
    for text in (both, money):
        for told in ("F-17", "Room and material", "Tents", "100.00"):
            assert told in text
    assert {"spent", "finance", "vouchers"} & set(chapters(moral)) == set()
    assert "F-17" not in moral


def test_activities_in_belgium_have_a_section_of_their_own_in_the_federal_edition(year, forms):
    text = html(year, "federal")
    rest, home = (text.index(f'id="{anchor}"') for anchor in ("outcomes", "home"))
    assert rest < home < text.index(AT_HOME)
    assert text.count(AT_HOME) == 1
    forms["federal"].sections.filter(kind="home").delete()
    text = html(year, "federal")
    assert text.index('id="outcomes"') < text.index(AT_HOME) < text.index('id="judged"')


def test_a_photo_says_who_agreed_to_it(year, forms):
    caption = html(year, "council").partition("The stall</span>")[2].partition("</figcaption>")[0]
    assert "Everybody who can be recognised agreed" in caption


def test_the_edition_of_a_source_tells_of_its_own_activities_and_money_only(year, forms):
    # The address of a photo holds its number, which may be any.
    text = re.sub(r"(?<=portal:photo/)\d+", "", html(year, "bwi"))
    for told in (AT_HOME, "Village of solidarity", "50.00", "50.10", "Tents", "The stall"):
        assert told in text
    for kept in (LOG, "Training of young people", "First reception", "100.00", "100.30", "0.20", "150.30"):
        assert kept not in text
    for kept in ("Federal", "Own funds", "F-17", "It was dry.", "No staff", "321", "Drawings on the wall", "Our film"):
        assert kept not in text
    report = told_to(report_of_year(year), form_of(report_of_year(year), "bwi"))
    assert report.money.total == Decimal("50.10")
    assert [expense.number for expense in report.money.expenses] == [1, 2]
    assert report.participants.total == 40
    assert [activity.spent for activity in report.activities] == [Decimal("50.10")]
    assert [entry.spent for activity in report.activities for entry in activity.entries] == [Decimal("0.00")]


def test_the_edition_of_a_source_judges_what_its_activities_alone_work_for(year, forms):
    home, partnership = year.jette.home, year.jette.partnership
    own = make_result(year.jette, slug="own-result", number=7)
    Activity.objects.filter(pk=home.pk).update(outcome=own)
    make_value(make_indicator(own), 55, by=year.officer)
    Lesson.objects.create(slug="own", partnership=partnership, outcome=own, **in_all_languages(title="Begin earlier"))
    for side in ("home", "partner"):
        Risk.objects.create(
            partnership=partnership, slug=side, side=side, kind="risk", **in_all_languages(title=f"Rain {side}")
        )
    assert {"attained", "risks", "lessons"} <= set(chapters(html(year, "bwi")))
    text = html(year, "bwi")
    for told in (">55<", "Begin earlier", "Rain home"):
        assert told in text
    for kept in ("321", "Rain partner", "No staff"):
        assert kept not in text
    Activity.objects.filter(pk=year.jette.partner.pk).update(outcome=own)
    shared = html(year, "bwi")
    assert "Begin earlier" not in shared
    assert {"attained", "lessons"}.isdisjoint(chapters(shared))


def test_an_activity_that_a_source_agreed_to_pay_for_is_its_own(year, forms):
    CoFunding.objects.create(activity=year.jette.partner, source=year.bwi, share=Decimal(10))
    text = html(year, "bwi")
    assert LOG in text
    assert "100.00" not in text


def test_what_others_granted_is_not_in_the_edition_of_a_source(year, forms):
    make_grant(year.jette.programme, year.bwi, amount=Decimal("7000.00"))
    make_grant(year.jette.programme, year.federal, amount=Decimal("91000.00"))
    text = html(year, "bwi")
    assert "7,000.00" in text
    assert "91,000.00" not in text
    assert "98,000.00" not in text


def test_the_edition_for_the_council_is_short_and_has_pictures(year, forms):
    text = html(year, "council")
    for told in ("Neighbours met at the village.", "The stall", "Drawings on the wall", "150.30"):
        assert told in text
    for kept in (LOG, AT_HOME, "It was dry.", "F-17", "Room and material"):
        assert kept not in text


def test_the_public_edition_holds_what_is_released(year, forms):
    text = html(year, "public")
    for told in ("Neighbours met at the village.", "The stall", "150.30", "321", "Village of solidarity"):
        assert told in text
    kept = [LOG, AT_HOME, "It was dry.", "No staff", "Nadia Moumni", "F-17", "Room and material", "Tents", "777"]
    for secret in (*kept, SECRET, "In charge", "Withdrawn", "A face without consent"):
        assert secret not in text
    women = next(
        group for group in told_to(report_of_year(year), None).participants.groups if group.slug == year.women.slug
    )
    assert women.is_withheld
    for scores in ("judged", "risks", "decisions", "vouchers", "told", "origins"):
        assert scores not in chapters(text)


def test_not_even_an_administrator_puts_what_is_not_released_into_a_public_edition(year, forms):
    forms["public"].sections.all().delete()
    for place, kind in enumerate(ReportSection.Kind.values):
        ReportSection.objects.create(form=forms["public"], kind=kind, position=place)
    text = html(year, "public")
    kept = [LOG, AT_HOME, "It was dry.", "No staff", "Nadia Moumni", "F-17", "Room and material", "Tents", "777"]
    for secret in (*kept, SECRET, "Withdrawn"):
        assert secret not in text


def test_a_programme_stands_with_its_years_side_by_side(year, forms):
    make_expense(year.jette.home, amount=Decimal("7.00"), spent_on=dt.date(2023, 3, 1))
    window = (dt.date(2022, 1, 1), dt.date(2026, 12, 31))
    report = report_of_year(year, window)
    assert [(one.year, one.entries, one.spent) for one in report.years] == [
        (2023, 0, Decimal("7.00")),
        (2024, 3, Decimal("150.30")),
    ]
    assert sum(one.spent for one in report.years) == report.money.total
    # Vulnerable groups are counted in no single year.
    assert {group.group.best("en")[1]: group.count for group in report.years[1].groups} == {"Young people": 55}
    text = html(year, "programme", window)
    assert "years" in chapters(text)
    assert LOG not in text
    assert report_of_year(year).years == ()


def test_any_window_has_any_edition(year, forms):
    window = (dt.date(2018, 1, 1), dt.date(2024, 6, 30))
    for slug in forms:
        assert chapters(html(year, slug, window))


def test_an_outcome_tells_its_activities_scores_and_lessons_once(year, forms):
    outcome = rooms.Outcome.objects.get()
    rooms.Lesson.objects.create(
        slug="l", partnership=year.jette.partnership, outcome=outcome, **in_all_languages(title="Start early")
    )
    text = html(year, "federal")
    part = text.partition('id="outcomes"')[2].partition('<h2 id="')[0]
    assert part.index("Start early") > part.index(LOG)
    assert part.index("Activities of no single outcome") > part.index("Start early")
    assert text.count("Start early") == 1
    assert text.count(LOG) == 1


def test_who_reported_what_and_when_stands_in_the_annex(year, forms):
    part = html(year, "full").partition('id="origins"')[2]
    value = rooms.IndicatorValue.objects.filter(state="validated").get()
    assert str(value.indicator.title_en) in part
    assert "officer" in part
    assert "Context" in part


def test_a_frozen_report_keeps_its_editions(year, forms):
    row = validated(year)
    before = make_snapshot_report(row, language="en", edition="council")
    assert before.name == "annual-report-jette-belfaa-2024-1-council.pdf"
    forms["council"].sections.all().delete()
    assert make_snapshot_report(row, language="en", edition="council").content == before.content
    forms["council"].delete()
    assert make_snapshot_report(row, language="en", edition="council").content == before.content
    assert "Neighbours met at the village." in text_of(before.content)


def test_an_older_frozen_report_has_its_chapters_and_takes_the_editions_of_now(year, forms):
    report = loads(FIRST.read_text())
    assert report.forms == ()
    assert chapters(render_html(report, "en"))[:4] == ["partnership", "key_figures", "activities", "participants"]
    row = validated(year)
    added = ReportForm.objects.create(slug="later", **in_all_languages(name="Later"))
    ReportSection.objects.create(form=added, kind="key_figures")
    assert form_of(report_of(row), "later") is None
    assert "Key figures" in text_of(make_snapshot_report(row, language="en", edition="later").content)


def test_what_changed_is_told_as_far_as_the_edition_may_tell_it(year, forms):
    validated(year)
    entry = year.jette.partner.log_entries.filter(withdrawn_at=None).get()
    entry.text = "Fourteen young people drew their street."
    entry.save()
    second = validated(year, LATER)
    ReportSection.objects.create(form=forms["public"], kind="changed", position=1)
    third = validated(year, LATER)
    assert "Fourteen young people" in text_of(make_snapshot_report(second, language="en").content)
    public = text_of(make_snapshot_report(second, language="en", edition="public").content)
    assert "young people drew" not in public
    assert "young people drew" not in text_of(make_snapshot_report(third, language="en", edition="public").content)


def test_editions_of_a_source_are_offered_where_it_pays(cast):
    ship()
    assert [form.slug for form in report_of_year(cast).forms if form.source_slug == "bwi"] == []
    PartnershipFunding.objects.create(partnership=cast.jette.partnership, source=cast.bwi, purpose="top_up")
    assert [form.slug for form in report_of_year(cast).forms if form.source_slug == "bwi"] == ["bwi"]


def test_the_page_offers_the_editions_and_exports_the_chosen_one(year, forms, client_of):
    client = client_of(year.viewer)
    page = client.get(reverse("reports:window", args=["jette-belfaa"])).content.decode()
    assert re.findall(r'<option value="([a-z-]+)"[^>]*>[A-Z]', page.partition('name="edition"')[2])[:2] == [
        "full",
        "federal",
    ]
    # Another window keeps the edition that was chosen.
    chosen = client.get(reverse("reports:window", args=["jette-belfaa"]), {"edition": "public"}).content.decode()
    assert '<option value="public" selected>' in chosen
    assert "edition=public&amp;starts_on=2023-01-01" in chosen
    asked = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "en"}
    address = reverse("reports:export", args=["jette-belfaa"])
    answer = taken(client, address, {**asked, "edition": "council"})
    assert answer["Content-Disposition"].startswith(
        'attachment; filename="annual-report-jette-belfaa-2024-council.pdf"'
    )
    entry = AuditEntry.objects.filter(verb="export", target_type="partnerships.partnership").latest("pk")
    assert entry.changes["edition"] == [None, "council"]
    wrong = client.post(address, {**asked, "edition": "secret"})
    assert wrong.status_code == 200
    assert "There is no such edition of this report." in wrong.content.decode()


def test_the_register_exports_an_edition(year, forms, client_of):
    row = validated(year)
    client = client_of(year.viewer)
    assert 'name="edition"' in client.get(reverse("reports:register", args=["jette-belfaa"])).content.decode()
    address = reverse("reports:snapshot_export", args=["jette-belfaa", row.pk])
    answer = taken(client, address, {"language": "nl", "edition": "public"})
    assert 'filename="jaarverslag-jette-belfaa-2024-1-public.pdf"' in answer["Content-Disposition"]
    wrong = client.post(address, {"language": "nl", "edition": "secret"}).content.decode()
    assert "There is no such edition of this report." in wrong


def test_the_command_writes_an_edition(year, forms, tmp_path):
    target = tmp_path / "r.pdf"
    call_command("export_report", "jette-belfaa", "2024", edition="bwi", language="en", output=str(target))
    text = text_of(target.read_bytes())
    assert AT_HOME in text
    assert LOG not in text
    with pytest.raises(CommandError, match="There is no edition named x; there are: full, federal, "):
        call_command("export_report", "jette-belfaa", "2024", edition="x", output=str(target))


def test_an_edition_about_a_source_needs_one(cast):
    with override("en"), pytest.raises(ValidationError) as refused:
        ReportForm(slug="x", name="X", scope="source").full_clean()
    assert refused.value.messages == ["Say whose activities and money the edition tells of."]


def test_an_edition_goes_out_to_a_spreadsheet_and_comes_back_with_its_order(forms, cast):
    resource = ReportFormResource(actor=cast.administrator)
    with override("en"):
        (row,) = resource.rows_of(ReportForm.objects.filter(slug="council"))
        headings = resource.headings()
    assert row[headings.index("Sections")] == "key_figures; brief; (gains); pictures; spent; (outlook)"
    row[headings.index("Sections")] = "spent; (pictures)"
    forms["council"].sections.filter(kind="outlook").update(is_on=False)
    sheet = Sheet(headings, [(2, row)])
    with override("en"):
        seen = ReportFormResource(actor=cast.administrator).bring_in(sheet)
        done = ReportFormResource(actor=cast.administrator).bring_in(sheet, seen=seen.fingerprint)
    assert (done.faults, done.changed) == ([], 1)
    sections = forms["council"].sections.order_by("position")
    assert [(one.kind, one.is_on, one.leaves_out_empty) for one in sections if one.is_on] == [
        ("spent", True, False),
        ("pictures", True, True),
    ]
    for cell, sentence in [("spent; scores", "There is no section “scores”"), ("spent; spent", "has this section")]:
        row[headings.index("Sections")] = cell
        with override("en"):
            refused = ReportFormResource(actor=cast.administrator).bring_in(Sheet(headings, [(2, row)]))
        assert sentence in refused.faults[0].reason


def test_a_member_alone_has_an_edition(year, forms, client_of):
    asked = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "en", "edition": "public"}
    answer = client_of(year.stranger).post(reverse("reports:export", args=["jette-belfaa"]), asked)
    assert answer.status_code == 404
