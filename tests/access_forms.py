"""The forms of money in order, as tests/test_access.py has each role send them."""

from typing import Any

from activities.models import BudgetLine, Expenditure
from partnerships.models import Grant, Risk
from tests.log_form import expense

VERBS = ("create", "edit")
# What a coordinator writes down about a partnership.
TRAILED = ("finding", "decision", "lesson", "risk")


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
        "partnerships:value_edit": value,
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
    *(f"partnerships:{name}_{verb}" for name in (*TRAILED, "step") for verb in VERBS),
    "partnerships:risk_review",
    "activities:delay_create",
    "activities:delay_edit",
]


def trail_forms(scene: Any) -> dict[str, dict[str, Any]]:
    """Return the forms of findings, decisions, lessons, risks and delays."""
    titled = {"title_en": "A title", "version": 1}
    risk = titled | {"kind": "risk"}
    delay = {"reason_en": "No permit yet", "version": 1}
    return {
        **{f"partnerships:{name}_{verb}": titled for name in ("finding", "decision", "lesson") for verb in VERBS},
        **{f"partnerships:step_{verb}": titled | {"kind": "result"} for verb in VERBS},
        **{f"partnerships:risk_{verb}": risk for verb in VERBS},
        "partnerships:risk_review": {"text_en": "Still so", "kind": "review", "version": scene.rows[Risk].version},
        "activities:delay_create": delay,
        "activities:delay_edit": delay,
    }
