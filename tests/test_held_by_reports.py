"""What a report held for people at risk, and a baseline that no report told, stay inside by every way."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from partnerships.models import Indicator
from partnerships.services import lock_year
from partnerships.services.keeping import kept_inside
from portal.roof.reports.logframes import logframe_to_take
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.indicator_rows import make_indicator, make_result, make_target, make_value, reach
from tests.snapshot_rows import validated
from tests.test_admin_writes import address, page_of
from tests.test_import import csv, send
from tests.two_looks import forget, is_told

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 6, 3)
FREEING = (
    "Until now its values are held for people who are, or may be, of a vulnerable group, and small ones do not leave "
    "the portal. From the next report on all of them would, and somebody could be recognised."
)


def test_a_report_of_a_year_that_is_not_locked_holds_too(cast):
    """No year of the programme is settled, so that its only report is one that may still be made anew."""
    row = make_indicator(make_result(cast.jette, "outcome"), whom="vulnerable")
    make_value(row, 3, 2023, by=cast.officer)
    validated(cast, TODAY, 2022)

    def told() -> bool:
        forget()
        [sheet] = logframe_to_take(cast.jette.programme).flat()[0].indicators
        return is_told(sheet, 2023)

    Indicator.objects.filter(pk=row.pk).update(whom="others")
    assert (told(), kept_inside({row.pk})) == (False, {row.pk})
    validated(cast, TODAY, 2022)
    assert (told(), kept_inside({row.pk})) == (True, set())


def test_no_warning_tells_on_which_side_of_a_target_a_hidden_baseline_lies(cast, client_of):
    """Else whoever looks on while targets are set would read from which of them on there is a warning."""
    row = make_indicator(make_result(cast.jette, "outcome"), whom="vulnerable", baseline=20)
    make_target(row, 19, 2024, **in_all_languages(note="Fewer came."))
    page, warning = reverse("partnerships:indicator", args=[row.slug]), "The target lies below the baseline"

    def seen(user) -> tuple[bool, bool]:
        forget()
        client = client_of(user)
        client.cookies["django_language"] = "en"
        shown = client.get(page).content.decode()
        assert "Fewer came." in shown
        return warning in shown, "on the wrong side of the baseline" in shown

    assert (seen(cast.viewer), seen(cast.officer)) == ((False, False), (True, True))
    for year in (2022, 2023):
        reach(cast, cast.jette.partner, dt.date(year, 6, 3), ("women", 1, 8), group=cast.women)
    make_value(row, 40, 2023, by=cast.officer)
    for year in (2022, 2023):
        validated(cast, TODAY, year)
        lock_year(cast.jette.year(year), actor=cast.officer)
    assert seen(cast.viewer) == (True, True)
    Indicator.objects.filter(pk=row.pk).update(baseline=21)
    assert seen(cast.viewer) == (False, False)
    Indicator.objects.filter(pk=row.pk).update(baseline=20)
    assert seen(cast.viewer) == (True, True)
    make_value(row, 3, 2022, by=cast.officer)
    assert seen(cast.viewer) == (False, False)


def test_a_report_of_a_year_that_is_not_locked_frees_nothing(cast):
    row = make_indicator(make_result(cast.jette, "outcome"), whom="vulnerable")
    validated(cast, TODAY, 2022)
    lock_year(cast.jette.year(2022), actor=cast.officer)
    Indicator.objects.filter(pk=row.pk).update(whom="others")
    validated(cast, TODAY, 2023)
    assert kept_inside({row.pk}) == {row.pk}
    lock_year(cast.jette.year(2023), actor=cast.officer)
    assert kept_inside({row.pk}) == set()


def test_a_baseline_of_vulnerable_people_is_told_once_a_report_told_it(cast):
    """Before the first report of a programme is frozen it may be set right each day, by one person."""
    outcome = make_result(cast.jette, "outcome")
    row, other = (make_indicator(outcome, baseline=20, whom=whom) for whom in ("vulnerable", "others"))
    reach(cast, cast.jette.partner, DAY, ("women", 1, 8), group=cast.women)

    def told() -> list[bool]:
        [found, *_rest] = [result.indicators for result in logframe_to_take(cast.jette.programme).flat()]
        return [sheet.baseline is not None for sheet in found]

    assert told() == [False, True]
    for year in (2022, 2023):
        validated(cast, TODAY, year)
        lock_year(cast.jette.year(year), actor=cast.officer)
    assert told() == [True, True]
    assert [row.pk, other.pk] == [sheet.pk for sheet in logframe_to_take(cast.jette.programme).flat()[0].indicators]


def test_a_small_baseline_that_a_report_held_stays_out_of_the_spreadsheet_until_the_next(cast, client_of):
    row, boss = make_indicator(make_result(cast.jette, "outcome"), baseline=3), client_of(cast.administrator)
    Indicator.objects.filter(pk=row.pk).update(whom="vulnerable")
    validated(cast, TODAY, 2022)
    lock_year(cast.jette.year(2022), actor=cast.officer)

    def leaves() -> bool:
        sheet = boss.post(reverse("admin:partnerships_indicator_export"), {"kind": "csv"})
        return row.slug in sheet.content.decode("utf-8-sig")

    Indicator.objects.filter(pk=row.pk).update(whom="others")
    assert not leaves()
    validated(cast, TODAY, 2023)
    lock_year(cast.jette.year(2023), actor=cast.officer)
    assert leaves()


@pytest.mark.parametrize("whom", ["others", "nobody"])
def test_values_that_were_held_for_vulnerable_people_are_freed_by_a_tick_alone(cast, client_of, whom):
    boss, row = client_of(cast.administrator), make_indicator(make_result(cast.jette), whom="vulnerable")
    at, sent = address(Indicator, "change", row.pk), page_of(boss, Indicator, row.pk)
    assert boss.post(at, sent | {"whom": whom}).status_code == 302, "it has no values"
    assert boss.post(at, page_of(boss, Indicator, row.pk) | {"whom": "vulnerable"}).status_code == 302
    make_value(row, 3)
    sent = page_of(boss, Indicator, row.pk)
    page = boss.post(at, sent | {"whom": whom})
    assert {name: list(texts) for name, texts in page.context["adminform"].form.errors.items()} == {
        "whom": [FREEING],
        "counts_nobody": ["Leave whom it counts as it was, or tick this if it is certain."],
    }
    [tick] = [line for line in page.content.decode().splitlines() if 'id="id_counts_nobody"' in line]
    assert 'type="checkbox"' in tick
    row.refresh_from_db()
    assert row.whom == "vulnerable"
    assert boss.post(at, sent | {"whom": whom, "counts_nobody": "on"}).status_code == 302
    row.refresh_from_db()
    assert row.whom == whom
    back = page_of(boss, Indicator, row.pk) | {"whom": "vulnerable"}
    assert boss.post(at, back).status_code == 302, "what is held closer needs no question"


def test_who_only_reads_an_indicator_in_the_administration_is_asked_nothing(cast, client_of):
    row, worker = make_indicator(make_result(cast.jette), whom="vulnerable"), cast.coordinator_north
    worker.is_staff = True
    worker.save()
    page = client_of(worker).get(address(Indicator, "change", row.pk))
    assert (page.status_code, "counts_nobody" in page.content.decode()) == (200, False)


def test_a_spreadsheet_warns_of_values_that_it_would_free(cast, client_of):
    boss, result = client_of(cast.administrator), make_result(cast.jette)
    rows = {whom: make_indicator(result, whom=whom) for whom in ("vulnerable", "others")}
    rows["empty"] = make_indicator(result, whom="vulnerable")
    rows["start"] = make_indicator(result, whom="vulnerable", baseline=3)
    for name in ("vulnerable", "others"):
        make_value(rows[name], 3)
    content = csv(["slug", "whom"], *([row.slug, "nobody"] for row in rows.values()))
    preview = send(boss, "admin:partnerships_indicator_import", content)
    warnings = preview.context_data["outcome"].warnings
    assert [(warning.row, warning.reason) for warning in warnings] == [(2, FREEING), (5, FREEING)]
    assert FREEING in html.unescape(preview.rendered_content)
