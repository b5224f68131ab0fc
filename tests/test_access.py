"""Who may open what: every address of the portal, with every role of both partnerships.

An address that tests/addresses.py does not know fails the first test: say there who may open it.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import translation

from activities.models import BudgetLine, Delay, Document, Expenditure, LogEntry, Photo, PublicText, Voucher
from beneficiaries import models as people
from partnerships import models as rooms
from partnerships.models import (
    FundingRequest,
    Grant,
    Indicator,
    IndicatorCorrection,
    IndicatorValue,
    NarrativeSection,
    Organisation,
    ProgrammeYear,
    SectionHeading,
    Tranche,
    Transfer,
)
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry, User
from portal.roof.freshness import Memory
from portal.roof.models import PublishedReport, ReportJob, Snapshot
from portal.roof.overviews.readiness.deadlines import part_due
from portal.roof.overviews.readiness.finders import FINDERS, part_found
from portal.roof.overviews.readiness.work import Years
from tests.access_forms import (
    evaluation_forms,
    expense_forms,
    indicator_forms,
    learning_forms,
    money_forms,
    trail_forms,
)
from tests.addresses import ADDRESSES, ROLES, WRITES, Address
from tests.admin_rows import SUBMITTED, VALIDATED, fill
from tests.cast import YEARS, Bond, Cast, assemble
from tests.log_form import filled

ROOMS = (
    "partnerships:",
    "beneficiaries:",
    "activities:",
    "forms:",
    "suggestions:",
    "notes:",
    "reports:",
    "sheets:",
    "public:",
)
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


# What stands in addresses whatever the rows are.
FIXED = {
    "whole": 0,
    "language": "en",
    "kind": "photo",
    "nonsense": "nonsense",
    "nothing": 10_000,
    "scale": "scale",
    "part": "viewer",
}
WRITTEN_DOWN = {
    **{
        model.__name__.lower(): model for model in (rooms.Finding, rooms.Decision, rooms.Lesson, rooms.Gain, rooms.Risk)
    },
    **{model.__name__.lower(): model for model in (rooms.Phase, rooms.Deliverable, rooms.Post, rooms.Call)},
    "sub_grant": rooms.SubGrant,
    "code": rooms.ProgrammeCode,
    "step": rooms.DecisionStep,
}
# What a learner's path stands under in the addresses.
LEARNED = {
    **{model.__name__.lower(): (model, "slug") for model in (people.Course, people.Cohort, people.Exam)},
    **{model.__name__.lower(): (model, "pk") for model in (people.Session, people.Learner, people.Enrolment)},
    "follow_up": (people.FollowUp, "pk"),
    "form": (people.EvaluationForm, "slug"),
    "link": (people.EvaluationForm, "link"),
    **{name: (getattr(people, name.capitalize()), "pk") for name in ("question", "answer", "suggestion")},
    "sheet": (people.AnswerSheet, "pk"),
}


@dataclass(frozen=True)
class Scene:
    """One partnership with one record of each kind, and who stands where towards it."""

    cast: Cast
    bond: Bond
    rows: dict
    # {role: key of its session}, once everybody signed in.
    sessions: dict[str, str] = field(default_factory=dict)

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
            "public": self.rows[PublicText].pk,
            "text": self.rows[PublicText].slug,
            "publication": self.rows[PublishedReport].pk,
            "expense": self.rows[Expenditure].pk,
            "photo": self.rows[Photo].pk,
            "document": self.rows[Document].pk,
            "voucher": self.rows[Voucher].pk,
            "line": self.rows[BudgetLine].pk,
            "snapshot": self.rows[Snapshot].pk,
            "job": self.rows[ReportJob].pk,
            "person": self.cast.viewer.pk,
            "delay": self.rows[Delay].pk,
            "trainers_link": self.rows[people.SheetLink].pk,
            "key": self.rows[people.SheetLink].key,
            **{name: self.rows[model].pk for name, model in WRITTEN_DOWN.items()},
            **{name: getattr(self.rows[model], key) for name, (model, key) in LEARNED.items()},
            **FIXED,
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
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        elif person := self.person(role):
            client.force_login(person)
        return client

    def sign_in(self) -> None:
        """Sign everybody in, so that each request is spared it."""
        for role in ROLES:
            if key := self.client(role).cookies.get(settings.SESSION_COOKIE_NAME):
                self.sessions[role] = key.value

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
            "partnerships:scores_edit": {"language": "en"},
            "partnerships:year_section": {"text": "It rained.", "version": 0},
            **money_forms(self),
            **indicator_forms(),
            **expense_forms(self),
            **trail_forms(self),
            **learning_forms(self),
            "privacy:learner_erase": {"name": self.rows[people.Learner].code},
            "privacy:account_erase": {"name": self.cast.viewer.username},
            **evaluation_forms(),
            "activities:create": record,
            "activities:edit": record | {"version": activity.version},
            "activities:status": {"status": "done", "version": activity.version},
            "activities:public_edit": {"title_en": "A title", "text_en": "A text", "author": author_token(person)},
            "activities:public_withdraw": {"reason": "It names somebody"},
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

    def gaps(self) -> dict[str, list[tuple[str, str, str, int | None]]]:
        """Return what the years of the programme lack by kind, as it is told, and whose it is; and what is due."""
        years = Years(list(ProgrammeYear.objects.filter(programme=self.bond.programme).select_related("programme")))
        kept = Memory()
        told = {
            kind.value: [
                (str(told.title), told.note, told.url, share.owner)
                for share in kept.get_all([part_found(years, kind)])[0]
                for row in share.rows
                for told in [FINDERS[kind].tell(years.rows[share.year], row)]
            ]
            for kind in FINDERS
        }
        return told | {
            "due": [(str(year), what, str(day), None) for year, what, day in kept.get_all([part_due(years)])[0]]
        }


@pytest.fixture(scope="module")
def scenes(django_db_setup, django_db_blocker):
    """Both partnerships with a record of each kind, written once: what a test here writes is undone by itself."""
    with django_db_blocker.unblock(), transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        cast = assemble()
        rows = {name: fill(cast, getattr(cast, name), name) for name in ("jette", "gillis")}
        made = {name: Scene(cast, getattr(cast, name), of) for name, of in rows.items()}
        for scene in made.values():
            scene.sign_in()
        yield made
        transaction.set_rollback(True)


# The second mirrors the first: both are asked who may what, and each engine everything that is asked of one.
@pytest.fixture(params=["jette", pytest.param("gillis", marks=pytest.mark.once)])
def scene(request, scenes, db):
    """Both partnerships hold a record of each kind; the question is about one of them."""
    for name in ("a.pdf", "small.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    return scenes[request.param]


@pytest.mark.parametrize("name", ADDRESSES)
def test_every_role_is_answered_as_agreed(scene, name):
    known = ADDRESSES[name]
    answers = {role: scene.answer(role, name, known) for role in ROLES}
    assert answers == dict(zip(ROLES, known.expected, strict=True))


@pytest.mark.parametrize("name", WRITES)
def test_every_role_that_writes_is_answered_as_agreed(scene, name):
    answers = {role: scene.write(role, name) for role in ROLES}
    assert {role: status for role, (status, _left) in answers.items()} == dict(zip(ROLES, WRITES[name], strict=True))
    # What leaves the portal answers with a file, and is kept in the audit trail all the same; so is what shows at once.
    done = 200 if name.endswith("_export") or name in {"forms:codes", "forms:words"} else 302
    refused = [role for role in ROLES if role == "anonymous" or answers[role][0] != done]
    assert [role for role in refused if answers[role][1]] == []


@pytest.mark.usefixtures("kept_in_memory")
@pytest.mark.parametrize("name", WRITES)
def test_what_a_year_lacks_is_told_from_memory_as_it_would_be_found(scene, name):
    with transaction.atomic():
        before = scene.gaps()
        scene.client("administrator").post(scene.address(name), scene.body("administrator", name))
        remembered = scene.gaps()
        caches["overviews"].clear()
        found = scene.gaps()
        transaction.set_rollback(True)
    assert remembered == found
    assert any(before.values())


@pytest.mark.parametrize("name", ["create", "edit", "status", "log_create", "log_edit", "log_withdraw"])
def test_what_is_allowed_is_written(scene, name):
    for role in ("coordinator", "officer", "administrator"):
        assert scene.write(role, f"activities:{name}")[1] > 0, role


def test_no_other_address_takes_a_form(scene):
    """A POST that nobody expects is refused before it is read."""
    others = [name for name in ADDRESSES if name.startswith(ROOMS) and name not in WRITES]
    taken = {name: scene.write("administrator", name)[0] for name in others}
    assert taken == dict.fromkeys(others, 405)


@pytest.mark.once
def test_the_administration_is_closed_to_everybody_else(scenes, db, client_of):
    people = scenes["jette"].cast.people
    visitors = {"anonymous": Client()} | {name: client_of(user) for name, user in people.items()}
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
def test_who_is_refused_is_sent_to_the_administrator(scenes, db, client_of, part, status):
    cast = scenes["jette"].cast
    page = client_of(cast.people[part]).get(reverse("activities:edit", args=[cast.jette.home.pk]))
    assert page.status_code == status
    assert "the administrator of the portal" in page.content.decode().lower()
