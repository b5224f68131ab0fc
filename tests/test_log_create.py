"""A coordinator logs what happened: one page, one submit, and everything that hangs on it."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from activities.forms.participants import cell_name
from activities.models import Activity, Expenditure, LogEntry, Photo, Product, Showing, Status
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages
from tests.log_form import PDF, expense, filled, picture

LOG = "/activities/log/"


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


def errors_of(response) -> dict[str, list[str]]:
    """Return {name of field: sentences} for every part of the page."""
    page = response.context["page"]
    return {
        form.add_prefix(name): list(sentences)
        for form in [page.form, *page.parts]
        for name, sentences in form.errors.items()
    }


def whole_entry(cast, film):
    """Return a form with everything that an entry can hold."""
    activity, band = cast.gillis.partner, cast.age_bands[1]
    return filled(
        activity,
        cast.coordinator_south,
        ends_on="2024-05-15",
        difficulties="The bus was late.",
        next_step="Meet again in June.",
        products=[film.pk],
        **{cell_name(cast.youth.pk, "women", band.pk): "7", cell_name(cast.youth.pk, "men", band.pk): "5"},
        **expense(
            cast.federal,
            currency="MAD",
            amount="1.085,00",
            rate="10,85",
            voucher=SimpleUploadedFile("bon.pdf", PDF),
            voucher_number="7",
        ),
        **{"photo-0-file": picture(), "photo-0-caption": "The hall", "photo-0-consent": "given"},
    )


def test_a_whole_entry_in_one_submit(cast, south):
    activity = cast.gillis.partner
    film = Product.objects.create(
        slug="film", partnership=cast.gillis.partnership, kind=Product.Kind.FILM, **in_all_languages(title="A film")
    )
    data = whole_entry(cast, film)
    response = south.post(LOG, data)
    entry = LogEntry.objects.get()
    assert response.status_code == 302
    assert response.url == f"/activities/{activity.pk}/#entry-{entry.pk}"
    assert (entry.starts_on, entry.ends_on) == (dt.date(2024, 5, 14), dt.date(2024, 5, 15))
    assert (entry.text, entry.difficulties, entry.next_step) == (
        "Twelve young people met.",
        "The bus was late.",
        "Meet again in June.",
    )
    assert entry.author == cast.coordinator_south
    audit = AuditEntry.objects.get(verb="create", target_type="activities.logentry")
    assert (audit.actor, audit.target_id, audit.parent_id) == (cast.coordinator_south, entry.pk, activity.pk)


def test_what_hangs_on_a_whole_entry(cast, south):
    film = Product.objects.create(
        slug="film", partnership=cast.gillis.partnership, kind=Product.Kind.FILM, **in_all_languages(title="A film")
    )
    south.post(LOG, whole_entry(cast, film))
    entry, band = LogEntry.objects.get(), cast.age_bands[1]
    counts = {(row.sex, row.age_band, row.count) for row in entry.participations.all()}
    assert counts == {("women", band, 7), ("men", band, 5)}
    spent = entry.expenditures.get()
    assert (spent.amount, spent.original_amount, spent.original_currency, spent.rate) == (
        Decimal("100.00"),
        Decimal("1085.00"),
        "MAD",
        Decimal("10.850000"),
    )
    assert (spent.spent_on, spent.source) == (dt.date(2024, 5, 14), cast.federal)
    voucher = spent.vouchers.get()
    assert (voucher.original_name, voucher.number, voucher.content_type, voucher.size) == (
        "bon.pdf",
        "7",
        "application/pdf",
        len(PDF),
    )
    photo = entry.photos.get()
    assert (photo.caption, photo.consent, photo.width, photo.height) == ("The hall", Photo.Consent.GIVEN, 800, 600)
    showing = Showing.objects.get()
    assert (showing.product, showing.side, showing.shown_on) == (film, "partner", dt.date(2024, 5, 14))


def test_sending_twice_makes_one(cast, south):
    data = filled(cast.gillis.partner, cast.coordinator_south, **expense(cast.federal))
    assert south.post(LOG, data).status_code == 302
    again = south.post(LOG, data, follow=True)
    assert LogEntry.objects.count() == 1
    assert Expenditure.objects.count() == 1
    assert [str(message) for message in again.context["messages"]][-1] == (
        "This entry was saved already: it was not made twice."
    )


@pytest.mark.django_db(transaction=True)
def test_five_at_once_make_one(cast):
    data = filled(cast.gillis.partner, cast.coordinator_south, **expense(cast.federal))
    statuses = []

    def send():
        client = Client()
        client.force_login(cast.coordinator_south)
        statuses.append(client.post(LOG, data).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 5
    assert LogEntry.objects.count() == 1
    assert Expenditure.objects.count() == 1


def test_logging_starts_a_planned_activity(cast, south):
    Activity.objects.filter(pk=cast.gillis.partner.pk).update(status=Status.PLANNED)
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south))
    assert Activity.objects.get(pk=cast.gillis.partner.pk).status == Status.ONGOING
    assert AuditEntry.objects.get(verb="transition").changes == {"status": ["planned", "ongoing"]}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"activity": ""}, "activity", "This field is required."),
        ({"activity": "999999"}, "activity", "Select a valid choice. That choice is not one of the available choices."),
        ({"activity": "x"}, "activity", "Select a valid choice. That choice is not one of the available choices."),
        ({"text": "   "}, "text", "This field is required."),
        ({"starts_on": "31/02/2024"}, "starts_on", "Enter a valid date."),
        ({"starts_on": "0001-01-01"}, "starts_on", "This date is too long ago: check the year."),
        (
            {"starts_on": "2030-01-01"},
            "starts_on",
            "The programme of this activity runs in 2022 – 2026: the date lies outside it.",
        ),
        ({"ends_on": "2024-05-13"}, "ends_on", "The end lies before the start: check both dates."),
        ({"language": "xx"}, "language", "Select a valid choice. xx is not one of the available choices."),
        (
            {"text": "a\0b"},
            "text",
            "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it.",
        ),
        (
            {"text": "a\u202eb"},
            "text",
            "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it.",
        ),
        ({"text": "x" * 1_000_000}, "text", "This text is longer than 50000 characters; put the rest in a document."),
    ],
)
def test_bad_input_is_named_beside_its_field(cast, client_of, changes, field, sentence):
    south = client_of(cast.coordinator_south)
    south.cookies["django_language"] = "en"
    response = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south) | changes)
    assert response.status_code == 200
    assert errors_of(response) == {field: [sentence]}
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "This field is required."),
        ({"amount": "ten"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "-5"}, "amount", "The amount is more than zero."),
        ({"amount": "0"}, "amount", "The amount is more than zero."),
        ({"amount": "NaN"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "1e9"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "1.234.5"}, "amount", "Type the amount in digits, for example 1,234.56."),
        ({"amount": "999999999"}, "amount", "The amount is less than a hundred million."),
        ({"currency": "USD"}, "currency", "Select a valid choice. USD is not one of the available choices."),
        (
            {"currency": "MAD"},
            "rate",
            "Not so many dirham have arrived by transfer: give the rate at which they were bought.",
        ),
        ({"currency": "MAD", "rate": "0"}, "rate", "Type the rate as a number above zero, for example 10.85."),
        (
            {"currency": "MAD", "rate": "99999", "amount": "0,01"},
            "amount",
            "At this rate the amount is not a plausible number of euro.",
        ),
        ({"description": ""}, "description", "This field is required."),
        ({"source": ""}, "source", "This field is required."),
        ({"source": "99999"}, "source", "Select a valid choice. That choice is not one of the available choices."),
        ({"spent_on": "soon"}, "spent_on", "Enter a valid date."),
    ],
)
def test_a_bad_expense_is_named_beside_its_field(cast, south, changes, field, sentence):
    south.cookies["django_language"] = "en"
    data = filled(cast.gillis.partner, cast.coordinator_south, **expense(cast.federal, **changes))
    response = south.post(LOG, data)
    assert errors_of(response) == {f"expense-0-{field}": [sentence]}
    assert LogEntry.objects.count() == 0
    shown = response.context["page"].expenses[0]
    assert {name: shown[name].value() for name in changes} == changes


def test_federal_money_is_refused_for_work_in_belgium(cast, client_of):
    north = client_of(cast.coordinator_north)
    data = filled(cast.jette.home, cast.coordinator_north, **expense(cast.federal))
    response = north.post(LOG, data)
    assert errors_of(response) == {
        "expense-0-source": [
            "Federal money pays only for work in Morocco.",
            "These sources would pay it: BWI, Own funds.",
        ]
    }
    assert LogEntry.objects.count() == 0
    assert north.post(LOG, data | expense(cast.bwi)).status_code == 302


def test_bad_counts_are_named_beside_their_cell(cast, south):
    south.cookies["django_language"] = "en"
    cells = [cell_name(cast.youth.pk, "women", band.pk) for band in cast.age_bands[:3]]
    data = filled(
        cast.gillis.partner, cast.coordinator_south, **dict(zip(cells, ["-1", "many", "100001"], strict=True))
    )
    assert errors_of(south.post(LOG, data)) == {
        cells[0]: ["Ensure this value is greater than or equal to 0."],
        cells[1]: ["Enter a whole number."],
        cells[2]: ["Ensure this value is less than or equal to 100000."],
    }
    assert LogEntry.objects.count() == 0


def test_the_same_text_of_the_same_day_is_refused(cast, south):
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south))
    response = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south))
    assert list(errors_of(response)) == ["text"]
    assert LogEntry.objects.count() == 1


def test_another_partnerships_activity_is_no_choice(cast, south):
    response = south.post(LOG, filled(cast.jette.partner, cast.coordinator_south))
    assert list(errors_of(response)) == ["activity"]
    assert LogEntry.objects.count() == 0


def test_another_partnerships_product_is_no_choice(cast, south):
    film = Product.objects.create(
        slug="film", partnership=cast.jette.partnership, kind=Product.Kind.FILM, **in_all_languages(title="A film")
    )
    response = south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, products=[film.pk]))
    assert list(errors_of(response)) == ["products"]


def test_a_bad_row_leaves_nothing_half_saved(cast, south):
    data = filled(
        cast.gillis.partner,
        cast.coordinator_south,
        **expense(cast.federal),
        **expense(cast.federal, 1, amount="x"),
        **{"expense-TOTAL_FORMS": "2", "photo-0-file": picture()},
    )
    assert south.post(LOG, data).status_code == 200
    assert (LogEntry.objects.count(), Expenditure.objects.count(), Photo.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"expense-TOTAL_FORMS": "x"},
        {"expense-TOTAL_FORMS": "100000"},
        {"expense-TOTAL_FORMS": None},
        {"expense-0-pk": "x", "expense-0-amount": "1"},
        {"version": "x"},
        {"submission_key": "x"},
        {"photo-0-staged": "forged"},
        {"add": "nonsense", "text": ""},
        {"counting": "guessed"},
        {"activity": "9" * 30},
        {"activity": "²"},
        {"expense-0-pk": "9" * 30},
    ],
)
def test_a_form_that_was_tampered_with_is_no_crash(cast, south, changes):
    data = filled(cast.gillis.partner, cast.coordinator_south) | changes
    response = south.post(LOG, {name: value for name, value in data.items() if value is not None})
    assert response.status_code == 200
    assert LogEntry.objects.count() == 0


def test_emoji_and_both_directions_are_text(cast, south):
    text = "شكرا 🎉 merci — ⵜⴰⵏⵎⵉⵔⵜ"
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, text=text))
    assert LogEntry.objects.get().text == text


def test_the_grid_holds_the_groups_of_the_partnership(cast, south):
    cast.youth.partnerships.set([cast.jette.partnership])
    page = south.get(f"{LOG}?activity={cast.gillis.partner.pk}").context["page"]
    assert [grid.group for grid in page.people.grids()] == [cast.women]


def test_a_number_typed_before_the_activity_was_changed_is_kept(cast, south):
    cast.youth.partnerships.set([cast.jette.partnership])
    cells = {cell_name(cast.youth.pk, "women", cast.age_bands[1].pk): "7", "people-x-women-1": "1", "people-": "1"}
    south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **cells))
    assert [(row.target_group, row.count) for row in LogEntry.objects.get().participations.all()] == [(cast.youth, 7)]


@pytest.mark.parametrize("query", ["?activity=²", "?activity=" + "9" * 30, "?activity=-1", "?activity=x"])
def test_an_activity_that_cannot_be_is_not_found(cast, south, query):
    assert south.get(f"{LOG}{query}").status_code == 404


@pytest.mark.parametrize("address", ["row/expense/?index=²", "row/expense/?index=99", "row/x/?index=1", "row/photo/"])
def test_a_row_that_cannot_be_is_not_found(cast, south, address):
    assert south.get(f"{LOG}{address}").status_code == 404


@pytest.mark.parametrize("kind", ["expense", "photo", "document"])
def test_one_row_more_with_htmx(cast, south, kind):
    page = south.get(f"{LOG}row/{kind}/?index=3").content.decode()
    assert f'name="{kind}-3-pk"' in page
    assert "__prefix__" not in page
    assert f'<input type="hidden" name="{kind}-TOTAL_FORMS" value="4"' in page
    assert f"row/{kind}/?index=4" in page
