"""The audit trail in words, whichever way an entry holds its values."""

import pytest
from django.utils import translation

from portal.ground import audit
from portal.ground.history import Change, describe
from portal.ground.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["a1b2", [None, "a1b2"]], ids=["alone", "after nothing"])
def test_a_new_record_tells_what_it_holds_and_no_none(cast, value):
    told = {"actor": cast.officer, "verb": AuditEntry.Verb.CREATE, "changes": {"sha256": value}}
    entry = audit.record(cast.jette.partnership, **told)
    with translation.override("nl"):
        [line] = describe([entry])
    assert line.is_new
    assert line.changes == [Change("SHA-256", "", "a1b2")]


def test_links_of_a_new_record_are_listed(cast):
    told = {"actor": cast.officer, "verb": AuditEntry.Verb.CREATE, "changes": {"x": ["a", "b"]}}
    [line] = describe([audit.record(cast.jette.partnership, **told)])
    assert [change.new for change in line.changes] == ["a; b"]


def test_a_row_of_the_reference_data_says_so_in_the_reader_s_language(cast):
    told = {"actor": None, "verb": AuditEntry.Verb.CREATE}
    entries = [audit.record(cast.own, reason=reason, **told) for reason in ("Reference data: own", "Agreed by letter.")]
    with translation.override("nl"):
        assert [line.reason for line in describe(entries)] == ["Referentiegegevens: own", "Agreed by letter."]
