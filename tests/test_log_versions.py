"""Versions in full, files of withdrawn entries, rows that were dropped."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activities.forms.participants import cell_name
from activities.models import Expenditure, LogEntry, Photo, Product, Voucher
from portal.ground.carry import author_token
from portal.ground.models import Submission
from tests.cast import PASSWORD, in_all_languages, make_entry
from tests.log_form import PDF, correction, expense, filled, picture

LOG = "/activities/log/"


@pytest.fixture
def entry(cast):
    return make_entry(cast.gillis.partner, cast.coordinator_south)


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


def photo_rows(photo, **changes):
    """Return the form's row of a photo that is there already."""
    fields = {"pk": photo.pk, "caption": photo.caption, "consent": photo.consent} | changes
    return {f"photo-0-{name}": value for name, value in fields.items()} | {"photo-INITIAL_FORMS": "1"}


def test_the_second_editor_sees_a_consent_taken_back(cast, south, client_of):
    given = {"photo-0-file": picture(name="hall.jpg"), "photo-0-consent": "given"}
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **given))
    entry, photo = LogEntry.objects.get(), Photo.objects.get()
    address, officer = f"{LOG}{entry.pk}/edit/", client_of(cast.officer)
    officer.post(address, correction(cast, entry, **photo_rows(photo, consent="missing")))
    south.cookies["django_language"] = "en"
    response = south.post(address, correction(cast, entry, text="Thirteen.", **photo_rows(photo)))
    assert response.status_code == 409
    shown = {item.label: (item.saved, item.typed) for item in response.context["theirs"]}
    assert shown == {
        "What happened": ("Twelve young people met.", "Thirteen."),
        "Photos": (
            "hall.jpg:  (not asked yet: keep it inside the portal)",
            "hall.jpg:  (everybody who can be recognised agreed)",
        ),
    }


def test_a_correction_whose_answer_was_lost_is_sent_again_without_a_conflict(cast, south, entry):
    address, data = f"{LOG}{entry.pk}/edit/", correction(cast, entry, text="Thirteen.")
    south.cookies["django_language"] = "en"
    first, again = south.post(address, data), south.post(address, data, follow=True)
    assert first.status_code == 302
    assert again.redirect_chain == [(first.url, 302)]
    assert [str(told) for told in again.context["messages"]][-1] == "This was saved already: it was not made twice."
    entry.refresh_from_db()
    assert (entry.text, entry.version) == ("Thirteen.", 2)


def test_both_versions_of_people_and_money_stand_in_the_same_words(cast, south, client_of, entry):
    address, officer = f"{LOG}{entry.pk}/edit/", client_of(cast.officer)
    cell = cell_name(cast.youth.pk, "women", cast.age_bands[1].pk)
    officer.post(address, correction(cast, entry, **{cell: "7"}, **expense(cast.federal)))
    south.cookies["django_language"] = "en"
    mine = correction(cast, entry, **{cell: "8"}, **expense(cast.federal, currency="MAD", amount="1085", rate="10,85"))
    shown = {item.label: (item.saved, item.typed) for item in south.post(address, mine).context["theirs"]}
    assert shown == {
        "Participations": ("Young people, women, 15–24: 7", "Young people, women, 15–24: 8"),
        "Expenses": (
            "2024-05-14 Bus: 100.00 EUR (Federal cooperation)",
            "2024-05-14 Bus: 100.00 EUR (Federal cooperation) = 1085.00 MAD / 10.85",
        ),
    }


def test_a_withdrawn_entry_is_restored_before_it_is_corrected(cast, south, entry):
    south.post(f"{LOG}{entry.pk}/withdraw/", {"reason": "Wrong activity."})
    south.cookies["django_language"] = "en"
    response = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, text="Kept."))
    assert response.context["form"].non_field_errors() == [
        "This entry is withdrawn: restore it first, then correct it."
    ]
    assert "Kept." in response.content.decode()


def test_files_of_a_withdrawn_entry_are_its_writers_alone(cast, south, client_of):
    bill = expense(cast.federal, voucher=SimpleUploadedFile("bon.pdf", PDF))
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **bill, **{"photo-0-file": picture()}))
    entry, photo, voucher = LogEntry.objects.get(), Photo.objects.get(), Voucher.objects.get()
    south.post(f"{LOG}{entry.pk}/withdraw/", {"reason": "Wrong activity."})
    addresses = [f"/activities/photos/{photo.pk}/", f"/activities/photos/{photo.pk}/thumbnail/"]
    addresses.append(f"/activities/vouchers/{voucher.pk}/")
    for user, status in {cast.viewer: 404, cast.officer: 200, cast.coordinator_south: 200}.items():
        assert [client_of(user).get(address).status_code for address in addresses] == [status] * 3
    assert south.get(addresses[2])["Cache-Control"] == "private, no-store"


def test_a_corrected_date_moves_the_showing(cast, south):
    film = Product.objects.create(
        slug="film", partnership=cast.gillis.partnership, kind=Product.Kind.FILM, **in_all_languages(title="A film")
    )
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, products=[film.pk]))
    entry = LogEntry.objects.get()
    changed = correction(cast, entry, starts_on="2024-05-16", products=[film.pk])
    assert south.post(f"{LOG}{entry.pk}/edit/", changed).status_code == 302
    assert [(row.shown_on, row.number) for row in film.showings.all()] == [(dt.date(2024, 5, 16), 1)]


@pytest.mark.parametrize("fields", [{"voucher_number": "7"}, {"rate": "9,9"}, {"description": "Bus"}])
def test_a_row_with_anything_typed_in_it_is_not_dropped(cast, south, fields):
    rows = {f"expense-0-{name}": value for name, value in ({"currency": "EUR", "amount": ""} | fields).items()}
    response = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **rows))
    assert response.status_code == 200
    assert "amount" in response.context["page"].expenses[0].errors


def test_the_rate_that_the_page_proposes_is_no_expense(cast, south):
    bill = expense(cast.federal, currency="MAD", amount="1085", rate="10,85")
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **bill))
    south.cookies["django_language"] = "en"
    shown = south.get(f"{LOG}?activity={cast.gillis.partner.pk}").context["page"].expenses[0]
    proposed = {f"expense-0-{name}": shown[name].value() for name in ("currency", "rate")}
    assert shown["rate"].value() == "10.85"
    again = filled(cast.gillis.partner, cast.coordinator_south, text="Another day.", **proposed)
    assert south.post(LOG, again).status_code == 302
    assert Expenditure.objects.count() == 1


@pytest.mark.parametrize("page", ["withdraw", "status"])
def test_the_reason_survives_a_session_that_ended(cast, entry, page):
    client = Client()
    addresses = {"withdraw": f"{LOG}{entry.pk}/withdraw/", "status": f"/activities/{entry.activity_id}/status/"}
    sent = {"author": author_token(cast.coordinator_south), "version": "1", "status": "delayed"}
    sent |= {"reason": "A long reason.", "note": "A long reason."}
    assert client.post(addresses[page], sent).status_code == 302
    client.post("/accounts/login/", {"login": "coordinator_south", "password": PASSWORD})
    assert "A long reason." in client.get(addresses[page]).content.decode()


@pytest.mark.parametrize("used_by", ["another person", "another kind of form"])
def test_a_key_used_elsewhere_means_nothing_here(cast, south, client_of, used_by):
    key = "5b2f2a52-7a5c-4a0e-9d6f-0a3e4b1c2d3e"
    user = cast.officer if used_by == "another person" else cast.coordinator_south
    Submission.objects.create(key=key, user=user, target_type="activities.activity", target_id=cast.gillis.home.pk)
    sent = filled(cast.gillis.partner, cast.coordinator_south, submission_key=key)
    assert south.post(LOG, sent).status_code == 302
    assert LogEntry.objects.get().text == "Twelve young people met."


@pytest.mark.parametrize("chosen", ["9" * 25, "x", "²"])
def test_a_product_that_cannot_be_is_a_sentence(cast, south, chosen):
    response = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, products=[chosen]))
    assert list(response.context["form"].errors) == ["products"]
