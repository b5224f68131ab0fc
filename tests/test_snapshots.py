"""Freezing the report of a year: numbered, sealed, never changed, drawn as the same bytes again."""

import datetime as dt
import hashlib
import io
import json
import os
import subprocess
import sys

import pikepdf
import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.translation import override

from activities.models import Photo
from partnerships.models import ProgrammeYear
from partnerships.services import submit_year, validate_year
from portal.ground.models import AuditEntry
from portal.roof.models import Snapshot
from portal.roof.reports import data as gathering
from portal.roof.reports.frozen import FrozenReportError
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.services import export_data, export_report, make_snapshot_report
from portal.roof.reports.snapshots import freeze_year, report_of
from portal.roof.reports.withdrawals import edition_of, shown_of
from tests.cast import Cast, make_expense
from tests.report_rows import SECRET, YEAR, count, fill, photograph
from tests.snapshot_rows import LATER, ON, validated
from tests.test_money_races import at_once
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db


def html_of(row: Snapshot, language: str = "en") -> str:
    shown = shown_of(row)
    return render_html(shown.report, language, edition=edition_of(row, shown))


@pytest.mark.usefixtures("settled")
def test_validating_a_year_freezes_its_report(cast):
    fill(cast)
    row = validated(cast)
    assert (row.number, row.taken_on, row.taken_by, row.is_demonstration) == (1, ON, cast.officer, False)
    assert row.sha256 == hashlib.sha256(row.data.encode()).hexdigest()
    assert report_of(row) == gathering.build_report(cast.jette.partnership, *YEAR, on=ON, freezing=2024)
    entry = AuditEntry.objects.get(target_type="roof.snapshot")
    assert (entry.verb, entry.actor, entry.changes) == (
        "create",
        cast.officer,
        {"number": [None, 1], "sha256": [None, row.sha256]},
    )


def test_later_corrections_leave_it_and_make_the_next_number(cast):
    entry = fill(cast)
    first = validated(cast)
    before = first.data
    entry.text = "Fourteen young people drew their street."
    entry.save()
    second = validated(cast, LATER)
    assert (second.number, second.taken_on) == (2, LATER)
    assert "Fourteen young people" in second.data
    assert Snapshot.objects.get(pk=first.pk).data == before
    assert "Twelve young people" in html_of(first)


def test_another_year_has_its_own_numbers(cast):
    assert validated(cast).number == 1
    assert validated(cast, year=2023).number == 1


def test_demonstration_is_frozen_as_such(cast):
    entry = fill(cast)
    entry.is_demonstration = True
    entry.save()
    row = validated(cast)
    assert row.is_demonstration
    assert "DEMONSTRATION" in html_of(row)


@pytest.mark.parametrize("part", ["viewer", "coordinator_north", "stranger"])
def test_only_an_officer_freezes(cast, part):
    with pytest.raises(PermissionDenied):
        freeze_year(cast.jette.year(2024), cast.people[part], ON)
    assert not Snapshot.objects.exists()


def test_nobody_changes_or_deletes_a_frozen_report(cast):
    row = validated(cast)
    for change in (
        lambda: Snapshot.objects.update(number=7),
        lambda: Snapshot.objects.update(data="{}"),
        row.delete,
        lambda: Snapshot.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Snapshot.objects.get().data == row.data


def test_data_that_lost_their_seal_are_not_shown(cast):
    row = validated(cast)
    row.data = row.data.replace("Jette", "Zette")
    with override("en"), pytest.raises(FrozenReportError, match="no longer have the SHA-256"):
        report_of(row)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_make_one(cast):
    year = cast.jette.year(2024)
    submit_year(year, actor=cast.coordinator_north)
    people = [cast.officer, cast.administrator]
    answers = at_once(*[lambda who=who: validate_year(year, actor=who, on=ON) for who in people])
    assert sorted(answers) == [False, True]
    assert [row.number for row in Snapshot.objects.all()] == [1]


@pytest.mark.django_db(transaction=True)
def test_who_freezes_without_validating_waits_for_the_number(cast):
    year = cast.jette.year(2024)
    at_once(*[lambda: freeze_year(year, cast.officer, ON)] * 2)
    assert sorted(Snapshot.objects.values_list("number", flat=True)) == [1, 2]


def test_what_cannot_be_frozen_undoes_the_validation(cast, monkeypatch):
    from portal.roof.reports import snapshots

    def broken(_report):
        raise TypeError

    monkeypatch.setattr(snapshots, "dumps", broken)
    with pytest.raises(TypeError):
        validated(cast)
    assert cast.jette.year(2024).state == ProgrammeYear.State.SUBMITTED


def test_nothing_that_must_stay_inside_is_frozen(cast):
    fill(cast)
    row = validated(cast)
    for secret in (SECRET, "Withdrawn", "A face without consent", "The front of the hidden house"):
        assert secret not in row.data


def test_the_data_tell_no_count_that_the_report_suppresses(cast):
    """Four women victims of violence are counted: neither page nor data says how many."""
    fill(cast)
    held = json.loads(validated(cast).data)["report"]
    (women,) = [group for group in held["participants"]["groups"] if group["slug"] == cast.women.slug]
    assert (women["is_small"], women["rows"]) == (True, [])
    entries = [entry for activity in held["activities"] for entry in activity["entries"]]
    (counts,) = [entry["counts"] for entry in entries if entry["text"]["versions"][0][1] == "The reception was open."]
    assert [item["count"] for item in counts] == [None]


CHILD = """
import hashlib, sys
import django
django.setup()
from django.conf import settings
from django.utils import timezone
from portal.roof.reports.editions import Edition
from portal.roof.reports.frozen import loads
from portal.roof.reports.render import render_pdf
import datetime as dt
def today(*_args):
    raise AssertionError("A frozen report asks what day it is.")
timezone.now = timezone.localdate = timezone.localtime = today
settings.MEDIA_ROOT = sys.argv[1]
now, before = (loads(line) for line in sys.stdin)
edition = Edition(2024, 2, dt.date(2025, 6, 3), sys.argv[2], before, frozenset())
for language in ("nl", "ar"):
    print(hashlib.sha256(render_pdf(now, language, edition)).hexdigest())
"""


def test_the_same_bytes_come_in_another_process(cast, tmp_path):
    entry = fill(cast)
    first = validated(cast)
    entry.text = "Fourteen young people drew their street."
    entry.save()
    second = validated(cast, LATER)
    here = [hashlib.sha256(make_snapshot_report(second, language=code).content).hexdigest() for code in ("nl", "ar")]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(settings.MEDIA_ROOT), second.sha256],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "77", "TZ": "Pacific/Apia"},
        input=f"{second.data}\n{first.data}\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=settings.BASE_DIR,
    )
    assert done.stdout.split() == here


def test_the_document_tells_no_other_moment_than_that_of_its_data(cast):
    row = validated(cast)
    pdf = make_snapshot_report(row, language="fr").content
    assert make_snapshot_report(row, language="fr").content == pdf
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.docinfo["/CreationDate"]).startswith("D:20250115")
        assert "/ModDate" not in document.docinfo


def test_number_day_and_seal_stand_on_the_cover(cast):
    row = validated(cast)
    pdf = make_snapshot_report(row, language="en").content
    with pikepdf.open(io.BytesIO(pdf)) as document:
        cover = pikepdf.Pdf.new()
        cover.pages.append(document.pages[0])
        out = io.BytesIO()
        cover.save(out)
    text = text_of(out.getvalue())
    for told in ("Number of the report 2024/1", "Data of 15 January 2025", row.sha256):
        assert told in text
    assert "DRAFT" not in text_of(pdf)


@pytest.mark.parametrize(("language", "mark"), [("nl", "CONCEPT"), ("fr", "PROJET"), ("en", "DRAFT"), ("ar", "مسودة")])
def test_a_year_that_is_not_validated_is_marked_as_a_draft(cast, language, mark):
    report = gathering.build_report(cast.jette.partnership, *YEAR, on=ON)
    pdf = render_pdf(report, language)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    assert text_of(pdf).count(mark) == pages
    several = gathering.build_report(cast.jette.partnership, dt.date(2018, 1, 1), YEAR[1], on=ON)
    assert mark not in render_html(several, language)


def test_a_photo_whose_consent_is_gone_is_left_out_with_a_line(cast):
    entry = fill(cast)
    photo = photograph(entry, "given", "Two friends laugh")
    row = validated(cast)
    assert "Two friends laugh" in html_of(row)
    photo.consent = Photo.Consent.MISSING
    photo.save()
    html = html_of(row)
    assert "Two friends laugh" not in html
    assert "Drawings on the wall" in html
    assert "A photo of 14 May 2024 is left out" in html


@pytest.mark.parametrize("gone", ["row", "entry", "other file", "place"])
def test_a_photo_that_may_no_longer_be_shown_is_left_out(cast, gone):
    entry = fill(cast)
    row = validated(cast)
    photo = Photo.objects.get(caption="Drawings on the wall")
    if gone == "row":
        photo.delete()
    elif gone == "entry":
        entry.withdrawn_at = dt.datetime(2025, 2, 1, tzinfo=dt.UTC)
        entry.save()
    elif gone == "other file":
        Photo.objects.filter(pk=photo.pk).update(sha256="1" * 64)
    else:
        hidden = cast.jette.partnership.activities.get(slug="reception").place
        cast.jette.partnership.activities.filter(pk=entry.activity_id).update(place=hidden)
    html = html_of(row)
    assert "Drawings on the wall" not in html
    assert "A photo of 14 May 2024 is left out" in html


def test_a_photo_whose_file_is_missing_has_a_line_too(cast):
    fill(cast)
    row = validated(cast)
    default_storage.delete(Photo.objects.get(caption="Drawings on the wall").file.name)
    assert "The file of this photo is missing." in text_of(make_snapshot_report(row, language="en").content)


def women_told(row: Snapshot) -> int:
    groups = report_of(row).participants.groups
    return next(group.total for group in groups if group.name.best("en")[1] == "Women who are victims of violence")


def test_two_editions_do_not_give_a_few_people_away(cast):
    """Sixteen were counted, then three more, then six: the second edition tells sixteen, the third all of them."""
    entry = fill(cast)
    at_reception = cast.jette.partnership.activities.get(slug="reception").log_entries.get()
    count(at_reception, cast.women, cast.age_bands[2], 6, "men")
    count(at_reception, cast.women, cast.age_bands[1], 6)
    first = validated(cast)
    count(entry, cast.women, cast.age_bands[1], 3)
    second = validated(cast, LATER)
    assert [women_told(first), women_told(second)] == [16, 16]
    total = report_of(second).participants
    assert sum(row.total for row in total.all_groups) == total.total == 31
    note = "told as in an earlier report where what changed since could point at a few people"
    assert [note in html_of(row) for row in (first, second)] == [False, True]
    count(entry, cast.women, cast.age_bands[2], 3)
    third = validated(cast, LATER)
    assert women_told(third) == 22
    assert note not in html_of(third)


@pytest.mark.usefixtures("settled")
def test_a_draft_beside_the_editions_gives_nobody_away_either(cast, monkeypatch):
    entry = fill(cast)
    count(entry, cast.women, cast.age_bands[1], 6)
    row = validated(cast)
    told = women_told(row)
    count(entry, cast.women, cast.age_bands[2], 2)
    from portal.roof.reports import services

    seen = []
    monkeypatch.setattr(services, "render_pdf", lambda report, *_args, **_named: seen.append(report) or b"")
    window = {"starts_on": YEAR[0], "ends_on": YEAR[1], "language": "nl", "on": LATER}
    export_report(cast.jette.partnership, **window, draft=True)
    groups = {group.slug: group.total for group in seen[0].participants.groups}
    assert groups[cast.women.slug] == told


def test_an_export_of_a_validated_year_is_the_frozen_report(cast):
    fill(cast)
    row = validated(cast)
    make_expense(cast.jette.home)
    window = {"starts_on": YEAR[0], "ends_on": YEAR[1], "language": "nl", "on": LATER}
    found = export_report(cast.jette.partnership, **window)
    assert found.content == make_snapshot_report(row, language="nl").content
    assert found.name == "jaarverslag-jette-belfaa-2024-1.pdf"
    draft = export_report(cast.jette.partnership, **window, draft=True)
    assert draft.name == "jaarverslag-jette-belfaa-2024.pdf"
    assert "CONCEPT" in text_of(draft.content)


def test_the_data_are_the_bytes_that_were_sealed(cast: Cast):
    row = validated(cast)
    found = export_data(row, actor=cast.officer)
    assert hashlib.sha256(found.content).hexdigest() == row.sha256
    assert found.name == "report-data-jette-belfaa-2024-1.json"
    with pytest.raises(PermissionDenied):
        export_data(row, actor=cast.viewer)
