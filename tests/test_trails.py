"""Findings, decisions, lessons and risks: written by coordinators, told as one chain, kept by locked years."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from beneficiaries.models import Course, EvaluationForm
from partnerships.models import Decision, DecisionStep, Finding, Lesson, Milestone, Organisation, Risk, RiskStep
from partnerships.services import create_record, review_risk, update_record
from portal.ground.models import AuditEntry
from portal.ground.versions import StaleVersion
from portal.roof.overviews import trails
from tests.cast import in_all_languages
from tests.record_forms import sender

DAY = dt.date(2024, 5, 14)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def bond(cast):
    return cast.jette.partnership


@pytest.fixture
def risk(bond):
    graded = {"likelihood": "high", "gravity": "medium", "state": "open"}
    return Risk.objects.create(slug="staff", partnership=bond, kind="risk", **graded, **in_all_languages(title="Staff"))


@pytest.fixture
def send(cast, client_of):
    """A function that sends a form as the coordinator, and returns its errors or None."""
    return sender(client_of(cast.coordinator_north), cast.coordinator_north)


def write(row, cast, links=None, key=None, **values):
    return create_record(row, values, links, actor=cast.coordinator_north, key=key or uuid.uuid4())


def review(risk, cast, key=None, version=None, **values):
    step = RiskStep(kind="review", happened_on=DAY, precision="day", text_en="Two people came")
    current = Risk.objects.get(pk=risk.pk)
    given = {"version": version or current.version, "key": key or uuid.uuid4()}
    return review_risk(current, step, values, actor=cast.coordinator_north, **given)


def test_a_review_judges_the_risk_anew_and_keeps_what_it_was_judged_to_be(risk, cast):
    review(risk, cast, likelihood="medium", gravity="low", state="eased", review_on=dt.date(2024, 9, 1))
    review(risk, cast, state="overcome")
    risk.refresh_from_db()
    assert (risk.likelihood, risk.gravity, risk.state, risk.review_on) == (
        "medium",
        "low",
        "overcome",
        dt.date(2024, 9, 1),
    )
    assert list(risk.steps.values_list("number", "likelihood", "gravity", "state")) == [
        (1, "medium", "low", "eased"),
        (2, "medium", "low", "overcome"),
    ]
    verbs = AuditEntry.objects.about(risk).values_list("target_type", "verb")
    assert sorted(verbs) == [("partnerships.risk", "update")] * 2 + [("partnerships.riskstep", "create")] * 2


def test_a_review_sent_twice_is_one_step(risk, cast):
    key = uuid.uuid4()
    answers = [review(risk, cast, key, version=1, state="eased")[1] for _time in range(2)]
    assert (answers, risk.steps.count()) == ([True, False], 1)


def test_a_review_of_an_older_risk_is_refused(risk, cast):
    review(risk, cast, state="eased")
    with pytest.raises(StaleVersion):
        review(risk, cast, version=1, state="overcome")
    assert Risk.objects.get().state == "eased"


def test_a_viewer_writes_nothing(risk, bond, cast):
    given = {"actor": cast.viewer, "key": uuid.uuid4()}
    with pytest.raises(PermissionDenied):
        create_record(Lesson(partnership=bond), {"title_en": "No"}, **given)
    with pytest.raises(PermissionDenied):
        review_risk(risk, RiskStep(kind="review", text_en="No"), {}, version=1, **given)
    assert not Lesson.objects.exists()
    assert not RiskStep.objects.exists()


DATED = [(Finding, "found_on"), (Decision, "decided_on"), (Lesson, "learned_on"), (DecisionStep, "happened_on")]


def blank(model, bond):
    if model is not DecisionStep:
        return model(partnership=bond)
    decision = Decision.objects.create(slug="one", partnership=bond, **in_all_languages(title="One"))
    return DecisionStep(decision=decision, kind="result")


@pytest.mark.parametrize(("model", "field"), DATED, ids=lambda item: getattr(item, "__name__", item))
def test_a_locked_year_keeps_what_is_dated_in_it(model, field, bond, cast):
    dated = {"title_en": "Something", field: DAY, "precision": "day"}
    row, _new = write(blank(model, bond), cast, **dated)
    cast.jette.programme.years.filter(year=2024).update(state="locked")
    with pytest.raises(ValidationError) as refused:
        update_record(row, {"title_en": "Else"}, actor=cast.coordinator_north, version=1)
    sentence = "The year 2024 is locked: an officer can open it again."
    assert refused.value.message_dict == {field: [sentence]}
    with pytest.raises(ValidationError, match="2024 is locked"):
        update_record(row, {field: dt.date(2025, 5, 14)}, actor=cast.coordinator_north, version=1)
    assert model.objects.get(pk=row.pk).title_en == "Something"


def test_a_link_stays_inside_the_partnership(bond, cast):
    other = Finding.objects.create(slug="o", partnership=cast.gillis.partnership, **in_all_languages(title="Other"))
    with pytest.raises(ValidationError) as refused:
        write(Decision(partnership=bond), cast, {"findings": [other]}, title_en="Mine")
    assert refused.value.message_dict == {"findings": ["This belongs to another partnership."]}
    with pytest.raises(ValidationError):
        write(Lesson(partnership=bond), cast, title_en="Mine", programme=cast.gillis.programme)


def test_the_whole_chain_is_written_in_the_browser(send, bond, cast):
    assert send("finding_create", bond.slug, title_nl="Wat de vrouwen vragen", found_on="2024-05-14") is None
    finding = Finding.objects.get()
    assert (finding.precision, finding.title_nl, finding.title_en) == ("day", "Wat de vrouwen vragen", "")
    decision = {"title_en": "Another exam", "findings": [finding.pk], "decided_on": "2024-06-01", "precision": "month"}
    assert send("decision_create", bond.slug, **decision) is None
    made = Decision.objects.get()
    assert (list(made.findings.all()), made.date_text) == ([finding], "June 2024")
    for kind in ("change", "result"):
        assert send("step_create", made.pk, kind=kind, title_en=f"A {kind}") is None
    assert list(made.steps.values_list("number", "kind")) == [(1, "change"), (2, "result")]
    assert send("step_edit", made.steps.first().pk, kind="change", title_en="The exam", version=1) is None
    assert made.steps.first().title_en == "The exam"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, {"title_en": ["Write this in at least one language."]}),
        ({"title_en": "A", "learned_on": "2090-01-01"}, {"learned_on": ["This day has not come yet."]}),
        ({"title_en": "A", "learned_on": "14 May"}, {"learned_on": ["Enter a valid date."]}),
        ({"title_en": "A", "programme": "x"}, None),
        ({"title_en": "A" * 201}, None),
        ({"title_en": "A\x07"}, None),
    ],
)
def test_bad_input_is_told_beside_its_field_and_kept(send, bond, fields, errors):
    found = send("lesson_create", bond.slug, text_en="What was typed", **fields)
    assert found
    assert errors is None or dict(found) == errors
    assert not Lesson.objects.exists()


def test_a_record_that_somebody_saved_meanwhile_is_shown_beside_what_was_typed(send, bond, cast):
    lesson, _new = write(Lesson(partnership=bond), cast, title_en="First")
    update_record(lesson, {"title_en": "Theirs"}, actor=cast.officer, version=1)
    page = send.client.post(
        reverse("partnerships:lesson_edit", args=[lesson.pk]), {"title_en": "Mine", "version": 1, "author": "x"}
    )
    assert page.status_code == 409
    assert [(item.saved, item.typed) for item in page.context["theirs"]] == [("Theirs", "Mine")]
    assert 'value="Mine"' in page.content.decode()


def test_the_review_form_shows_what_the_risk_is_now(send, risk):
    initial = send.client.get(reverse("partnerships:risk_review", args=[risk.pk])).context["form"].initial
    assert {name: initial[name] for name in ("likelihood", "gravity", "state", "kind", "happened_on")} == {
        "likelihood": "high",
        "gravity": "medium",
        "state": "open",
        "kind": "review",
        "happened_on": timezone.localdate(),
    }
    fields = {"kind": "review", "text_en": "Better", "likelihood": "low", "state": "eased", "version": 1}
    assert send("risk_review", risk.pk, **fields, review_on="2001-01-01") == {
        "review_on": ["Give a day that is still to come."]
    }
    assert send("risk_review", risk.pk, **fields) is None
    assert Risk.objects.get().likelihood == "low"


@pytest.fixture
def chain(bond):
    """Write a form, its finding, the decision after it and what followed, and return the decision."""
    named = {"partnership": bond}
    course = Course.objects.create(slug="c", kind="cycle", **named, **in_all_languages(title="Cycle"))
    form = EvaluationForm.objects.create(slug="f", course=course, **named, **in_all_languages(title="Form"))
    visit = Milestone.objects.create(slug="v", kind="study_visit", **named, **in_all_languages(title="Visit"))
    finding = Finding.objects.create(slug="n", came_from=visit, **named, **in_all_languages(title="Need"))
    form.findings.add(finding)
    row = Decision.objects.create(slug="d", **named, **in_all_languages(title="Decide", text="We decide"))
    row.findings.add(finding)
    row.consulted.add(Organisation.objects.create(slug="e", kind="ngo", **in_all_languages(name="Adviser")))
    course.changed_by.add(row)
    for number, kind in enumerate(["change", "result"], 1):
        DecisionStep.objects.create(decision=row, number=number, kind=kind, **in_all_languages(title=kind.upper()))
    return row


def test_a_decision_is_told_as_one_chain(chain, bond):
    item = trails.decisions_of(bond, None, may_write=False).groups[0].items[0]
    assert [(stop.label, str(stop.title), [str(name) for name, _url in stop.links]) for stop in item.stops] == [
        ("Evaluation form", "Form", ["Cycle"]),
        ("Study visit", "Visit", []),
        ("Finding", "Need", []),
        ("Decision", "After consulting Adviser", []),
        ("Something changed", "CHANGE", []),
        ("Changed courses", "", ["Cycle"]),
        ("Result", "RESULT", []),
    ]
    assert [stop.is_turn for stop in item.stops].index(True) == 3
    assert item.actions == ()


def test_a_chain_costs_the_same_however_many_there_are(chain, bond, cast, client_of):
    client, page = client_of(cast.coordinator_north), reverse("partnerships:detail", args=[bond.slug])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(4):
        row = Decision.objects.create(slug=f"d{number}", partnership=bond, **in_all_languages(title="More"))
        row.findings.set(chain.findings.all())
        DecisionStep.objects.create(decision=row, number=1, kind="result", **in_all_languages(title="R"))
        risk = Risk.objects.create(slug=f"r{number}", partnership=bond, kind="risk", **in_all_languages(title="Risk"))
        RiskStep.objects.create(risk=risk, number=1, kind="response", **in_all_languages(text="Talk"))
    client.get(page)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    # The first risk asks for steps, of which there were none; nothing more for each further one.
    assert len(many) - len(few) <= 1


def test_a_finding_without_a_decision_waits_and_leads_to_its_form(bond):
    Finding.objects.create(slug="waits", partnership=bond, **in_all_languages(title="Need"))
    item = trails.decisions_of(bond, None, may_write=True).groups[0].items[0]
    assert str(item.title) == "Need"
    assert item.actions[0][1] == f"/partnerships/{bond.slug}/decisions/new/?finding=waits"


@pytest.mark.parametrize(
    ("likelihood", "gravity", "tone"),
    [("high", "medium", "negative"), ("low", "high", "warning"), ("low", "medium", "neutral")],
)
def test_the_tone_of_a_risk_is_that_of_likelihood_times_gravity(risk, bond, likelihood, gravity, tone):
    Risk.objects.update(likelihood=likelihood, gravity=gravity, review_on=DAY)
    item = trails.risks_of(bond, on=DAY, may_write=False).groups[0].items[0]
    assert (item.badge.label, item.badge.tone) == (f"likelihood: {likelihood} × gravity: {gravity}", tone)
    assert str(dict(item.lines)["Next review"]) == "14 May 2024: it is time"
