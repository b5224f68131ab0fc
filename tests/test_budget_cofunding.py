"""Who shares in the cost of an activity: shares as planned beside payments, and invoices that two sources pay."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from activities.co_funding import parts_of_whole
from activities.eligibility import eligible
from activities.models import CoFunding, Expenditure, LogEntry, Voucher
from activities.services import StaleVersion, judge
from activities.services.budget import set_co_funding
from partnerships.models import PartnershipFunding
from portal.ground.models import AuditEntry
from portal.ground.money import format_amount
from tests.cast import make_entry, make_expense
from tests.expense_rows import NEW, alone, errors_of, log
from tests.log_form import correction, expense, filled

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
CENT = Decimal("0.01")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def page_of(cast):
    return f"/activities/{cast.jette.partner.pk}/co-funding/"


def share(cast, **shares):
    """Plan shares of Jette's activity in Morocco, by slug of the source."""
    for slug, percent in shares.items():
        CoFunding.objects.create(activity=cast.jette.partner, source=getattr(cast, slug), share=Decimal(percent))


def typed(client, cast, **shares):
    """Return the form as a browser sends it, with these shares typed."""
    form = client.get(page_of(cast)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    return data | {f"share_{getattr(cast, slug).pk}": text for slug, text in shares.items()}


def stored(cast):
    return {row.source.slug: row.share for row in cast.jette.partner.co_funding.select_related("source")}


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


# --- setting the shares


def test_an_officer_sets_all_shares_at_once(cast, officer):
    share(cast, federal="50", own="50")
    data = typed(officer, cast, federal="66,67", bwi="33.33", own="")
    for _time in range(2):
        assert officer.post(page_of(cast), data).status_code == 302
    assert stored(cast) == {"federal": Decimal("66.67"), "bwi": Decimal("33.33")}
    entry = AuditEntry.objects.get(target_type="activities.activity")
    assert (entry.verb, entry.actor, entry.changes) == (
        "update",
        cast.officer,
        {
            "co_funding": [
                ["Federal cooperation: 50 %", "Own funds: 50 %"],
                ["Federal cooperation: 66.67 %", "BWI: 33.33 %"],
            ]
        },
    )


def test_the_form_shows_what_is_planned(cast, officer):
    share(cast, federal="60", bwi="33.33")
    cast.officer.language = "nl"
    cast.officer.save()
    form = officer.get(page_of(cast)).context["form"]
    fields = [f"share_{source.pk}" for source in (cast.federal, cast.bwi, cast.own)]
    assert [form[name].value() for name in fields] == ["60", "33,33", None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("-1", "Give a share from 0 to 100 per cent."),
        ("100,01", "Give a share from 0 to 100 per cent."),
        ("NaN", "Type the share as a number, for example 33,33."),
        ("33,333,1", "Type the share as a number, for example 33,33."),
        ("a\0", "The text holds characters that cannot be shown. They were marked with ▯: take them out or retype it."),
    ],
)
def test_a_share_that_cannot_be(cast, officer, text, sentence):
    response = officer.post(page_of(cast), typed(officer, cast, federal=text), headers=ENGLISH)
    assert dict(response.context["form"].errors) == {f"share_{cast.federal.pk}": [sentence]}
    assert stored(cast) == {}


def test_the_shares_are_at_most_the_whole(cast, officer):
    share(cast, own="10")
    response = officer.post(page_of(cast), typed(officer, cast, federal="60", bwi="30.01"), headers=ENGLISH)
    sentence = "The shares of this activity come to more than 100 per cent."
    assert (response.status_code, dict(response.context["form"].errors)) == (200, {"__all__": [sentence]})
    assert stored(cast) == {"own": Decimal("10.00")}
    assert officer.post(page_of(cast), typed(officer, cast, federal="60", bwi="30")).status_code == 302


def test_who_comes_second_sees_the_shares_as_they_are(cast, officer):
    mine = typed(officer, cast, federal="70")
    share(cast, bwi="40")
    response = officer.post(page_of(cast), mine, headers=ENGLISH)
    sentence = "Somebody set other shares meanwhile: they stand above. Save again to set yours."
    assert (response.status_code, dict(response.context["form"].errors)) == (409, {"__all__": [sentence]})
    assert stored(cast) == {"bwi": Decimal("40.00")}
    again = mine | {"seen": response.context["form"]["seen"].value()}
    assert officer.post(page_of(cast), again).status_code == 302
    assert stored(cast) == {"federal": Decimal("70.00")}


@pytest.mark.parametrize("seen", ["x", "1:", "1:NaN", "9" * 1999])
def test_a_tampered_page_sets_nothing(cast, officer, seen):
    share(cast, own="10")
    response = officer.post(page_of(cast), typed(officer, cast, federal="60") | {"seen": seen})
    assert response.status_code == 409
    assert stored(cast) == {"own": Decimal("10.00")}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_stale(cast):
    outcomes, start = [], threading.Barrier(2)

    def send(percent):
        start.wait()
        try:
            set_co_funding(cast.jette.partner, {cast.own.pk: Decimal(percent)}, actor=cast.officer, seen={})
            outcomes.append("set")
        except StaleVersion:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[percent]) for percent in ("60", "70")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["set", "stale"]
    assert CoFunding.objects.count() == 1


def test_the_ladder(cast, client_of):
    for part, person in cast.people.items():
        client = client_of(person)
        seen = 404 if part in {"stranger", "coordinator_south"} else 200
        leads = part in {"officer", "administrator"}
        page = client.get(page_of(cast))
        assert page.status_code == seen, part
        assert seen == 404 or bool(page.context["form"]) == leads, part
        sent = client.post(page_of(cast), {f"share_{cast.own.pk}": "20", "seen": ""})
        assert sent.status_code == (404 if seen == 404 else 302 if leads else 403), part
    assert Client().get(page_of(cast)).status_code == 302
    with pytest.raises(PermissionDenied):
        set_co_funding(cast.jette.partner, {}, actor=cast.coordinator_north, seen={})


def test_the_service_refuses_a_share_of_nothing(cast):
    with pytest.raises(ValidationError):
        set_co_funding(cast.jette.partner, {cast.own.pk: Decimal(0)}, actor=cast.officer, seen={})


# --- planned beside paid


def cells(comparison):
    return [[cell["text"] if isinstance(cell, dict) else cell for cell in row["cells"]] for row in comparison.rows]


def shown(*amounts):
    return [format_amount(Decimal(amount)) for amount in amounts]


def test_planned_shares_stand_beside_what_was_paid(cast, officer):
    share(cast, federal="33.33", bwi="33.33")
    for source, amount in [(cast.federal, "60.00"), (cast.own, "40.01")]:
        make_expense(cast.jette.partner, source=source, amount=Decimal(amount))
    make_expense(cast.jette.partner, source=cast.bwi, decision="rejected", decision_reason="No.")
    comparison = officer.get(page_of(cast), headers=ENGLISH).context["comparison"]
    assert cells(comparison) == [
        ["BWI", "33.33\xa0%", *shown("33.33", "0", "-33.33")],
        ["Federal cooperation", "33.33\xa0%", *shown("33.33", "60.00"), "+" + shown("26.67")[0]],
        ["Own funds", "0\xa0%", *shown("0", "40.01"), "+" + shown("40.01")[0]],
        ["Not shared out yet", "33.34\xa0%", *shown("33.35", "0", "-33.35")],
    ]
    assert comparison.totals == ["Together", "100\xa0%", *shown("100.01", "100.01", "0")]


def test_without_a_plan_the_payments_stand_alone(cast, officer):
    make_expense(cast.jette.partner)
    page = officer.get(page_of(cast), headers=ENGLISH)
    assert (cells(page.context["comparison"]), page.context["comparison"].totals) == (
        [["Own funds", *shown("100.00")]],
        ["Together", *shown("100.00")],
    )
    assert "No share is planned yet." in page.content.decode()


@given(
    whole=st.decimals("-99999999", "99999999", places=2),
    shares=st.lists(st.integers(1, 5000), max_size=6),
)
def test_parts_come_to_the_whole(whole, shares):
    percents = [Decimal(share) * CENT for share in shares]
    percents = [*percents, 100 - sum(percents)] if sum(percents) <= 100 else [Decimal(100)]
    parts = parts_of_whole(whole, percents)
    assert sum(parts) == whole
    assert all(abs(part - whole * percent / 100) < CENT for part, percent in zip(parts, percents, strict=True))


# --- one invoice, several sources

ABOVE = "Together with what is paid on this voucher already this comes to more than its total."
INVOICE = {"voucher_number": "F-12", "supplier": "Afous", "voucher_total": "1 000,00"}


@pytest.fixture
def south(cast, client_of):
    """Sign in the coordinator in Berkane, whose partnership BWI pays too."""
    PartnershipFunding.objects.create(partnership=cast.gillis.partnership, source=cast.bwi, purpose="top_up")
    return client_of(cast.coordinator_south)


def pay(client, cast, source, amount, **changes):
    """Write an expense on the invoice F-12 of 1 000 euro."""
    return client.post(NEW, alone(cast.gillis.partner, source, amount=amount, **(INVOICE | changes)))


def sentences(response):
    """Return what is said of the voucher, without the link behind it."""
    return [text.partition(" <a")[0] for text in errors_of(response)["expense-0-voucher_number"]]


def test_two_sources_share_one_invoice(cast, south):
    assert pay(south, cast, cast.federal, "600,00").status_code == 302
    assert pay(south, cast, cast.bwi, "400,00").status_code == 302
    assert sorted(Expenditure.objects.values_list("source__slug", "amount")) == [
        ("bwi", Decimal("400.00")),
        ("federal", Decimal("600.00")),
    ]


def test_a_third_part_above_the_total_is_refused_with_the_way_to_the_others(cast, south):
    pay(south, cast, cast.federal, "600,00")
    pay(south, cast, cast.bwi, "400,00")
    response = pay(south, cast, cast.own, "0,01")
    assert sentences(response) == [ABOVE]
    link = f"/activities/expenses/?partnership={cast.gillis.partnership.pk}&amp;q=F-12"
    assert link in errors_of(response)["expense-0-voucher_number"][0].replace("&", "&amp;").replace(
        "&amp;amp;", "&amp;"
    )
    listed = south.get(link.replace("&amp;", "&")).content.decode()
    assert all(f"/activities/expenses/{pk}/" in listed for pk in Expenditure.objects.values_list("pk", flat=True))
    assert Expenditure.objects.count() == 2


def test_without_a_total_an_invoice_is_paid_once(cast, south):
    without = {"voucher_total": ""}
    assert pay(south, cast, cast.federal, "600,00", **without).status_code == 302
    sentence = "This voucher is paid already from Federal cooperation: no cost is paid twice."
    assert sentences(pay(south, cast, cast.bwi, "400,00", **without)) == [sentence]
    again = "This voucher number is used already for another expense."
    assert sentences(pay(south, cast, cast.federal, "400,00", **without)) == [again]
    assert pay(south, cast, cast.bwi, "400,00", **without, supplier="Another").status_code == 302


def test_a_larger_total_does_not_stretch_an_invoice(cast, south):
    pay(south, cast, cast.federal, "600,00")
    assert sentences(pay(south, cast, cast.bwi, "500,00", voucher_total="5 000,00")) == [ABOVE]


def test_no_part_is_more_than_the_invoice(cast, south):
    assert sentences(pay(south, cast, cast.federal, "1 000,01")) == ["This is more than the total of the voucher."]


def test_two_rows_of_one_form_share_an_invoice_up_to_its_total(cast, south):
    rows = {
        **expense(cast.federal, 0, amount="600,00", **INVOICE),
        **expense(cast.bwi, 1, amount="400,01", **INVOICE),
        "expense-TOTAL_FORMS": "2",
    }
    response = south.post("/activities/log/", filled(cast.gillis.partner, cast.coordinator_south, **rows))
    assert errors_of(response) == {"expense-1-voucher_number": [ABOVE]}
    rows["expense-1-amount"] = "400,00"
    assert (
        south.post("/activities/log/", filled(cast.gillis.partner, cast.coordinator_south, **rows)).status_code == 302
    )


def test_its_own_voucher_does_not_speak_against_an_expense(cast, south):
    log(south, cast, cast.federal, amount="600,00", **INVOICE | {"voucher_total": ""})
    entry, row = LogEntry.objects.get(), Expenditure.objects.get()
    fields = {"pk": row.pk, "amount": "650,00", **INVOICE, "voucher_total": ""}
    data = correction(cast, entry, **expense(cast.federal, **fields), **{"expense-INITIAL_FORMS": "1"})
    assert south.post(f"/activities/log/{entry.pk}/edit/", data).status_code == 302
    row.refresh_from_db()
    assert row.amount == Decimal("650.00")


def test_what_was_rejected_or_withdrawn_frees_its_invoice(cast, south):
    pay(south, cast, cast.federal, "600,00", voucher_total="")
    row = Expenditure.objects.get()
    judge(row, decision="rejected", actor=cast.officer, on=row.spent_on, seen="", reason="Not eligible.")
    assert pay(south, cast, cast.bwi, "600,00", voucher_total="").status_code == 302
    withdrawn = make_entry(cast.gillis.partner, cast.coordinator_south, withdrawn_at="2024-06-01T00:00Z")
    Expenditure.objects.filter(source=cast.bwi).update(log_entry=withdrawn)
    assert pay(south, cast, cast.own, "600,00", voucher_total="").status_code == 302


def test_the_answer_names_the_expenditure_that_was_paid(cast):
    paid = make_expense(cast.gillis.partner, source=cast.federal)
    Voucher.objects.create(expenditure=paid, number="F-12", supplier="Afous")
    twin = Expenditure(
        activity=cast.gillis.partner, source=cast.own, spent_on=paid.spent_on, description="Bus", amount=Decimal(5)
    )
    allowed, reasons = eligible(twin, voucher=Voucher(number=" f-12", supplier="AFOUS "))
    assert (allowed, [(reason.field, reason.sentence, reason.url) for reason in reasons]) == (
        False,
        [
            (
                "voucher_number",
                "This voucher is paid already from Federal cooperation: no cost is paid twice.",
                f"/activities/expenses/{paid.pk}/",
            )
        ],
    )
