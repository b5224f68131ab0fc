"""What the public reads is proposed by one person, released by another, and withdrawn at once."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import translation

from activities.models import Activity, Photo, PublicText
from activities.services import (
    StaleVersion,
    change_public_text,
    propose_public_text,
    release_public_text,
    withdraw_entry,
    withdraw_public_text,
)
from partnerships.models import Membership, Place
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages, make_entry

TEXTS = in_all_languages(title="Young people make a film", text="They asked their neighbours.")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def activity(cast):
    cast.jette.partnership.is_public = True
    cast.jette.partnership.save()
    return cast.jette.partner


@pytest.fixture
def photo(activity, cast):
    entry = make_entry(activity, cast.coordinator_north)
    agreed = {"consent": "given", "consented_on": entry.starts_on}
    row = Photo(log_entry=entry, sha256="1" * 64, content_type="image/jpeg", **agreed)
    row.file.save("a.jpg", ContentFile(b"photo"), save=False)
    row.thumbnail.save("t.jpg", ContentFile(b"small"))
    return row


def propose(activity, actor, photos=(), **texts):
    return propose_public_text(activity, TEXTS | texts, photos=photos, actor=actor, key=uuid.uuid4())[0]


def release(row, actor):
    return release_public_text(row, actor=actor, version=PublicText.objects.get(pk=row.pk).version)


def shown(activity):
    return list(PublicText.objects.public().filter(activity=activity).values_list("title_en", flat=True))


def test_nothing_is_public_before_a_second_person_released_it(activity, cast):
    row = propose(activity, cast.coordinator_north)
    assert shown(activity) == []
    release(row, cast.officer)
    assert shown(activity) == ["Young people make a film"]
    verbs = (
        AuditEntry.objects.about(activity).filter(target_type="activities.publictext").values_list("verb", flat=True)
    )
    assert sorted(verbs) == ["create", "transition"]


def test_who_wrote_a_text_does_not_release_it(activity, cast):
    row = propose(activity, cast.officer)
    with pytest.raises(ValidationError, match="You wrote this text yourself"):
        release(row, cast.officer)
    release(row, cast.administrator)
    assert shown(activity) == ["Young people make a film"]


def test_who_wrote_an_earlier_version_of_it_does_not_either(activity, cast):
    row = propose(activity, cast.officer)
    changed = in_all_languages(title="Young people make a film", text="A comma more.")
    row = change_public_text(row, changed, photos=[], actor=cast.coordinator_north, version=1)
    with pytest.raises(ValidationError, match="You wrote this text yourself"):
        release(row, cast.officer)


def test_the_database_asks_for_two_people_too(activity, cast):
    row = propose(activity, cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicText.objects.filter(pk=row.pk).update(state="released", released_by=cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicText.objects.filter(pk=row.pk).update(state="released")


def test_only_an_officer_releases_and_only_a_writer_proposes(activity, cast):
    row = propose(activity, cast.officer)
    with pytest.raises(PermissionDenied):
        release(row, cast.coordinator_north)
    with pytest.raises(PermissionDenied):
        propose(activity, cast.viewer)
    with pytest.raises(PermissionDenied):
        withdraw_public_text(row, actor=cast.viewer, reason="No")


def test_what_was_read_is_what_is_released(activity, cast):
    row = propose(activity, cast.coordinator_north)
    read = row.version
    change_public_text(row, TEXTS | {"text_en": "Another text."}, photos=[], actor=cast.coordinator_north, version=read)
    with pytest.raises(StaleVersion):
        release_public_text(row, actor=cast.officer, version=read)
    assert shown(activity) == []


def test_a_later_change_of_the_activity_is_not_public(activity, cast):
    release(propose(activity, cast.coordinator_north), cast.officer)
    Activity.objects.filter(pk=activity.pk).update(**in_all_languages(title="Secret", summary="Secret"))
    assert shown(activity) == ["Young people make a film"]


def test_a_released_text_stays_until_the_next_is_released(activity, cast):
    first = release(propose(activity, cast.coordinator_north), cast.officer)
    second = propose(activity, cast.coordinator_north, title_en="A second film")
    assert shown(activity) == ["Young people make a film"]
    with pytest.raises(ValidationError, match="waits for its release already"):
        propose(activity, cast.coordinator_north)
    release(second, cast.officer)
    first.refresh_from_db()
    assert (shown(activity), first.state) == (["A second film"], "replaced")


def test_a_withdrawn_text_is_gone_at_once_and_says_why(activity, cast):
    row = release(propose(activity, cast.coordinator_north), cast.officer)
    withdraw_public_text(row, actor=cast.coordinator_north, reason="It names somebody")
    withdraw_public_text(row, actor=cast.officer, reason="Again")
    assert shown(activity) == []
    entries = AuditEntry.objects.filter(verb="withdraw", target_type="activities.publictext")
    assert [entry.reason for entry in entries] == ["It names somebody"]
    with pytest.raises(ValidationError, match="waits no longer"):
        release(row, cast.officer)


def test_a_partnership_without_public_pages_shows_nothing(activity, cast):
    release(propose(activity, cast.coordinator_north), cast.officer)
    cast.jette.partnership.is_public = False
    cast.jette.partnership.save()
    assert shown(activity) == []


def test_only_photos_that_may_be_shown_are_released(activity, photo, cast):
    Photo.objects.filter(pk=photo.pk).update(consent="missing")
    with pytest.raises(ValidationError, match="its consent is missing"):
        propose(activity, cast.coordinator_north, photos=[photo])
    other = make_entry(cast.jette.home, cast.coordinator_north)
    Photo.objects.filter(pk=photo.pk).update(consent="given", log_entry=other)
    with pytest.raises(ValidationError, match="its consent is missing"):
        propose(activity, cast.coordinator_north, photos=[photo])


def test_a_photo_goes_with_its_consent_its_entry_its_place_and_its_file(activity, photo, cast):
    row = release(propose(activity, cast.coordinator_north, photos=[photo]), cast.officer)
    assert row.pictures() == [photo]

    def without(change, back):
        change()
        left = row.pictures()
        back()
        return left

    place = Place.objects.create(
        slug="house", is_confidential=True, municipality=cast.jette.partnership.sides.first().municipality
    )
    photos, places = Photo.objects.filter(pk=photo.pk), Activity.objects.filter(pk=activity.pk)
    assert without(lambda: photos.update(consent="missing"), lambda: photos.update(consent="given")) == []
    assert without(lambda: photos.update(sha256="2" * 64), lambda: photos.update(sha256="1" * 64)) == []
    assert (
        without(
            lambda: photos.update(consent_withdrawn_on="2026-01-01"), lambda: photos.update(consent_withdrawn_on=None)
        )
        == []
    )
    assert without(lambda: places.update(place=place), lambda: places.update(place=None)) == []
    withdraw_entry(photo.log_entry, actor=cast.officer, reason="A mistake")
    assert row.pictures() == []


def test_the_short_name_is_made_of_the_public_title_alone(activity, cast):
    row = propose(activity, cast.coordinator_north)
    other = propose(cast.jette.home, cast.coordinator_north)
    assert (row.slug, other.slug) == ("young-people-make-a-film", "young-people-make-a-film-2")
    arabic = {name: "" for name in TEXTS if name.startswith("title")} | {"title_ar": "فيلم"}
    changed = change_public_text(row, TEXTS | arabic, photos=[], actor=cast.coordinator_north, version=1)
    assert changed.slug == "activity"


def test_two_people_work_it_through_their_pages(activity, photo, cast, client_of):
    writer, reader = client_of(cast.coordinator_north), client_of(cast.officer)
    address = f"/activities/{activity.pk}/public/"
    form = TEXTS | {"photos": [photo.pk], "author": author_token(cast.coordinator_north), "version": 0}
    assert writer.post(f"{address}edit/", form).status_code == 302
    row = PublicText.objects.get()
    assert "An officer who did not write it" not in reader.get(address).content.decode()
    page = writer.get(address).content.decode()
    assert "You wrote this text: an officer who did not write it releases it." in page
    reader.post(f"/activities/public/{row.pk}/release/", {"version": row.version})
    assert shown(activity) == ["Young people make a film"]
    reader.post(f"/activities/public/{row.pk}/withdraw/", {"reason": ""})
    assert shown(activity) == ["Young people make a film"]
    reader.post(f"/activities/public/{row.pk}/withdraw/", {"reason": "A face"})
    assert shown(activity) == []


def test_a_text_is_needed_in_one_language(activity, cast, client_of):
    form = {"title_en": "A title", "text_en": " ", "author": author_token(cast.coordinator_north)}
    page = client_of(cast.coordinator_north).post(f"/activities/{activity.pk}/public/edit/", form)
    assert (page.status_code, PublicText.objects.count()) == (200, 0)
    assert page.context["form"].errors["text_en"] == ["Write this in at least one language."]


def test_a_forged_version_releases_nothing(activity, cast, client_of):
    row = propose(activity, cast.coordinator_north)
    for version in ("", "x", "9" * 30, "-1"):
        client_of(cast.officer).post(f"/activities/public/{row.pk}/release/", {"version": version})
    assert shown(activity) == []


def test_a_stranger_finds_no_public_text_of_another_partnership(activity, cast, client_of):
    row = propose(activity, cast.coordinator_north)
    Membership.objects.filter(user=cast.officer, partnership=cast.jette.partnership).delete()
    answers = [
        client_of(cast.officer).post(f"/activities/public/{row.pk}/{verb}/").status_code
        for verb in ("release", "withdraw")
    ]
    assert answers == [404, 404]


def test_an_officer_is_told_what_waits_for_somebody_else_than_its_writer(activity, cast, client_of):
    propose(activity, cast.coordinator_north)
    propose(cast.jette.home, cast.officer)
    told = {
        name: [item.url for item in client_of(user).get("/").context["to_release"]]
        for name, user in {"officer": cast.officer, "writer": cast.coordinator_north}.items()
    }
    assert told == {"officer": [f"/activities/{activity.pk}/public/"], "writer": []}


def test_a_new_proposal_begins_with_what_everybody_reads(activity, photo, cast, client_of):
    row = release(propose(activity, cast.coordinator_north, photos=[photo]), cast.officer)
    Activity.objects.filter(pk=activity.pk).update(**in_all_languages(title="Secret", summary="Secret"))
    client = client_of(cast.coordinator_north)
    form = client.get(f"/activities/{activity.pk}/public/edit/").context["form"]
    assert (form["title_en"].value(), form["photos"].value()) == ("Young people make a film", [photo.pk])
    page = client.get(f"/activities/{activity.pk}/public/").content.decode()
    assert f'href="/en/jette-belfaa/activities/{row.slug}/"' in page


def test_a_form_sent_again_is_saved_already_and_a_newer_text_under_its_key_is_shown_beside(activity, cast, client_of):
    client, url = client_of(cast.coordinator_north), f"/activities/{activity.pk}/public/edit/"
    typed = {"title_en": "A film", "text_en": "They made it.", "submission_key": str(uuid.uuid4())}
    typed["author"] = author_token(cast.coordinator_north)
    assert [client.post(url, typed).status_code for _time in range(2)] == [302, 302]
    assert list(activity.public_texts.values_list("title_en", "version")) == [("A film", 1)]
    other = client.post(url, typed | {"text_en": "They made it themselves."}, headers={"accept-language": "en"})
    assert other.status_code == 409
    assert "They made it themselves." in other.content.decode()
    assert activity.public_texts.get().text_en == "They made it."
