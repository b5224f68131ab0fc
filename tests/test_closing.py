"""Closing a programme or a partnership early: once, with what is left frozen, and nothing after it."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation

from activities.models import Expenditure, LogEntry
from activities.services import CorrectionValues, correct_expense, create_entry
from activities.services.values import EntryValues
from partnerships.models import (
    Call,
    ClosingBalance,
    Closure,
    Milestone,
    Partnership,
    PartnershipPeriod,
    Post,
    Programme,
    SubGrant,
    Tranche,
)
from partnerships.services import Left, close
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from portal.roof.overviews.biography import timeline_of
from portal.roof.overviews.closing import left_of
from tests.cast import in_all_languages, make_entry, make_expense, make_grant, settle
from tests.log_form import expense, filled
from tests.test_admin_writes import address, page_of

END = dt.date(2025, 12, 31)
SENTENCE = "“Jette – Belfaa 2022–2026” was closed on 31 December 2025: nothing that happened later belongs to it."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def programme(cast):
    """Return a programme with a grant, a tranche and money that was spent, rejected and refunded."""
    programme, source = cast.jette.programme, cast.federal
    grant = make_grant(programme, source)
    received = {"received_on": dt.date(2024, 2, 1), "received_amount": Decimal("1000.10")}
    received |= {"claimed_on": dt.date(2024, 1, 20), "claimed_amount": Decimal("1000.10")}
    Tranche.objects.create(grant=grant, year=2024, **received)
    activity = cast.jette.partner
    make_expense(activity, source=source, amount=Decimal("300.30"))
    make_expense(activity, source=source, amount=Decimal("50.00"), decision="rejected", decision_reason="No")
    make_expense(activity, source=cast.own, amount=Decimal("70.00"))
    return programme


@pytest.fixture
def officer(cast, client_of):
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    return client


def shut(cast, programme=None, key=None, balances=(), **values):
    given = {"partnership": cast.jette.partnership, "programme": programme, "closed_on": END, "reason_en": "Voted"}
    closure = Closure(**(given | values))
    return close(closure, balances, actor=cast.officer, key=key or uuid.uuid4())


def test_what_is_left_is_received_less_spent_without_what_was_rejected(programme, cast):
    [left] = left_of([programme], on=END)
    assert (left.source, left.granted, left.received, left.spent, left.amount) == (
        cast.federal,
        Decimal("100000.00"),
        Decimal("1000.10"),
        Decimal("300.30"),
        Decimal("699.80"),
    )
    [before] = left_of([programme], on=dt.date(2024, 1, 31))
    assert (before.received, before.spent) == (Decimal("0.00"), Decimal("0.00"))


def test_a_programme_closes_once_with_its_balance(programme, cast):
    key, balances = uuid.uuid4(), left_of([programme], on=END)
    closed = [shut(cast, programme, key, balances) for _time in range(2)]
    assert [is_new for _row, is_new in closed] == [True, False]
    programme.refresh_from_db()
    assert programme.state == Programme.State.CLOSED
    assert [(row.received, row.spent, row.amount) for row in ClosingBalance.objects.all()] == [
        (Decimal("1000.10"), Decimal("300.30"), Decimal("699.80"))
    ]
    milestone = Milestone.objects.get(kind="closure")
    assert (milestone.programme, milestone.title_nl, milestone.title_fr, milestone.text_en) == (
        programme,
        "Het programma is afgesloten",
        "Le programme est clôturé",
        "Voted",
    )
    kinds = AuditEntry.objects.filter(actor=cast.officer).values_list("target_type", "verb")
    assert sorted(kinds) == [
        ("partnerships.closingbalance", "create"),
        ("partnerships.closure", "create"),
        ("partnerships.milestone", "create"),
        ("partnerships.programme", "transition"),
    ]
    with pytest.raises(ValidationError, match="This is closed already"):
        shut(cast, programme)


def test_a_partnership_closes_with_its_programmes_and_its_life_tells_it(programme, cast):
    bond = cast.jette.partnership
    begun = {"starts_on": dt.date(2014, 1, 1), "starts_precision": "year"}
    PartnershipPeriod.objects.create(partnership=bond, number=1, state="active", **begun)
    shut(cast, closed_on=dt.date(2025, 12, 1), precision="month")
    assert list(bond.periods.values_list("number", "state", "starts_on", "ends_on", "ends_precision")) == [
        (1, "active", dt.date(2014, 1, 1), END, "month"),
        (2, "closed", dt.date(2025, 12, 1), None, ""),
    ]
    assert Programme.objects.get(pk=programme.pk).state == "closed"
    moments, _undated = timeline_of(bond)
    ends = [(moment.date_text, moment.title, moment.text) for moment in moments if moment.kind == "end"]
    assert ends == [("December 2025", "The partnership is closed", "Voted")]
    with pytest.raises(ValidationError, match="This is closed already"):
        shut(cast)


def test_only_an_officer_closes(programme, cast):
    closure = Closure(partnership=cast.jette.partnership, programme=programme, closed_on=END, reason_en="Voted")
    with pytest.raises(PermissionDenied):
        close(closure, [], actor=cast.coordinator_north, key=uuid.uuid4())
    assert not Closure.objects.exists()


@pytest.mark.parametrize("fact", ["entry", "expense"])
def test_nothing_closes_before_what_happened(programme, cast, fact):
    day = dt.date(2026, 3, 1)
    if fact == "entry":
        make_entry(cast.jette.partner, cast.coordinator_north, starts_on=day)
    else:
        make_expense(cast.jette.partner, source=cast.federal, spent_on=day)
    with pytest.raises(ValidationError) as refused:
        shut(cast, programme)
    sentence = "Something is logged or spent on 1 March 2026: it closes on that day or later."
    assert refused.value.message_dict == {"closed_on": [sentence]}
    assert Programme.objects.get(pk=programme.pk).state == "running"
    assert not Milestone.objects.exists()


def test_a_locked_year_is_not_closed_into(programme, cast):
    programme.years.filter(year=2025).update(state="locked")
    with pytest.raises(ValidationError, match="The year 2025 is locked"):
        shut(cast, programme)


def logged(cast, day):
    values = EntryValues(cast.jette.partner, day, day, "en", f"What happened on {day}.")
    return create_entry(values, actor=cast.coordinator_north, key=uuid.uuid4())


@pytest.mark.parametrize("whole", [True, False])
def test_after_the_closing_day_nothing_is_logged_and_before_it_all(programme, cast, whole):
    shut(cast, None if whole else programme)
    logged(cast, END)
    with pytest.raises(ValidationError) as refused:
        logged(cast, dt.date(2026, 1, 1))
    name = "Jette – Belfaa" if whole else "Jette – Belfaa 2022–2026"
    assert refused.value.message_dict == {
        "starts_on": [f"“{name}” was closed on 31 December 2025: nothing that happened later belongs to it."]
    }
    assert LogEntry.objects.count() == 1


def test_the_form_of_the_log_says_it_beside_the_date(programme, cast, client_of):
    shut(cast, programme)
    client = client_of(cast.coordinator_north)
    client.cookies["django_language"] = "en"
    data = filled(cast.jette.partner, cast.coordinator_north, starts_on="2026-01-05")
    page = client.post(reverse("activities:log_create"), data)
    assert page.context["form"].errors == {"starts_on": [SENTENCE]}


def test_after_the_closing_day_nothing_is_spent_by_any_door(programme, cast, client_of):
    shut(cast, programme)
    client = client_of(cast.administrator)
    client.cookies["django_language"] = "en"
    before = Expenditure.objects.count()
    data = {"activity": cast.jette.partner.pk, **expense(cast.own, spent_on="2026-01-05")}
    assert SENTENCE in client.post(reverse("activities:expense_create"), data).content.decode()
    fields = {"activity": cast.jette.partner.pk, "source": cast.own.pk, "spent_on": "2026-01-05", "amount": "5"}
    fields |= {"description": "Late", "original_currency": "", "vouchers-TOTAL_FORMS": 0, "vouchers-INITIAL_FORMS": 0}
    page = client.post(address(Expenditure, "add"), fields)
    assert SENTENCE in page.content.decode()
    assert Expenditure.objects.count() == before


def test_an_expense_of_earlier_is_still_refunded_later(programme, cast):
    shut(cast, programme)
    paid = Expenditure.objects.filter(source=cast.federal).exclude(decision="rejected").first()
    values = CorrectionValues(spent_on=dt.date(2026, 1, 20), description="Too much", amount=Decimal("-10.00"))
    refund, _new = correct_expense(paid, values, actor=cast.coordinator_north, key=uuid.uuid4())
    assert refund.spent_on == dt.date(2026, 1, 20)


def test_a_partnership_that_was_resumed_logs_again(programme, cast):
    shut(cast)
    again = {"starts_on": dt.date(2026, 6, 1), "starts_precision": "day"}
    number = {"partnership": cast.jette.partnership, "number": 9, "state": "active"}
    PartnershipPeriod.objects.create(**number, **again)
    logged(cast, dt.date(2026, 6, 1))
    with pytest.raises(ValidationError, match="was closed on"):
        logged(cast, dt.date(2026, 5, 31))


def form(cast, **fields: Any) -> dict[str, Any]:
    key = str(uuid.uuid4())
    typed = {"closed_on": "2025-12-31", "precision": "day", "reason_en": "Voted"}
    return {"submission_key": key, "author": author_token(cast.officer), **typed, **fields}


def test_the_officer_sees_the_figures_of_the_day_and_confirms_them(programme, cast, officer):
    page = reverse("partnerships:programme_close", args=[programme.slug])
    data = form(cast, **{f"note_{cast.federal.pk}": "Paid back"})
    first = officer.post(page, data)
    assert first.context["form"].non_field_errors() == [
        "These are the figures of that day: look at them, then confirm."
    ]
    cells = ["Federal cooperation", "100,000.00 €", "1,000.10 €", "300.30 €", "699.80 €"]
    assert [cell.replace("\xa0", " ") for cell in first.context["rows"][0]["cells"]] == cells
    assert not Closure.objects.exists()
    data["seen"] = first.context["form"]["seen"].value()
    assert officer.post(page, data).url == f"/partnerships/programmes/{programme.slug}/#closures"
    assert officer.post(page, data).url == f"/partnerships/programmes/{programme.slug}/#closures"
    balance = ClosingBalance.objects.get()
    assert (balance.amount, balance.note_en) == (Decimal("699.80"), "Paid back")
    shown = officer.get(reverse("partnerships:programme_detail", args=[programme.slug])).content.decode()
    assert "Paid back" in shown


def test_figures_that_changed_meanwhile_are_shown_again(programme, cast, officer):
    page = reverse("partnerships:programme_close", args=[programme.slug])
    seen = officer.post(page, form(cast)).context["form"]["seen"].value()
    make_expense(cast.jette.partner, source=cast.federal, amount=Decimal("1.00"))
    again = officer.post(page, form(cast, seen=seen))
    assert again.status_code == 200
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason_en": ""}, "reason_en"),
        ({"closed_on": "2090-01-01"}, "closed_on"),
        ({"closed_on": "soon"}, "closed_on"),
        ({"precision": "century"}, "precision"),
        ({"closed_on": "2021-06-01"}, "closed_on"),
        ({"reason_en": "\x07"}, "reason_en"),
    ],
)
def test_bad_input_is_told_beside_its_field(programme, cast, officer, fields, field):
    page = reverse("partnerships:programme_close", args=[programme.slug])
    seen = officer.post(page, form(cast, **fields)).context["form"]["seen"].value()
    answered = officer.post(page, form(cast, seen=seen, **fields))
    assert list(answered.context["form"].errors) == [field]
    assert not Closure.objects.exists()


def test_what_is_closed_already_leads_back(programme, cast, officer):
    shut(cast, programme)
    page = officer.get(reverse("partnerships:programme_close", args=[programme.slug]))
    assert page.url == f"/partnerships/programmes/{programme.slug}/"


def test_a_locked_year_keeps_what_was_left(programme, cast, client_of):
    shut(cast, programme)
    closure, boss = programme.closure, client_of(cast.administrator)
    balance = ClosingBalance.objects.create(closure=closure, source=cast.bwi, amount=Decimal(5))
    page = page_of(boss, ClosingBalance, balance.pk) | {"amount": "6"}
    assert boss.post(address(ClosingBalance, "change", balance.pk), page).status_code == 302
    settle(cast.jette, END.year)
    assert boss.post(address(ClosingBalance, "change", balance.pk), page | {"amount": "7"}).status_code == 403
    assert boss.post(address(ClosingBalance, "delete", balance.pk), {"post": "yes"}).status_code == 403
    new = {"closure": closure.pk, "source": cast.own.pk, "amount": "1"}
    form = boss.post(address(ClosingBalance, "add"), new).context_data["adminform"].form
    assert form.errors == {"__all__": ["The year 2025 is locked: an officer can open it again."]}


# What other public sources tell can be recorded, although the reference data leave it out.


def test_the_call_and_the_post_of_an_earlier_partner_can_be_recorded(cast, client_of):
    client = client_of(cast.administrator)
    earlier = Partnership.objects.create(slug="jette-sidi-bibi", **in_all_languages(name="Jette – Sidi Bibi"))
    call = {"slug": "sidi-bibi-2010", "partnership": earlier.pk, "title_nl": "Oproep voor initiatieven"}
    call |= {"starts_on": "2010-01-01", "starts_precision": "year", "ends_on": "", "ends_precision": ""}
    chosen = {f"sub_grants-{n}-{name}": value for n in range(6) for name, value in _initiative(n).items()}
    counts = {"submitted": 17, "chosen": 6, "sub_grants-TOTAL_FORMS": 6, "sub_grants-INITIAL_FORMS": 0}
    assert client.post(address(Call, "add"), call | counts | chosen).status_code == 302
    made = Call.objects.get()
    assert (made.submitted, made.chosen, made.starts_precision) == (17, 6, "year")
    assert SubGrant.objects.filter(call=made, state="chosen").count() == 6
    assert client.post(address(Call, "add"), call | counts | {"slug": "b", "chosen": 18}).status_code == 200
    post = {"slug": "post", "partnership": earlier.pk, "side": "partner", "title_nl": "Projectmedewerker"}
    post |= {"ends_on": "2012-06-30", "ends_precision": "day", "text_nl": "Daarna lokaal overgenomen"}
    assert client.post(address(Post, "add"), post).status_code == 302
    assert Post.objects.get().ends_on == dt.date(2012, 6, 30)


def _initiative(number: int) -> dict[str, Any]:
    return {"number": number + 1, "title_nl": f"Initiatief {number + 1}", "state": "chosen", "amount": ""}


def test_a_partnership_of_twelve_years_closed_before_its_programme_ended(programme, cast):
    balances = [Left(cast.federal, Decimal(0), Decimal(10), Decimal("12.50"))]
    shut(cast, balances=balances, precision="day", reason_en="The partners stop", reason_nl="De partners stoppen")
    closure = Closure.objects.get()
    assert (closure.date_text, closure.balances.get().amount) == ("31 December 2025", Decimal("-2.50"))
    assert programme.ends_on > closure.closed_on
