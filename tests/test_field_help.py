"""Every field of a form says what it means, or stands here with the reason why it need not."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.utils import translation

from portal.ground.field_help import HELP

pytestmark = pytest.mark.once
ROOMS = ("activities.forms", "partnerships.forms", "beneficiaries.forms", "portal.roof.forms")
# Fields whose label alone tells a newcomer what to write, and why it does.
EXPLAIN_THEMSELVES = {
    "a day of what the form itself names": {
        *("starts_on", "ends_on", "held_on", "spent_on", "happened_on", "noted_on", "voucher_date", "starts_at"),
        *("asked_on", "agreed_on", "claimed_on", "closed_on", "closes_on", "opens_on", "decided_on", "delivered_on"),
        *("due_on", "enrolled_on", "found_on", "granted_on", "learned_on", "made_on", "on", "received_on", "sent_on"),
        *("taken_over_on", "withdrawn_on", "gained_on"),
    },
    "an amount whose label names the money and the currency": {"amount", "received_amount", "currency"},
    "free text whose label is the question": {
        *("text", "description", "difficulties", "next_step", "comment", "note", "reason", "whole", "topic"),
        *("caption", "title", "withdrawal_reason"),
    },
    "a choice among a few words that say it": {
        *("kind", "state", "status", "side", "sex", "scope", "consent", "decision", "direction", "edition", "part"),
        *("language", "reply_language", "theme", "themes", "code", "paid_by", "gained_by"),
    },
    "a choice among records that the reader knows by name": {
        *("activity", "partnership", "programme", "cohort", "course", "place", "organisation", "organisations"),
        *("target_group", "target_groups", "owner", "taken_over_by", "home", "products", "questions", "came_from"),
    },
    "a box whose label is a whole sentence": {
        *("along", "seen", "remove", "drop_file", "is_checked", "is_nothing_to_tell", "is_ready"),
        *("is_delivered", "is_required", "submitted", "chosen", "vouchers", "follows_needs", "leads_to_diploma"),
    },
    "a number whose label says of what": {"number", "year", "highest", "lowest", "steps"},
    "a file whose label says which": {"file"},
}


def form_classes() -> Iterator[type[forms.BaseForm]]:
    """Give every form of the browser; those of the administration are Django's."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for found in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{room}.{found.name}")

    def below(kind: type) -> Iterator[type]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    for kind in set(below(forms.BaseForm)):
        path = kind.__module__
        if path.startswith(("activities.", "partnerships.", "beneficiaries.", "portal.")) and ".admin" not in path:
            yield kind


def silent_fields() -> dict[str, set[str]]:
    """Return the fields that say nothing of themselves, each with its forms."""
    found: dict[str, set[str]] = {}
    for kind in form_classes():
        for name, field in kind.base_fields.items():
            if not field.widget.is_hidden and not field.help_text and name not in HELP:
                found.setdefault(name, set()).add(f"{kind.__module__}.{kind.__name__}")
    return found


def test_each_field_is_explained_or_explains_itself():
    plain = set().union(*EXPLAIN_THEMSELVES.values())
    of_the_showcase = {"name", "day", "choice", "agreed"}
    lacking = {name: kinds for name, kinds in silent_fields().items() if name not in plain | of_the_showcase}
    assert lacking == {}


def test_the_table_names_no_field_that_there_is_not():
    named = set().union(*EXPLAIN_THEMSELVES.values())
    every = {name for kind in form_classes() for name in kind.base_fields}
    assert named - every == set()
    assert set(HELP) - every == set()
    assert named & set(HELP) == set()


@pytest.mark.parametrize("code", ["nl", "fr", "ar"])
def test_the_sentences_are_translated(code):
    with translation.override("en"):
        english = {name: str(text) for name, text in HELP.items()}
    with translation.override(code):
        assert {name for name, text in HELP.items() if str(text) == english[name]} == set()


@pytest.mark.django_db
def test_the_sentence_is_tied_to_its_field(cast, client_of):
    page = client_of(cast.officer).get(f"/activities/{cast.jette.partner.pk}/edit/").content.decode()
    field = page[page.index('id="id_host_event"') - 400 :][:900]
    assert 'aria-describedby="id_host_event_helptext"' in field
    assert 'id="id_host_event_helptext"' in page
