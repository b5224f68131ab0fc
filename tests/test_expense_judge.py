"""An officer justifies or rejects with the reason; what is judged stays as it is."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from activities.models import Expenditure, Voucher
from activities.services import StaleVersion, correct_expense, judge
from activities.services.expenses import CorrectionValues
from portal.ground.models import AuditEntry
from tests.cast import close_year, make_entry, make_expense, make_grant
from tests.expense_rows import errors_of, make_rule
from tests.log_form import correction, expense

MISSING = ["This cannot be justified yet.", "The rule.", "The cost heading is missing."]
FIXED = "This expense is justified: correct it by a row of its own."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


@pytest.fixture
def spent(cast):
    return make_expense(cast.gillis.partner, heading=cast.headings["personnel"])


def page(row) -> str:
    return f"/activities/expenses/{row.pk}/"


def decide(row, cast, decision, reason="", seen=""):
    return judge(row, decision=decision, actor=cast.officer, on=row.spent_on, seen=seen, reason=reason)


def test_justify(cast, officer, spent):
    response = officer.post(f"{page(spent)}judge/", {"decision": "justified", "seen": ""})
    assert (response.status_code, response.url) == (302, page(spent))
    spent.refresh_from_db()
    assert (spent.decision, spent.decided_by) == ("justified", cast.officer)
    audit = AuditEntry.objects.get(verb="transition")
    assert (audit.actor, audit.target_id, audit.changes["decision"]) == (cast.officer, spent.pk, ["", "justified"])
    assert officer.post(f"{page(spent)}judge/", {"decision": "justified", "seen": ""}).status_code == 302
    assert AuditEntry.objects.count() == 1


def test_what_is_missing_is_told(cast, officer):
    make_rule(cast.federal, "voucher", amount=0, effect="judge")
    row = make_expense(cast.gillis.partner, source=cast.federal)
    assert officer.get(page(row)).context["missing"] == MISSING[1:]
    response = officer.post(f"{page(row)}judge/", {"decision": "justified"})
    assert list(response.context["form"].non_field_errors()) == MISSING
    Voucher.objects.create(expenditure=row, number="1")
    Expenditure.objects.filter(pk=row.pk).update(heading=cast.headings["audit"])
    assert officer.post(f"{page(row)}judge/", {"decision": "justified"}).status_code == 302


def test_a_rejection_needs_a_reason(cast, officer, spent):
    response = officer.post(f"{page(spent)}judge/", {"decision": "rejected", "reason": "  "})
    assert response.context["form"].errors == {"reason": ["Say why the expense is rejected."]}
    officer.post(f"{page(spent)}judge/", {"decision": "rejected", "reason": "Not a cost of the project."})
    spent.refresh_from_db()
    assert (spent.decision, spent.decision_reason) == ("rejected", "Not a cost of the project.")
    officer.post(f"{page(spent)}judge/", {"decision": "open", "seen": "rejected"})
    spent.refresh_from_db()
    assert (spent.decision, spent.decision_reason, spent.decided_by) == ("", "", None)


def test_who_looked_at_another_judgement_is_told(cast, officer, spent):
    decide(spent, cast, "justified")
    response = officer.post(f"{page(spent)}judge/", {"decision": "rejected", "reason": "No.", "seen": ""})
    assert response.status_code == 409
    sentence = "Somebody judged this expense meanwhile: look at it as it is now."
    assert list(response.context["form"].non_field_errors()) == [sentence]
    with pytest.raises(StaleVersion):
        decide(spent, cast, "rejected", "No.")


def test_a_rejection_takes_justified_corrections_along_only_where_the_officer_says_so(cast, officer, spent):
    for amount, decision in [(-30, "justified"), (-20, "")]:
        make_expense(
            cast.gillis.partner,
            heading=spent.heading,
            corrects=spent,
            amount=Decimal(amount),
            decision=decision,
            description=f"Back {amount}",
        )
    shown = officer.get(page(spent)).context
    named = "<bdi>Back -30</bdi> · <bdi>-30.00\N{NO-BREAK SPACE}€</bdi> · <bdi>justified</bdi>"
    assert (shown["along"][0], len(shown["along"]), shown["asks_along"]) == (named, 2, True)
    rejection = {"decision": "rejected", "reason": "Not a cost.", "seen": ""}
    response = officer.post(f"{page(spent)}judge/", rejection)
    sentence = "This is justified and would be rejected too: Back -30. Say that it goes along."
    assert response.context["form"].errors == {"along": [sentence]}
    assert sentence in response.content.decode()
    assert set(Expenditure.objects.values_list("decision", flat=True)) == {"", "justified"}
    assert officer.post(f"{page(spent)}judge/", rejection | {"along": "on"}).status_code == 302
    assert set(Expenditure.objects.values_list("decision", flat=True)) == {"rejected"}


def test_a_rejection_names_the_open_corrections_and_asks_nothing(cast, officer, spent):
    make_expense(cast.gillis.partner, corrects=spent, amount=Decimal(-30))
    shown = officer.get(page(spent)).context
    assert (len(shown["along"]), shown["asks_along"]) == (1, False)
    officer.post(f"{page(spent)}judge/", {"decision": "rejected", "reason": "No.", "seen": ""})
    assert set(Expenditure.objects.values_list("decision", flat=True)) == {"rejected"}


def test_a_rejection_is_not_taken_back_where_the_money_is_spent(cast, spent):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    decide(spent, cast, "rejected", "No.")
    make_expense(cast.gillis.partner, source=cast.federal)
    with pytest.raises(Exception, match="is left of what Federal cooperation granted"):
        decide(spent, cast, "", seen="rejected")


def test_a_locked_year_can_still_be_judged(cast, officer, spent):
    close_year(cast.gillis.year(2024), cast.officer)
    assert officer.post(f"{page(spent)}judge/", {"decision": "justified"}).status_code == 302


@pytest.mark.parametrize(
    ("person", "answer"), [("stranger", 404), ("coordinator_north", 404), ("viewer", 403), ("coordinator_south", 403)]
)
def test_only_an_officer_judges(cast, client_of, spent, person, answer):
    client = client_of(getattr(cast, person))
    assert client.post(f"{page(spent)}judge/", {"decision": "justified"}).status_code == answer
    chosen = client.post("/activities/expenses/judge/", {"expense": [spent.pk]})
    assert chosen.status_code == (302 if answer == 404 else 403)
    spent.refresh_from_db()
    assert spent.decision == ""


@pytest.mark.parametrize("sent", [{}, {"decision": "x"}, {"decision": "rejected", "reason": "x" * 1_000_000}])
def test_a_strange_judgement_is_answered(officer, spent, sent):
    assert officer.post(f"{page(spent)}judge/", sent).status_code == 200
    spent.refresh_from_db()
    assert spent.decision == ""


def test_many_at_once(cast, officer, spent):
    lacks = make_expense(cast.gillis.partner, source=cast.federal, description="Chairs")
    own = make_expense(cast.jette.home)
    data = {
        "expense": [spent.pk, lacks.pk, own.pk, "x", "99999999999999999999"],
        "next": "/activities/expenses/?year=2024",
    }
    response = officer.post("/activities/expenses/judge/", data)
    assert response.context["said"] == "2 expenses are justified."
    assert [(row["url"], row["sentences"]) for row in response.context["refused"]] == [
        (page(lacks), ["The cost heading is missing."])
    ]
    assert response.context["back_url"] == "/activities/expenses/?year=2024"
    decisions = Expenditure.objects.order_by("pk").values_list("decision", flat=True)
    assert list(decisions) == ["justified", "", "justified"]
    again = officer.post("/activities/expenses/judge/", {"expense": [own.pk], "next": "https://elsewhere.example/"})
    assert (again.status_code, again.url) == (302, "/activities/expenses/")


def test_many_at_once_take_a_constant_number_of_questions(cast, officer, django_assert_max_num_queries):
    rows = [make_expense(cast.gillis.partner, heading=cast.headings["personnel"]) for _ in range(20)]
    with django_assert_max_num_queries(40 + 3 * len(rows)):
        officer.post("/activities/expenses/judge/", {"expense": [row.pk for row in rows]})


def test_a_justified_row_stands_fixed_in_the_form_of_its_entry(cast, client_of, spent):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    Expenditure.objects.filter(pk=spent.pk).update(log_entry=entry)
    decide(spent, cast, "justified")
    south = client_of(cast.coordinator_south)
    address = f"/activities/log/{entry.pk}/edit/"
    text = south.get(address).content.decode()
    assert FIXED in text
    assert "expense-0-description" not in text
    rows = {"expense-0-pk": spent.pk, "expense-INITIAL_FORMS": "1"}
    assert south.post(address, correction(cast, entry, text="Eleven came.", **rows)).status_code == 302
    entry.refresh_from_db()
    assert (entry.text, entry.expenditures.get().amount) == ("Eleven came.", Decimal("100.00"))
    for changed in ({"amount": "99"}, {"remove": "on"}, {"description": "Else"}):
        fields = {"pk": spent.pk, "heading": spent.heading_id, "description": spent.description} | changed
        sent = correction(cast, entry, **expense(cast.federal, **fields), **{"expense-INITIAL_FORMS": "1"})
        assert errors_of(south.post(address, sent)) == {"expense-0-description": [FIXED]}
    assert south.post(f"/activities/log/{entry.pk}/withdraw/", {"reason": "x"}).status_code == 200
    moved = correction(cast, entry, **rows) | {"activity": cast.gillis.home.pk}
    assert errors_of(south.post(address, moved)) == {"activity": [f"Meeting room: {FIXED}"]}


def test_the_database_keeps_what_is_justified(cast, spent):
    decide(spent, cast, "justified")
    for change in ({"amount": 1}, {"source": cast.own}, {"heading": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Expenditure.objects.filter(pk=spent.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Expenditure.objects.filter(pk=spent.pk).delete()


def test_a_rejection_takes_the_refund_with_it(cast, spent):
    back = CorrectionValues(spent_on=spent.spent_on, description="Back", amount=Decimal(-30))
    refund, _new = correct_expense(spent, back, actor=cast.coordinator_south, key=uuid.uuid4())
    with pytest.raises(Exception, match="A refund goes with what it refunds"):
        decide(refund, cast, "rejected", "No.")
    decide(spent, cast, "rejected", "No.")
    refund.refresh_from_db()
    assert (refund.decision, Expenditure.objects.charged().count()) == ("rejected", 0)
    decide(spent, cast, "", seen="rejected")
    assert Expenditure.objects.charged().count() == 2
