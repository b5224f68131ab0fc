"""Correct, withdraw and restore an entry; two editors; a session that ends while somebody writes."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from activities.forms.participants import cell_name
from activities.models import Document, Expenditure, LogEntry, Photo, Voucher
from portal.ground.models import AuditEntry
from tests.cast import PASSWORD, close_year, make_entry
from tests.log_form import PDF, correction, expense, filled, picture

LOG = "/activities/log/"


@pytest.fixture
def entry(cast):
    return make_entry(cast.gillis.partner, cast.coordinator_south)


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


def test_correct_text_and_people(cast, south, entry):
    cell = cell_name(cast.women.pk, "women", cast.age_bands[2].pk)
    response = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, text="Eleven came.", **{cell: "11"}))
    assert response.status_code == 302
    entry.refresh_from_db()
    assert (entry.text, entry.version) == ("Eleven came.", 2)
    assert [row.count for row in entry.participations.all()] == [11]
    audit = AuditEntry.objects.get(verb="update")
    assert audit.changes["text"] == ["Twelve young people met.", "Eleven came."]
    assert audit.changes["participations"] == [[], ["Women who are victims of violence, women, 25–55: 11"]]


def test_saving_without_a_change_leaves_no_trace(cast, south, entry):
    south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry))
    assert AuditEntry.objects.filter(verb="update").count() == 0


def test_change_and_remove_an_expense(cast, south):
    south.post(
        LOG,
        filled(
            cast.gillis.partner,
            cast.coordinator_south,
            **expense(cast.federal),
            **expense(cast.federal, 1, description="Meals", amount="50"),
            **{"expense-TOTAL_FORMS": "2"},
        ),
    )
    entry = LogEntry.objects.get()
    bus, meals = entry.expenditures.order_by("pk")
    rows = {
        **expense(cast.federal, 0, pk=bus.pk, amount="120,50"),
        **expense(cast.federal, 1, pk=meals.pk, remove="on"),
        "expense-TOTAL_FORMS": "2",
        "expense-INITIAL_FORMS": "2",
    }
    assert south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows)).status_code == 302
    assert [(row.pk, row.amount) for row in entry.expenditures.all()] == [(bus.pk, Decimal("120.50"))]


def test_an_expense_of_another_entry_is_not_taken_over(cast, south, entry):
    other = make_entry(cast.jette.partner, cast.coordinator_north)
    foreign = Expenditure.objects.create(
        activity=cast.jette.partner,
        log_entry=other,
        spent_on=dt.date(2024, 5, 1),
        description="Theirs",
        source=cast.federal,
        amount=Decimal(10),
    )
    rows = {**expense(cast.federal, 0, pk=foreign.pk), "expense-INITIAL_FORMS": "1"}
    response = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows))
    assert response.status_code == 200
    assert list(response.context["page"].expenses[0].errors) == ["description"]
    foreign.refresh_from_db()
    assert (foreign.description, foreign.activity) == ("Theirs", cast.jette.partner)


def test_photo_caption_consent_and_removal(cast, south, django_capture_on_commit_callbacks):
    data = filled(
        cast.gillis.partner,
        cast.coordinator_south,
        **{"photo-0-file": picture(), "photo-1-file": picture("PNG", name="two.png"), "photo-TOTAL_FORMS": "2"},
    )
    south.post(LOG, data)
    entry = LogEntry.objects.get()
    first, second = entry.photos.order_by("pk")
    assert [first.consent, second.consent] == [Photo.Consent.MISSING] * 2
    stored = second.file.storage, second.file.name, second.thumbnail.name
    rows = {
        "photo-0-pk": first.pk,
        "photo-0-caption": "In class",
        "photo-0-consent": "nobody",
        "photo-1-pk": second.pk,
        "photo-1-remove": "on",
        "photo-TOTAL_FORMS": "2",
        "photo-INITIAL_FORMS": "2",
    }
    with django_capture_on_commit_callbacks(execute=True):
        south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, **rows))
    assert [(row.pk, row.caption, row.consent) for row in entry.photos.all()] == [
        (first.pk, "In class", Photo.Consent.NOBODY)
    ]
    storage, *names = stored
    assert [storage.exists(name) for name in names] == [False, False]


def test_the_second_editor_sees_both_versions_and_loses_nothing(cast, client_of, entry):
    south, officer = client_of(cast.coordinator_south), client_of(cast.officer)
    address = f"{LOG}{entry.pk}/edit/"
    assert officer.post(address, correction(cast, entry, text="The officer's text.")).status_code == 302
    mine = correction(cast, entry, text="The coordinator's text.")
    response = south.post(address, mine)
    assert response.status_code == 409
    texts = [(item.saved, item.typed) for item in response.context["theirs"]]
    assert texts == [("The officer's text.", "The coordinator's text.")]
    page = response.content.decode()
    assert "The coordinator&#x27;s text." in page
    assert response.context["form"]["version"].value() == 2
    entry.refresh_from_db()
    assert entry.text == "The officer's text."
    assert south.post(address, mine | {"version": 2}).status_code == 302
    entry.refresh_from_db()
    assert (entry.text, entry.version) == ("The coordinator's text.", 3)


def test_withdraw_and_restore(cast, south, entry):
    address = f"{LOG}{entry.pk}/withdraw/"
    assert south.get(address).status_code == 200
    assert list(south.post(address, {"reason": " "}).context["form"].errors) == ["reason"]
    assert south.post(address, {"reason": "Logged under the wrong activity."}).status_code == 302
    assert south.post(address, {"reason": "Again."}).status_code == 302
    assert LogEntry.objects.standing().count() == 0
    assert AuditEntry.objects.get(verb="withdraw").reason == "Logged under the wrong activity."
    assert south.post(f"{LOG}{entry.pk}/restore/").status_code == 302
    assert LogEntry.objects.standing().count() == 1
    assert AuditEntry.objects.filter(verb="restore").count() == 1


def test_a_locked_year_takes_nothing_and_keeps_the_text(cast, south, entry):
    close_year(cast.gillis.year(2024), cast.officer)
    south.cookies["django_language"] = "en"
    new = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, text="Too late."))
    changed = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, text="Too late."))
    sentence = "The year 2024 is locked: an officer can open it again."
    for response in (new, changed):
        assert response.context["form"].errors == {"starts_on": [sentence]}
        assert "Too late." in response.content.decode()
    withdrawn = south.post(f"{LOG}{entry.pk}/withdraw/", {"reason": "x"})
    assert withdrawn.context["form"].errors == {"__all__": [sentence]}
    moved = south.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, starts_on="2025-01-02"))
    assert moved.context["form"].errors == {"starts_on": [sentence]}
    entry.refresh_from_db()
    assert (entry.text, entry.version, entry.withdrawn_at) == ("Twelve young people met.", 1, None)


def test_an_expense_in_a_locked_year_is_refused_beside_its_date(cast, south):
    close_year(cast.gillis.year(2023), cast.officer)
    data = filled(cast.gillis.partner, cast.coordinator_south, **expense(cast.federal, spent_on="2023-12-31"))
    response = south.post(LOG, data)
    assert list(response.context["page"].expenses[0].errors) == ["spent_on"]
    assert LogEntry.objects.count() == 0


def test_a_session_that_ended_loses_no_text(cast, client_of):
    client = Client()
    data = filled(
        cast.gillis.partner,
        cast.coordinator_south,
        text="Written for an hour.",
        **expense(cast.federal, description="Bus to Nador"),
    )
    response = client.post(LOG, data)
    assert (response.status_code, response.url) == (302, "/accounts/login/?next=/activities/log/")
    signed_in = client.post(
        "/accounts/login/?next=/activities/log/", {"login": "coordinator_south", "password": PASSWORD, "next": LOG}
    )
    assert (signed_in.status_code, signed_in.url) == (302, LOG)
    page = client.get(LOG).content.decode()
    assert "Written for an hour." in page
    assert "Bus to Nador" in page
    assert client.post(LOG, data).status_code == 302
    assert "Written for an hour." not in client.get(LOG).content.decode()


def test_kept_text_is_its_writers_alone(cast, client_of):
    client = Client()
    client.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, text="Written for an hour."))
    client.post("/accounts/login/", {"login": "officer", "password": PASSWORD})
    assert "Written for an hour." not in client.get(LOG).content.decode()


def test_a_stale_token_keeps_the_text(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coordinator_south)
    response = client.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, text="Written elsewhere."))
    assert (response.status_code, response.url) == (302, LOG)
    assert "Written elsewhere." in client.get(LOG).content.decode()


def test_one_row_more_without_javascript(cast, south):
    data = filled(cast.gillis.partner, cast.coordinator_south, text="", **expense(cast.federal, amount="abc"))
    page = south.post(LOG, data | {"add": "expense"}).context["page"]
    assert page.expenses.total_form_count() == 2
    assert [form.errors for form in [page.form, *page.parts]] == [{}] * len([page.form, *page.parts])
    assert page.expenses[0]["amount"].value() == "abc"
    assert LogEntry.objects.count() == 0


def test_files_survive_a_form_that_is_not_in_order(cast, south):
    data = filled(
        cast.gillis.partner,
        cast.coordinator_south,
        text="",
        **{"photo-0-file": picture(name="hall.jpg"), "photo-0-consent": "nobody"},
    )
    page = south.post(LOG, data).context["page"]
    assert page.photos[0].kept_name == "hall.jpg"
    token = page.photos[0]["staged"].value()
    again = {"photo-0-staged": token, "photo-0-consent": "nobody"}
    mended = filled(cast.gillis.partner, cast.coordinator_south, **again)
    assert south.post(LOG, mended).status_code == 302
    assert Photo.objects.get().original_name == "hall.jpg"


def test_a_staged_file_is_its_senders_alone(cast, south, client_of):
    data = filled(cast.gillis.partner, cast.coordinator_south, text="", **{"photo-0-file": picture()})
    token = south.post(LOG, data).context["page"].photos[0]["staged"].value()
    officer = client_of(cast.officer)
    response = officer.post(LOG, filled(cast.gillis.partner, cast.officer, **{"photo-0-staged": token}))
    assert list(response.context["page"].photos[0].errors) == ["file"]
    assert Photo.objects.count() == 0


def test_files_are_served_to_members_only(cast, south, client_of):
    data = filled(
        cast.gillis.partner,
        cast.coordinator_south,
        **expense(cast.federal, voucher=SimpleUploadedFile("../../bon.pdf", PDF)),
        **{"photo-0-file": picture(), "document-0-file": SimpleUploadedFile("plan.pdf", PDF)},
    )
    south.post(LOG, data)
    photo, document, voucher = Photo.objects.get(), Document.objects.get(), Voucher.objects.get()
    addresses = [
        f"/activities/photos/{photo.pk}/",
        f"/activities/photos/{photo.pk}/thumbnail/",
        f"/activities/documents/{document.pk}/",
        f"/activities/vouchers/{voucher.pk}/",
    ]
    assert voucher.original_name == "bon.pdf"
    expected = {cast.viewer: 200, cast.administrator: 200, cast.coordinator_north: 404, cast.stranger: 404}
    for user, status in expected.items():
        client = client_of(user)
        assert [client.get(address).status_code for address in addresses] == [status] * 4
    anonymous = Client()
    assert [anonymous.get(address).status_code for address in addresses] == [302] * 4
    served = south.get(addresses[3])
    assert served["Content-Disposition"] == 'attachment; filename="bon.pdf"'
    assert b"".join(served.streaming_content) == PDF


@pytest.mark.parametrize(
    ("part", "status"),
    [("stranger", 403), ("viewer", 403), ("coordinator_north", 404), ("officer", 200), ("administrator", 200)],
)
def test_the_ladder(cast, client_of, entry, part, status):
    client = client_of(cast.people[part])
    of_entry = 404 if part == "stranger" else status
    assert client.get(f"{LOG}{entry.pk}/edit/").status_code == of_entry
    assert client.get(f"{LOG}?activity={entry.activity_id}").status_code == of_entry
    posted = client.post(f"{LOG}{entry.pk}/edit/", correction(cast, entry, text="Mine."))
    assert posted.status_code == (302 if status == 200 else of_entry)
    assert (LogEntry.objects.get().text == "Mine.") == (status == 200)


def test_a_viewer_reads_why_not(cast, client_of, entry):
    client = client_of(cast.viewer)
    client.cookies["django_language"] = "en"
    page = client.get(f"{LOG}{entry.pk}/edit/").content.decode()
    assert "You may read this partnership. Only its coordinators and officers may change it." in page
