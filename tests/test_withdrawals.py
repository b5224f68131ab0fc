"""What was hidden after a report was frozen is shown in none of its files, and the register says since when."""

import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from activities.models import Photo
from partnerships.models import Place
from portal.ground.models import AuditEntry
from portal.roof.models import PublishedReport, ReportJob, SnapshotWithdrawal
from portal.roof.reports.archive import attachments_of
from portal.roof.reports.book import write_book
from portal.roof.reports.render import render_html
from portal.roof.reports.services import export_data
from portal.roof.reports.snapshots import report_of, seal_of
from portal.roof.reports.withdrawals import data_of, edition_of, shown_of
from tests.cast import Cast, in_all_languages
from tests.report_rows import fill, photograph
from tests.snapshot_rows import LATER, validated

pytestmark = pytest.mark.django_db
NAME = "Riad of the seamstresses"


@pytest.fixture
def place(cast) -> Place:
    """Let an activity happen at a place that may still be found, and say so in a text too."""
    entry = fill(cast)
    place = Place.objects.create(
        slug="riad",
        municipality=cast.jette.partnership.municipalities.get(slug="belfaa"),
        district="Old town",
        **in_all_languages(name=NAME),
    )
    cast.jette.partnership.activities.filter(pk=entry.activity_id).update(place=place)
    entry.text = f"We met in the {NAME.lower()}."
    entry.save()
    return place


def hide(cast: Cast, client_of, place: Place) -> list[str]:
    """Hide a place as an administrator does, and return what is said of it."""
    data = {f"name_{code}": f"House {code}" for code in ("nl", "fr", "en", "ar")}
    data |= dict.fromkeys(("district", "address", "latitude", "longitude"), "")
    data |= {"slug": place.slug, "municipality": place.municipality_id, "is_confidential": "on"}
    answer = client_of(cast.administrator).post(reverse("admin:partnerships_place_change", args=[place.pk]), data)
    assert answer.status_code == 302, answer.context_data["adminform"].form.errors
    return [str(message) for message in get_messages(answer.wsgi_request)]


def told(row) -> list[str]:
    """Return everything that can be made of a frozen report."""
    shown = shown_of(row)
    edition = edition_of(row, shown)
    carried = attachments_of(shown.report, "en", row=row)
    files = [file.content.decode("utf-8", "replace") for file in carried.files if not file.name.endswith("xlsx")]
    return [render_html(shown.report, "en", edition=edition), data_of(row)[0], *files]


def test_a_place_that_is_hidden_later_is_named_in_no_file_of_an_older_report(cast, client_of, place):
    first = validated(cast)
    second = validated(cast, LATER)
    assert all(NAME in text for text in told(first)[:2])
    hide(cast, client_of, place)
    for row in (first, second):
        for text in told(row):
            assert NAME.casefold() not in text.casefold()
        assert "We met in the Belfaa." in told(row)[0]
        assert NAME.encode() not in write_book(shown_of(row).report, "en")
        assert report_of(row).activities != shown_of(row).report.activities
    rows = SnapshotWithdrawal.objects.filter(snapshot=first)
    assert [(one.places, one.photos, one.taken_back_by) for one in rows] == [(2, 1, cast.administrator)]
    assert rows[0].sha256 == seal_of(data_of(first)[0]) == edition_of(first, shown_of(first)).sha256
    entry = AuditEntry.objects.get(verb="withdraw", target_type="roof.snapshotwithdrawal", parent_id=first.pk)
    assert entry.changes["sha256"] == [None, rows[0].sha256]
    # Hidden twice is written down once.
    hide(cast, client_of, place)
    assert rows.count() == 1


def test_the_register_says_since_when_a_report_shows_less(cast, client_of, place):
    row = validated(cast)
    client = client_of(cast.officer)
    register = reverse("reports:register", args=[cast.jette.partnership.slug])
    assert "Since " not in client.get(register).content.decode()
    hide(cast, client_of, place)
    page = client.get(register).content.decode()
    assert "2 texts without a hidden place" in page
    assert data_of(row)[1] in page
    assert row.sha256 in page


def test_the_data_of_a_report_with_nothing_to_hide_are_those_that_were_sealed(cast, place):
    row = validated(cast)
    assert export_data(row, actor=cast.officer).content == row.data.encode()
    assert data_of(row) == (row.data, row.sha256)


def test_files_that_were_made_go_when_a_place_is_hidden(cast, client_of, place):
    row = validated(cast)
    made = ReportJob.objects.create(partnership=cast.jette.partnership, snapshot=row, state="done", key="k", size=3)
    hide(cast, client_of, place)
    made.refresh_from_db()
    assert (made.state, made.size) == (ReportJob.State.REMOVED, 0)


def test_who_hides_a_place_is_told_what_leaves_the_public_pages_and_the_register_says_why(cast, client_of, place):
    cast.jette.partnership.is_public = True
    cast.jette.partnership.save()
    shelf = {"partnership": cast.jette.partnership, "snapshot": validated(cast), "asked": {"language": "nl"}}
    jobs = [ReportJob.objects.create(**shelf, state="done", key=key, size=3) for key in ("a", "b", "c")]
    rows = [PublishedReport.objects.create(job=job, published_by=cast.officer) for job in jobs]
    rows[2].withdrawn_by, rows[2].withdrawn_at = cast.officer, timezone.now()
    rows[2].save()
    client, register = client_of(cast.officer), reverse("reports:register", args=[cast.jette.partnership.slug])
    page = client.get(register).content.decode()
    assert (page.count("no longer public"), page.count(">published<")) == (0, 2)
    told = hide(cast, client_of, place)
    assert any(text.startswith("2 published reports are off the public pages since") for text in told), told
    page = client.get(register).content.decode()
    assert (page.count("no longer public"), page.count(">published<")) == (2, 0)
    assert "It was published, until its file was removed." in page
    # Hidden again, nothing more leaves.
    assert not [text for text in hide(cast, client_of, place) if "public pages" in text]


def test_a_photo_that_may_no_longer_be_shown_leaves_its_words_too(cast, place):
    photo = photograph(cast.jette.partner.log_entries.get(withdrawn_at=None), "given", "Two friends laugh")
    row = validated(cast)
    Photo.objects.filter(pk=photo.pk).update(consent="missing")
    assert "Two friends laugh" not in json.dumps(told(row))
    assert shown_of(row).photos == {photo.pk}
