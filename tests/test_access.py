"""Who may open what: every address of the portal, with every role of both partnerships.

An address that this file does not know fails the first test: say here who may open it.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from activities.models import BudgetLine, Delay, Document, Expenditure, LogEntry, Photo, Voucher
from partnerships import models as rooms
from partnerships.models import (
    FundingRequest,
    Grant,
    Indicator,
    IndicatorCorrection,
    IndicatorValue,
    NarrativeSection,
    Organisation,
    SectionHeading,
    Tranche,
    Transfer,
)
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry, User
from tests.access_forms import TRAILED, TRAILS, expense_forms, indicator_forms, money_forms, trail_forms
from tests.admin_rows import SUBMITTED, VALIDATED, fill
from tests.cast import YEARS, Bond, Cast
from tests.log_form import filled

ROLES = ("anonymous", "stranger", "neighbour", "viewer", "coordinator", "officer", "administrator")
EVERYBODY = (200,) * 7
WHO_SIGNED_IN = (302, 200, 200, 200, 200, 200, 200)
NOTHING_THERE = (302, 404, 404, 404, 404, 404, 404)
WHO_DID_NOT = (200, 302, 302, 302, 302, 302, 302)
ALWAYS_ELSEWHERE = (302,) * 7
MEMBERS = (302, 404, 404, 200, 200, 200, 200)
WRITERS = (302, 404, 404, 403, 200, 200, 200)
WRITERS_DONE = (302, 404, 404, 403, 302, 302, 302)
OFFICERS = (302, 404, 404, 403, 403, 200, 200)
OFFICERS_DONE = (302, 404, 404, 403, 403, 302, 302)
# No record is named: a writer of any partnership may begin, and is told that this one is not theirs.
ANY_WRITER = (302, 403, 200, 403, 200, 200, 200)
ANY_WRITER_DONE = (302, 403, 200, 403, 302, 302, 302)


@dataclass(frozen=True)
class Address:
    """How an address is called, with which arguments, and what each of ROLES is answered."""

    expected: tuple[int, ...]
    arguments: str = ""
    method: str = "get"
    data: str = ""


# The arguments are names in `Scene.words`.
ADDRESSES = {
    "dashboard": Address(WHO_SIGNED_IN),
    "health": Address(EVERYBODY),
    "set_language": Address(ALWAYS_ELSEWHERE, method="post"),
    "partnerships:list": Address(WHO_SIGNED_IN),
    "partnerships:detail": Address(MEMBERS, "partnership"),
    "partnerships:programme_detail": Address(MEMBERS, "programme"),
    "partnerships:year_detail": Address(MEMBERS, "programme year"),
    "partnerships:year_submit": Address(WRITERS_DONE, "programme year", "post"),
    "partnerships:year_return": Address(OFFICERS, "programme submitted"),
    "partnerships:year_validate": Address(OFFICERS_DONE, "programme submitted", "post"),
    "partnerships:year_lock": Address(OFFICERS_DONE, "programme validated", "post"),
    "partnerships:year_reopen": Address(OFFICERS, "programme validated"),
    "partnerships:year_section": Address(MEMBERS, "programme year heading whole language"),
    "partnerships:section_confirm": Address(WRITERS_DONE, "section", "post"),
    "partnerships:money_path": Address(MEMBERS, "programme"),
    # Who has one partnership is led straight to it.
    "partnerships:money_overview": Address((302, 200, 302, 200, 302, 200, 200)),
    "partnerships:money": Address(MEMBERS, "partnership"),
    "partnerships:programme_money": Address(MEMBERS, "programme"),
    "partnerships:programme_money_export": Address(MEMBERS, "programme", "post"),
    "partnerships:request_create": Address(OFFICERS, "partnership"),
    "partnerships:request_edit": Address(OFFICERS, "request"),
    "partnerships:request_move": Address(OFFICERS, "request"),
    "partnerships:grant_create": Address(OFFICERS, "programme"),
    "partnerships:grant_edit": Address(OFFICERS, "grant"),
    "partnerships:tranche_edit": Address(OFFICERS, "grant tranche"),
    "partnerships:transfer_create": Address(OFFICERS, "programme"),
    "partnerships:transfer_edit": Address(OFFICERS, "transfer"),
    "partnerships:logframe": Address(MEMBERS, "programme"),
    "partnerships:logframe_export": Address(MEMBERS, "programme", "post"),
    "partnerships:indicator": Address(MEMBERS, "indicator"),
    "partnerships:targets_edit": Address(OFFICERS, "indicator"),
    "partnerships:value_create": Address(WRITERS, "indicator"),
    "partnerships:value_edit": Address(WRITERS, "value"),
    "partnerships:value_validate": Address(OFFICERS_DONE, "value", "post"),
    "partnerships:value_take_back": Address(OFFICERS, "value"),
    "partnerships:value_correct": Address(WRITERS, "value"),
    "partnerships:value_file": Address(MEMBERS, "value"),
    "partnerships:correction_validate": Address(OFFICERS_DONE, "correction", "post"),
    **{f"partnerships:{name}_create": Address(WRITERS, "partnership") for name in TRAILED},
    **{f"partnerships:{name}_edit": Address(WRITERS, name) for name in (*TRAILED, "step")},
    "partnerships:step_create": Address(WRITERS, "decision"),
    "partnerships:risk_review": Address(WRITERS, "risk"),
    "partnerships:programme_close": Address(OFFICERS, "programme"),
    "partnerships:close": Address(OFFICERS, "partnership"),
    "partnerships:organisation_list": Address(WHO_SIGNED_IN),
    "partnerships:organisation_detail": Address(MEMBERS, "organisation"),
    "activities:list": Address(WHO_SIGNED_IN),
    "activities:create": Address(ANY_WRITER),
    "activities:detail": Address(MEMBERS, "activity"),
    "activities:edit": Address(WRITERS, "activity"),
    "activities:status": Address(WRITERS, "activity", "post"),
    "activities:delay_create": Address(WRITERS, "activity"),
    "activities:delay_edit": Address(WRITERS, "delay"),
    "activities:log_create": Address(ANY_WRITER),
    "activities:log_edit": Address(WRITERS, "entry"),
    "activities:log_withdraw": Address(WRITERS, "entry"),
    "activities:log_restore": Address(WRITERS_DONE, "entry", "post"),
    "activities:log_row": Address((302, 404, 200, 404, 200, 200, 200), "kind", data="index=1"),
    "activities:expense_list": Address(WHO_SIGNED_IN),
    "activities:expense_export": Address(WHO_SIGNED_IN, method="post"),
    "activities:expense_create": Address(ANY_WRITER),
    "activities:expense_check": Address(WHO_SIGNED_IN),
    "activities:expense_detail": Address(MEMBERS, "expense"),
    "activities:expense_edit": Address(WRITERS_DONE, "expense"),
    "activities:expense_correct": Address(WRITERS, "expense"),
    "activities:expense_remove": Address(WRITERS_DONE, "expense"),
    "activities:expense_judge": Address(OFFICERS_DONE, "expense"),
    "activities:expenses_judge": Address(ALWAYS_ELSEWHERE),
    "activities:budget": Address(MEMBERS, "programme"),
    "activities:budget_create": Address(OFFICERS, "programme"),
    "activities:budget_export": Address(MEMBERS, "programme", "post"),
    "activities:budget_history": Address(MEMBERS, "line"),
    "activities:budget_amend": Address(OFFICERS, "line"),
    "activities:co_funding": Address(MEMBERS, "activity"),
    "activities:import": Address(ANY_WRITER),
    # A spreadsheet on its way in is its sender's alone: tests/test_sheet_jobs.py.
    "activities:import_detail": Address(NOTHING_THERE, "nothing"),
    "activities:import_progress": Address(NOTHING_THERE, "nothing"),
    "activities:import_verdicts": Address(NOTHING_THERE, "nothing kind"),
    "activities:photo": Address(MEMBERS, "photo"),
    "activities:photo_thumbnail": Address(MEMBERS, "photo"),
    "activities:document": Address(MEMBERS, "document"),
    "activities:voucher": Address(MEMBERS, "voucher"),
    "reports:window": Address(MEMBERS, "partnership"),
    "reports:export": Address(MEMBERS, "partnership", "post"),
    "reports:vouchers": Address(MEMBERS, "partnership"),
    "reports:vouchers_export": Address(MEMBERS, "partnership", "post"),
    "account_login": Address(WHO_DID_NOT),
    "account_logout": Address((302, 200, 200, 200, 200, 200, 200)),
    "account_inactive": Address(EVERYBODY),
    "account_signup": Address(WHO_DID_NOT),
    "account_reauthenticate": Address(WHO_SIGNED_IN),
    "account_email": Address(WHO_SIGNED_IN),
    "account_email_verification_sent": Address(EVERYBODY),
    "account_confirm_email": Address(EVERYBODY, "nonsense"),
    "account_change_password": Address(WHO_SIGNED_IN),
    "account_set_password": Address(ALWAYS_ELSEWHERE),
    "account_reset_password": Address(EVERYBODY),
    "account_reset_password_done": Address(EVERYBODY),
    "account_reset_password_from_key": Address(EVERYBODY, "nonsense nonsense"),
    "account_reset_password_from_key_done": Address(EVERYBODY),
    "account_confirm_login_code": Address(ALWAYS_ELSEWHERE),
    # To change a factor one signs in again first; without a factor there is nothing to take away.
    "mfa_index": Address(WHO_SIGNED_IN),
    "mfa_authenticate": Address(ALWAYS_ELSEWHERE),
    "mfa_reauthenticate": Address(ALWAYS_ELSEWHERE),
    "mfa_activate_totp": Address(ALWAYS_ELSEWHERE),
    "mfa_deactivate_totp": Address(NOTHING_THERE),
    "mfa_view_recovery_codes": Address(NOTHING_THERE),
    "mfa_generate_recovery_codes": Address(ALWAYS_ELSEWHERE),
    "mfa_download_recovery_codes": Address(NOTHING_THERE),
    "mfa_list_webauthn": Address(WHO_SIGNED_IN),
    "mfa_add_webauthn": Address(ALWAYS_ELSEWHERE),
    "mfa_reauthenticate_webauthn": Address(ALWAYS_ELSEWHERE),
    "mfa_remove_webauthn": Address(ALWAYS_ELSEWHERE, "nothing"),
    "mfa_edit_webauthn": Address(ALWAYS_ELSEWHERE, "nothing"),
    "mfa_login_webauthn": Address(ALWAYS_ELSEWHERE),
}
# Each of ROLES sends a form in order; what is asked of the report is refused, for a PDF takes long.
WRITES = {
    "partnerships:year_submit": WRITERS_DONE,
    "partnerships:year_return": OFFICERS_DONE,
    "partnerships:year_validate": OFFICERS_DONE,
    **dict.fromkeys(TRAILS, WRITERS_DONE),
    # The first form shows what is left on that day; the second, which says so, closes: tests/test_closing.py.
    "partnerships:programme_close": OFFICERS,
    "partnerships:close": OFFICERS,
    "partnerships:year_lock": OFFICERS_DONE,
    "partnerships:year_reopen": OFFICERS_DONE,
    "partnerships:year_section": WRITERS_DONE,
    "partnerships:section_confirm": WRITERS_DONE,
    "partnerships:request_create": OFFICERS_DONE,
    "partnerships:request_edit": OFFICERS_DONE,
    "partnerships:request_move": OFFICERS_DONE,
    "partnerships:grant_create": OFFICERS_DONE,
    "partnerships:grant_edit": OFFICERS_DONE,
    "partnerships:tranche_edit": OFFICERS_DONE,
    "partnerships:transfer_create": OFFICERS_DONE,
    "partnerships:transfer_edit": OFFICERS_DONE,
    "partnerships:logframe_export": MEMBERS,
    "partnerships:targets_edit": OFFICERS_DONE,
    "partnerships:value_create": WRITERS_DONE,
    "partnerships:value_edit": WRITERS_DONE,
    "partnerships:value_validate": OFFICERS_DONE,
    # It has a correction, so its first figure stays as it was.
    "partnerships:value_take_back": OFFICERS,
    # The year of the value is open: who may correct it is told to change the value itself.
    "partnerships:value_correct": WRITERS,
    "partnerships:correction_validate": OFFICERS_DONE,
    "activities:create": ANY_WRITER_DONE,
    "activities:edit": WRITERS_DONE,
    "activities:status": WRITERS_DONE,
    "activities:log_create": ANY_WRITER_DONE,
    "activities:log_edit": WRITERS_DONE,
    "activities:log_withdraw": WRITERS_DONE,
    "activities:log_restore": WRITERS_DONE,
    "activities:expense_create": ANY_WRITER_DONE,
    "activities:expense_edit": WRITERS_DONE,
    "activities:expense_correct": WRITERS_DONE,
    "activities:expense_remove": WRITERS_DONE,
    "activities:expenses_judge": ALWAYS_ELSEWHERE,
    "activities:expense_export": WHO_SIGNED_IN,
    "activities:expense_judge": OFFICERS_DONE,
    "activities:budget_create": OFFICERS_DONE,
    "activities:budget_amend": OFFICERS_DONE,
    "activities:budget_export": MEMBERS,
    # The form does not say which shares its sender saw: it is shown beside those that are there now.
    "activities:co_funding": (302, 404, 404, 403, 403, 409, 409),
    "activities:import": ANY_WRITER,
    "activities:import_detail": NOTHING_THERE,
    "reports:export": MEMBERS,
    "partnerships:programme_money_export": MEMBERS,
    "reports:vouchers_export": MEMBERS,
}
ROOMS = ("partnerships:", "activities:", "reports:")
# The administration: who works there is asked by tests/test_admin_pages.py, model by model.
FOR_NOBODY_ELSE = "admin:"
OPEN_TO_ALL = {"admin:login", "admin:logout", "admin:jsi18n"}


def addresses(resolver: Any = None, space: str = "") -> dict[str, URLPattern]:
    """Return {name: pattern} of every address, with its name space."""
    found = {}
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            found[f"{space}{pattern.name}"] = pattern
        else:
            found |= addresses(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
    return found


IN_THE_ADMINISTRATION = sorted(
    name
    for name in addresses()
    if name.startswith(FOR_NOBODY_ELSE) and name not in OPEN_TO_ALL and not name.endswith(":None")
)


@pytest.mark.once
def test_every_address_is_known():
    rest = {name for name in addresses() if not name.startswith(FOR_NOBODY_ELSE)}
    assert rest == set(ADDRESSES)


@dataclass(frozen=True)
class Scene:
    """One partnership with one record of each kind, and who stands where towards it."""

    cast: Cast
    bond: Bond
    rows: dict

    @property
    def words(self) -> dict[str, Any]:
        """What stands in the addresses."""
        return {
            "partnership": self.bond.partnership.slug,
            "programme": self.bond.programme.slug,
            "year": YEARS[-1],
            "submitted": SUBMITTED,
            "validated": VALIDATED,
            "heading": self.rows[SectionHeading].slug,
            "section": self.rows[NarrativeSection].pk,
            "whole": 0,
            "language": "en",
            "organisation": self.rows[Organisation].slug,
            "request": self.rows[FundingRequest].pk,
            "grant": self.rows[Grant].pk,
            "tranche": self.rows[Tranche].year,
            "transfer": self.rows[Transfer].pk,
            "indicator": self.rows[Indicator].slug,
            "value": self.rows[IndicatorValue].pk,
            "correction": self.rows[IndicatorCorrection].pk,
            "activity": self.bond.partner.pk,
            "entry": self.rows[LogEntry].pk,
            "expense": self.rows[Expenditure].pk,
            "photo": self.rows[Photo].pk,
            "document": self.rows[Document].pk,
            "voucher": self.rows[Voucher].pk,
            "line": self.rows[BudgetLine].pk,
            "finding": self.rows[rooms.Finding].pk,
            "decision": self.rows[rooms.Decision].pk,
            "step": self.rows[rooms.DecisionStep].pk,
            "lesson": self.rows[rooms.Lesson].pk,
            "risk": self.rows[rooms.Risk].pk,
            "delay": self.rows[Delay].pk,
            "kind": "photo",
            "nonsense": "nonsense",
            "nothing": 10_000,
        }

    def person(self, role: str) -> User | None:
        """Return who holds a role here; nobody is anonymous."""
        own, other = self.cast.coordinator_north, self.cast.coordinator_south
        if self.bond is self.cast.gillis:
            own, other = other, own
        return (self.cast.people | {"coordinator": own, "neighbour": other}).get(role)

    def client(self, role: str) -> Client:
        """Return a client signed in as who holds a role here."""
        client = Client()
        if person := self.person(role):
            client.force_login(person)
        return client

    def address(self, name: str) -> str:
        """Return the address of a page about this partnership's records."""
        return reverse(name, args=[self.words[word] for word in ADDRESSES[name].arguments.split()])

    def answer(self, role: str, name: str, known: Address) -> int:
        """Return how the portal answers; what the request wrote is undone."""
        address = self.address(name) + (f"?{known.data}" if known.data else "")
        with transaction.atomic():
            answered = getattr(self.client(role), known.method)(address)
            transaction.set_rollback(True)
        return answered.status_code

    def body(self, role: str, name: str) -> dict[str, Any]:
        """Return the fields of a form in order, as who holds a role would send it."""
        activity, entry = self.bond.partner, self.rows[LogEntry]
        person = self.person(role) or self.cast.stranger
        record = {
            "partnership": activity.partnership_id,
            "programme": activity.programme_id,
            "title_en": "A title",
            "kind": "workshop",
            "side": "partner",
            "status": "planned",
            "starts_on": "2024-03-01",
            "author": author_token(person),
        }
        log = filled(activity, person, text="What happened, as it is told here.")
        bodies: dict[str, dict[str, Any]] = {
            "partnerships:year_return": {"whole": "Tell more", "language": "en"},
            "partnerships:year_reopen": {"reason": "A correction"},
            "partnerships:year_section": {"text": "It rained.", "version": 0},
            **money_forms(self),
            **indicator_forms(),
            **expense_forms(self),
            **trail_forms(self),
            "activities:create": record,
            "activities:edit": record | {"version": activity.version},
            "activities:status": {"status": "done", "version": activity.version},
            "activities:log_create": log,
            "activities:log_edit": log | {"version": entry.version},
            "activities:log_withdraw": {"reason": "Written twice"},
        }
        return bodies.get(name, {})

    def write(self, role: str, name: str) -> tuple[int, int]:
        """Send a form; return the answer's status and how many audit entries it left. Both are undone."""
        with transaction.atomic():
            client, before = self.client(role), AuditEntry.objects.count()
            answered = client.post(self.address(name), self.body(role, name))
            left = AuditEntry.objects.count() - before
            transaction.set_rollback(True)
        return answered.status_code, left


@pytest.fixture(params=["jette", "gillis"])
def scene(request, cast):
    """Both partnerships hold a record of each kind; the question is about one of them."""
    rows = {name: fill(cast, getattr(cast, name), name) for name in ("jette", "gillis")}
    for name in ("a.pdf", "small.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    return Scene(cast, getattr(cast, request.param), rows[request.param])


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_role_is_answered_as_agreed(scene, name):
    known = ADDRESSES[name]
    answers = {role: scene.answer(role, name, known) for role in ROLES}
    assert answers == dict(zip(ROLES, known.expected, strict=True))


@pytest.mark.parametrize("name", WRITES)
def test_every_role_that_writes_is_answered_as_agreed(scene, name):
    answers = {role: scene.write(role, name) for role in ROLES}
    assert {role: status for role, (status, _left) in answers.items()} == dict(zip(ROLES, WRITES[name], strict=True))
    # What leaves the portal answers with a file, and is kept in the audit trail all the same.
    done = 200 if name.endswith("_export") else 302
    refused = [role for role in ROLES if role == "anonymous" or answers[role][0] != done]
    assert [role for role in refused if answers[role][1]] == []


@pytest.mark.parametrize("name", ["create", "edit", "status", "log_create", "log_edit", "log_withdraw"])
def test_what_is_allowed_is_written(scene, name):
    for role in ("coordinator", "officer", "administrator"):
        assert scene.write(role, f"activities:{name}")[1] > 0, role


def test_no_other_address_takes_a_form(scene):
    """A POST that nobody expects is refused before it is read."""
    others = [name for name in ADDRESSES if name.startswith(ROOMS) and name not in WRITES]
    taken = {name: scene.write("administrator", name)[0] for name in others}
    assert taken == dict.fromkeys(others, 405)


def test_the_administration_is_closed_to_everybody_else(cast, client_of):
    visitors = {"anonymous": Client()} | {name: client_of(user) for name, user in cast.people.items()}
    del visitors["administrator"]
    let_in = []
    for name in IN_THE_ADMINISTRATION:
        known = dict.fromkeys(addresses()[name].pattern.regex.groupindex, "1")
        address = reverse(name, kwargs=known | ({"app_label": "activities"} if "app_label" in known else {}))
        answers = {visitor: client.get(address).status_code for visitor, client in visitors.items()}
        answers["officer, writing"] = visitors["officer"].post(address).status_code
        let_in += [(name, visitor) for visitor, status in answers.items() if status not in {302, 403}]
    assert not let_in


@pytest.mark.parametrize("role", ["viewer", "coordinator"])
def test_a_refusal_gives_its_reason(scene, role):
    name = "partnerships:year_lock"
    page = scene.client(role).post(reverse(name, args=[scene.bond.programme.slug, YEARS[-1]]))
    assert page.status_code == 403
    assert "Only an officer of this partnership may do this." in page.content.decode()


@pytest.mark.parametrize(("part", "status"), [("viewer", 403), ("stranger", 404)])
def test_who_is_refused_is_sent_to_the_administrator(cast, client_of, part, status):
    page = client_of(cast.people[part]).get(reverse("activities:edit", args=[cast.jette.home.pk]))
    assert page.status_code == status
    assert "the administrator of the portal" in page.content.decode().lower()
