"""What asks much is answered from memory until anything is written, for each reader and in each language apart."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.models import Outcome
from tests.cast import make_expense
from tests.indicator_rows import make_indicator, make_result, make_rule
from tests.log_form import expense, filled, picture
from tests.statements import statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in_memory")]


def asked(client, address):
    """Return the board, and how many statements it took."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    return page.context["board"], statements(queries)


def test_of_the_board_only_what_a_write_may_change_is_found_anew(cast, client_of):
    address = reverse("partnerships:year_readiness", args=["jette-belfaa-2022-2026", 2024])
    officer, writer = client_of(cast.officer), client_of(cast.coordinator_north)
    (first, many), (second, few) = asked(officer, address), asked(officer, address)
    assert first == second
    assert many - few > 10
    entry = filled(cast.jette.partner, cast.coordinator_north, **expense(cast.federal))
    entry |= {"photo-0-file": picture(), "photo-0-caption": "In the hall"}
    assert writer.post("/activities/log/", entry).status_code == 302
    third, some = asked(officer, address)
    # The activity has its entry now, the photo no consent and the expense no voucher.
    assert [(group.kind, group.count) for group in first.groups] == [("log", 2)]
    assert [(group.kind, group.count) for group in third.groups] == [("log", 1), ("consent", 1), ("voucher", 1)]
    # The finders of these three, what was written and the names of the members.
    assert some - few == 5


def test_what_one_reader_is_told_is_no_others(cast, client_of):
    address = reverse("partnerships:year_readiness", args=["jette-belfaa-2022-2026", 2024])
    officer, writer = client_of(cast.officer), client_of(cast.coordinator_north)
    make_expense(cast.jette.partner, spent_on=dt.date(2024, 5, 1))
    theirs, mine = asked(officer, address)[0], asked(writer, address)[0]
    assert (theirs.mine, mine.mine) == (0, 1)
    headings = [group.heading for group in mine.groups]
    writer.cookies["django_language"] = "fr"
    assert headings != [group.heading for group in asked(writer, address)[0].groups]


def test_a_logframe_is_made_anew_too_and_a_viewers_is_no_coordinators(cast, client_of):
    address = reverse("partnerships:logframe", args=["jette-belfaa-2022-2026"])
    make_rule(make_indicator(make_result(cast.jette, "output")))
    viewer, writer = client_of(cast.viewer), client_of(cast.coordinator_north)
    pages = [client.get(address) for client in (writer, viewer, writer, viewer)]
    assert [page.context["hides_few"] for page in pages] == [False, True, False, True]
    assert pages[0].context["results"] == pages[2].context["results"]
    Outcome.objects.update(title_en="Another result")
    assert "Another result" not in str(writer.get(address).context["results"])
    saved = writer.post("/activities/log/", filled(cast.jette.home, cast.coordinator_north))
    assert saved.status_code == 302
    assert "Another result" in str(writer.get(address).context["results"])
