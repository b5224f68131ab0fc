"""A photo shows as long as its people agree; one of a place that must not be found, once a second person agreed too."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.urls import reverse

from activities.models import Photo
from activities.services import approve_photo, withdraw_consent
from partnerships.models import Place
from portal.ground.models import AuditEntry
from portal.roof.models import SnapshotWithdrawal
from portal.roof.reports.data import build_report
from portal.roof.reports.withdrawals import data_of, shown_of
from tests.cast import in_all_languages
from tests.report_rows import YEAR, fill, photograph
from tests.snapshot_rows import LATER, validated

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(cast) -> Photo:
    """Hang a photo on an entry of the northern coordinator."""
    photo = photograph(fill(cast), "given", "Two friends laugh")
    photo.log_entry.author = cast.coordinator_north
    photo.log_entry.save()
    return photo


@pytest.fixture
def hidden(cast, photo) -> Photo:
    """Let the photo be of a place that must not be found."""
    town = cast.jette.partnership.municipalities.get(slug="belfaa")
    place = Place.objects.create(slug="h", municipality=town, is_confidential=True, **in_all_languages(name="Rose"))
    cast.jette.partnership.activities.filter(pk=photo.log_entry.activity_id).update(place=place)
    return Photo.objects.get(pk=photo.pk)


def test_a_photo_of_a_hidden_place_shows_nowhere_until_a_second_person_approves_it(cast, hidden, client_of):
    page = reverse("activities:detail", args=[hidden.log_entry.activity_id])
    file, review = (reverse(f"activities:{name}", args=[hidden.pk]) for name in ("photo", "photo_review"))
    author, other = client_of(cast.coordinator_north), client_of(cast.officer)
    seen = author.get(page).content.decode()
    assert (f'"{file}"' in seen, review in seen) == (False, True)
    assert [client.get(file).status_code for client in (author, client_of(cast.viewer), other)] == [404, 404, 200]
    assert author.post(review, {"approve": ""}).status_code == 403
    assert other.post(review, {"approve": ""}).status_code == 302
    other.post(review, {"approve": ""})
    hidden.refresh_from_db()
    assert hidden.approved_by == cast.officer
    assert AuditEntry.objects.filter(target_type="activities.photo", target_id=hidden.pk, verb="update").count() == 1
    assert client_of(cast.viewer).get(file).status_code == 200
    assert f'"{file}"' in client_of(cast.viewer).get(page).content.decode()
    # It still leaves the portal in no report.
    assert hidden.pk not in {row.pk for row in build_report(cast.jette.partnership, *YEAR, on=LATER).pictures}


def test_who_added_a_photo_does_not_approve_it(cast, hidden):
    Photo.objects.filter(pk=hidden.pk).update(added_by=cast.officer)
    for person in (cast.officer, cast.coordinator_north, cast.viewer):
        with pytest.raises(PermissionDenied):
            approve_photo(hidden, actor=person)
    now = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=hidden.pk).update(approved_by=cast.officer, approved_at=now)


def test_what_was_agreed_to_was_agreed_to_on_a_day(photo, client_of, cast):
    """The log form notes the day by itself; the administration asks for it, and the database refuses it without."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.filter(pk=photo.pk).update(consented_on=None)
    photo.consented_on = None
    with pytest.raises(ValidationError) as refused:
        photo.validate_constraints()
    assert [error.code for error in refused.value.error_dict["__all__"]] == ["consented_on"]


def test_a_photo_leaves_every_page_file_and_report_when_the_agreement_is_taken_back(
    cast, photo, client_of, django_capture_on_commit_callbacks
):
    row = validated(cast)
    names = [photo.file.name, photo.thumbnail.name]
    client = client_of(cast.coordinator_north)
    review = reverse("activities:photo_review", args=[photo.pk])
    assert "Erase the photo" in client.get(review).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        unsure = client.post(review, {"withdraw": ""}, headers={"accept-language": "en"})
        assert "Tick this first: nobody can bring the photo back." in unsure.content.decode()
        photo.refresh_from_db()
        assert photo.consent_withdrawn_on is None
        assert client.post(review, {"withdraw": "", "sure": "1"}).status_code == 302
    for address in ("photo", "photo_thumbnail", "photo_review"):
        assert client.get(reverse(f"activities:{address}", args=[photo.pk])).status_code == 404
    page = client.get(reverse("activities:detail", args=[photo.log_entry.activity_id])).content.decode()
    assert "Two friends laugh" not in page.partition('id="history')[0].partition("photos")[0]
    assert [default_storage.exists(name) for name in names if name] == [False] * len([name for name in names if name])
    assert "Two friends laugh" not in data_of(row)[0]
    assert photo.pk in shown_of(row).photos
    assert SnapshotWithdrawal.objects.get(snapshot=row).photos == 1
    assert photo.pk not in {one.pk for one in build_report(cast.jette.partnership, *YEAR, on=LATER).pictures}
    photo.refresh_from_db()
    assert (photo.caption, photo.file.name, photo.consent) == ("", "", Photo.Consent.MISSING)
    withdraw_consent(photo, actor=cast.officer, on=dt.date(2030, 1, 1))
    photo.refresh_from_db()
    assert photo.consent_withdrawn_on != dt.date(2030, 1, 1)
