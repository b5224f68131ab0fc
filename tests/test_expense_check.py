"""What is typed is judged at once: the reasons, and the sources that would pay. Nothing is written."""

import re
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Expenditure, LogEntry, Voucher
from portal.ground.models import AuditEntry
from tests.cast import make_expense, make_grant, make_transfer
from tests.expense_rows import make_rule

CHECK = "/activities/expenses/check/"
FIELDS = ["source", "heading", "spent_on", "amount", "currency", "rate", "rule_reason", "voucher_number", "supplier"]
FIELDS += ["activity", "starts_on", "pk", "transfer", "spent_by", "voucher_total", "row", "voucher", "kept"]


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


def told(response) -> list[tuple[str, str]]:
    """Return (effect, sentence) for each line of the fragment."""
    assert response.status_code == 200
    lines = re.findall(r'<p class="verdict-(\w+)">.*?<span>(.*?)</span>', response.content.decode(), re.DOTALL)
    return [(effect, re.sub("<[^>]+>", "", text).replace("&#x27;", "'")) for effect, text in lines]


def typed(activity, source, **more):
    return {"activity": activity.pk, "source": source.pk, "starts_on": "2024-05-14", "amount": "100", **more}


def test_federal_money_in_jette(cast, client_of):
    north = client_of(cast.coordinator_north)
    assert told(north.get(CHECK, typed(cast.jette.home, cast.federal))) == [
        ("refuse", "Federal money pays only for work in Morocco."),
        ("tell", "These sources would pay it: BWI, Own funds."),
    ]
    assert told(north.get(CHECK, typed(cast.jette.home, cast.bwi))) == [("allow", "The rules of BWI allow this.")]
    assert (LogEntry.objects.count(), Expenditure.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_the_sources_that_would_pay_stand_between_arabic_commas(cast, client_of):
    north = client_of(cast.coordinator_north)
    north.cookies["django_language"] = "ar"
    _refused, (effect, sentence) = told(north.get(CHECK, typed(cast.jette.home, cast.federal)))
    listed = sentence.partition(":")[2].strip(" .")
    assert (effect, listed.count("،"), listed.count(",")) == ("tell", 1, 0)


def test_the_fields_of_one_row_among_others(cast, south):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(90))
    fields = {
        "row": "expense-3",
        "expense-3-source": cast.federal.pk,
        "expense-3-amount": "100",
        "expense-0-amount": "1",
    }
    fields |= {"activity": cast.gillis.partner.pk, "starts_on": "2024-05-14"}
    left = "Only 90.00\N{NO-BREAK SPACE}€ is left of what Federal cooperation granted."
    assert told(south.get(CHECK, fields)) == [("refuse", left)]


def test_a_warning_asks_for_the_reason_field(cast, south):
    make_rule(cast.federal, "voucher", amount=50, effect="warn")
    make_rule(cast.federal, "window", last_day="2020-01-01", effect="judge")
    response = south.get(CHECK, typed(cast.gillis.partner, cast.federal))
    assert told(response) == [
        ("judge", "The rule."),
        ("warn", "The rule."),
        ("refuse", "Say why it is paid from this source all the same."),
    ]
    assert "data-asks-reason" in response.content.decode()
    with_number = south.get(CHECK, typed(cast.gillis.partner, cast.federal, voucher_number="7"))
    assert "data-asks-reason" not in with_number.content.decode()


def test_dirham_show_their_rate_before_they_are_spent(cast, south):
    transfer = make_transfer(cast.gillis.programme, cast.federal)
    fields = typed(cast.gillis.partner, cast.federal, amount="1.085,00", currency="MAD")
    assert told(south.get(CHECK, fields))[0] == (
        "tell",
        f"100.00\N{NO-BREAK SPACE}€, at 10.85: from {transfer}.",
    )
    assert told(south.get(CHECK, fields | {"amount": "99.000,00"}))[0] == (
        "refuse",
        "Not so many dirham have arrived by transfer: give the rate at which they were bought.",
    )


def test_double_funding_leads_to_the_other(cast, south):
    paid = make_expense(cast.gillis.partner)
    Voucher.objects.create(expenditure=paid, number="A-7", supplier="Afous")
    response = south.get(CHECK, typed(cast.gillis.partner, cast.federal, voucher_number="A-7", supplier="Afous"))
    assert told(response)[0][1].startswith("This voucher is paid already from Own funds: no cost is paid twice.")
    assert f'href="/activities/expenses/{paid.pk}/"' in response.content.decode()


def test_a_stored_row_is_not_counted_against_itself(cast, south):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    paid = make_expense(cast.gillis.partner, source=cast.federal)
    fields = typed(cast.gillis.partner, cast.federal)
    assert told(south.get(CHECK, fields))[0][0] == "refuse"
    assert told(south.get(CHECK, fields | {"pk": paid.pk}))[0][0] == "allow"


@pytest.mark.parametrize(("person", "answer"), [("stranger", 404), ("viewer", 403), ("coordinator_north", 404)])
def test_who_may_not_ask(cast, client_of, person, answer):
    client = client_of(getattr(cast, person))
    assert client.get(CHECK, typed(cast.gillis.partner, cast.federal)).status_code == answer
    assert client.post(CHECK).status_code == 405


def test_too_little_is_answered_with_nothing(cast, south):
    assert told(south.get(CHECK)) == []
    assert told(south.get(CHECK, {"activity": cast.gillis.partner.pk})) == []
    assert told(south.get(CHECK, {"activity": cast.gillis.partner.pk, "source": "99999999", "spent_on": "x"})) == []


HOSTILE = ["", "-1", "0", "NaN", "Infinity", "1e999", "\0", "\u202e", "9" * 30, "2024-13-45", "0001-01-01", "'--", "٣"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(HOSTILE) | st.text(max_size=12), max_size=8))
def test_whatever_is_sent_is_answered(cast, south, data):
    known = {"activity": cast.gillis.partner.pk, "source": cast.federal.pk, "starts_on": "2024-05-14", "amount": "5"}
    # A NUL is refused at the door.
    expected = {400} if any("\0" in text for text in data.values()) else {200, 404}
    assert south.get(CHECK, known | data).status_code in expected


def test_a_text_of_a_megabyte(cast, south):
    data = typed(cast.gillis.partner, cast.federal, voucher_number="x" * 1_000_000, rule_reason="\u202e" * 1000)
    assert told(south.get(CHECK, data)) == [("allow", "The rules of Federal cooperation allow this.")]


def test_the_number_of_queries_does_not_grow(cast, south, django_assert_max_num_queries):
    for _ in range(30):
        make_expense(cast.gillis.partner, source=cast.federal)
    with django_assert_max_num_queries(25):
        south.get(CHECK, typed(cast.gillis.partner, cast.federal, voucher_number="1"))
