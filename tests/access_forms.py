"""The forms of money in order, as tests/test_access.py has each role send them."""

from typing import Any

from activities.models import BudgetLine, Expenditure
from beneficiaries.models import Enrolment, FollowUpOutcome
from partnerships.models import Grant, ReportingCode, Risk
from tests.log_form import expense

VERBS = ("create", "edit")
# What a coordinator writes down about a partnership.
TRAILED = ("finding", "decision", "lesson", "gain", "risk", "phase", "post", "call")
# What is written down within another record: {its name: that of the whole}.
PARTS = {"step": "decision", "deliverable": "phase", "sub_grant": "call", "code": "programme"}


def money_forms(scene: Any) -> dict[str, dict[str, Any]]:
    """Return the forms of the money's path."""
    source = scene.rows[Grant].source_id
    request = {"source": source, "purpose_en": "A workshop", "version": 1}
    grant = {"source": source, "reference": "G", "granted_on": "2024-01-02", "amount": "500", "version": 1}
    grant |= {"starts_on": "2024-01-01", "ends_on": "2024-12-31"}
    sent = {"source": source, "reference": "T", "sent_on": "2024-02-01", "sent_amount": "10", "version": 1}
    sent |= {"reason": "Sent in advance"}
    return {
        "partnerships:request_create": request,
        "partnerships:request_edit": request,
        "partnerships:request_move": {"on": "2024-01-01", "amount": "500"},
        "partnerships:grant_create": grant,
        "partnerships:grant_edit": grant,
        "partnerships:tranche_edit": {"claimed_on": "2024-02-01", "claimed_amount": "10", "version": 1},
        "partnerships:transfer_create": sent,
        "partnerships:transfer_edit": sent,
    }


def indicator_forms() -> dict[str, dict[str, Any]]:
    """Return the forms of indicators."""
    value = {"starts_on": "2025-01-01", "ends_on": "2025-12-31", "value": "7", "language": "en", "version": 1}
    return {
        "partnerships:targets_edit": {"version": 1, "value_2025": "12"},
        "partnerships:value_create": value,
        # It has a correction, so its first figure and days stay as they were.
        "partnerships:value_edit": value | {"starts_on": "2024-05-14", "ends_on": "2024-05-14", "comment": "Counted"},
        "partnerships:value_validate": {"version": 1},
        "partnerships:value_take_back": {"version": 1, "reason": "A mistake"},
        "partnerships:value_correct": {"value": "8", "reason": "Counted twice", "recorded_on": "2025-02-01"},
    }


def expense_forms(scene: Any) -> dict[str, dict[str, Any]]:
    """Return the forms of expenses outside the log."""
    paid = scene.rows[Expenditure]
    alone = {"activity": scene.bond.partner.pk, **expense(paid.source, spent_on="2024-05-14")}
    back = {"direction": "back", "amount": "1", "spent_on": paid.spent_on, "description": "Unused"}
    return {
        "activities:budget_create": {"year": "2024", "source": paid.source_id, "amount": "10"},
        "activities:budget_amend": {
            "amount": "12",
            "reason": "More is needed",
            "agreed_on": "2024-05-03",
            "version": scene.rows[BudgetLine].version,
        },
        "activities:expense_create": alone,
        "activities:expense_correct": back,
        "activities:expense_judge": {"decision": "rejected", "reason": "Not eligible"},
    }


TRAILS = [
    *(f"partnerships:{name}_{verb}" for name in (*TRAILED, *PARTS) for verb in VERBS),
    "partnerships:risk_review",
    "activities:delay_create",
    "activities:delay_edit",
]


def trail_forms(scene: Any) -> dict[str, dict[str, Any]]:
    """Return the forms of findings, decisions, lessons, risks and delays."""
    titled = {"title_en": "A title", "version": 1}
    risk = titled | {"kind": "risk"}
    plan = {
        "phase": titled | {"number": 7},
        "post": titled | {"side": "partner"},
        "sub_grant": titled | {"state": "chosen"},
        "code": {"code": scene.rows[ReportingCode].pk, "version": 1},
        **dict.fromkeys(("call", "deliverable"), titled),
    }
    delay = {"reason_en": "No permit yet", "version": 1}
    return {
        **{f"partnerships:{name}_{verb}": titled for name in ("finding", "decision", "lesson") for verb in VERBS},
        **{f"partnerships:gain_{verb}": titled | {"gained_by": "home"} for verb in VERBS},
        **{f"partnerships:step_{verb}": titled | {"kind": "result"} for verb in VERBS},
        **{f"partnerships:risk_{verb}": risk for verb in VERBS},
        **{f"partnerships:{name}_{verb}": form for name, form in plan.items() for verb in VERBS},
        "partnerships:risk_review": {"text_en": "Still so", "kind": "review", "version": scene.rows[Risk].version},
        "activities:delay_create": delay,
        "activities:delay_edit": delay,
    }


LEARNING = [
    f"beneficiaries:{name}"
    for name in (
        *("create", "edit", "cohort_create", "cohort_edit", "enrol", "session_create", "attendance"),
        *("exam_create", "exam_edit", "results_edit", "learner_edit", "enrolment_edit"),
        *("follow_up_create", "follow_up_edit", "coaching_create", "link_withdraw"),
    )
]


def learning_forms(scene: Any) -> dict[str, dict[str, Any]]:
    """Return the forms of a learner's path."""
    joined, outcome = scene.rows[Enrolment].pk, scene.rows[FollowUpOutcome].pk
    cohort = {"name": "A name", "starts_on": "2024-01-08", "version": 1}
    exam = {"held_on": "2024-06-20", "precision": "day", "content_en": "Economics", "version": 1}
    course = {"title_en": "Sewing", "kind": "training", "version": 1}
    forms = {
        "create": course,
        "edit": course,
        "cohort_create": cohort,
        "cohort_edit": cohort,
        "enrol": {"codes": "New 1; 2001; women", "enrolled_on": "2024-03-01"},
        "session_create": {"held_on": "2024-05-21"},
        "attendance": {f"state-{joined}": "absent", "version": 1},
        "exam_create": exam,
        "exam_edit": exam,
        "results_edit": {f"result_{joined}": "failed", f"version_{joined}": 1},
        "learner_edit": {"code": "NEW 1", "sex": "women", "birth_year": 2001, "version": 1},
        "enrolment_edit": {"enrolled_on": "2024-01-08", "commitments_on": "2024-01-09", "version": 1},
        "follow_up_create": {"months": 12, "asked_on": "2025-07-01", "outcome": outcome},
        "follow_up_edit": {"months": 6, "asked_on": "2025-01-08", "outcome": outcome, "version": 1},
        "coaching_create": {"held_on": "2024-10-01", "topic": "plan"},
    }
    return {f"beneficiaries:{name}": form for name, form in forms.items()}


EVALUATING = [
    *(f"forms:{name}" for name in ("create", "edit", "copy", "question_create", "question_edit", "question_move")),
    *(f"forms:{name}" for name in ("question_remove", "codes_withdraw", "paper_take_back", "finding_create")),
    *(f"suggestions:{name}" for name in ("create", "edit", "reply")),
]


def evaluation_forms() -> dict[str, dict[str, Any]]:
    """Return the forms of evaluation forms and suggestions."""
    titled = {"title_en": "How was it?", "version": 1}
    said = {"text": "Begin later.", "language": "fr", "theme": "hours", "made_on": "2024-05-14", "version": 1}
    forms = {
        "create": titled,
        "edit": titled,
        "codes": {"count": 3, "language": "en"},
        "question_create": {"text_en": "How much?", "steps": 5},
        "question_edit": {"text_en": "Which?", "choices_en": "One\nTwo", "version": 1},
        "question_move": {"up": ""},
        "finding_create": {"title_en": "Most want more"},
    }
    answered = {"state": "done", "reply": "We did.", "reply_language": "fr", "version": 1}
    register = {"create": said, "edit": said | {"text": "Begin much later."}, "reply": answered}
    return {f"forms:{name}": form for name, form in forms.items()} | {
        f"suggestions:{name}": form for name, form in register.items()
    }
