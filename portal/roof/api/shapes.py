"""How expenses stand in JSON: amounts as texts with a point, days as 2024-12-31, rows by their short names."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from activities.eligibility import Reason
from activities.models import Expenditure
from activities.models.money import ExpenditureQuerySet
from activities.services import Answer
from partnerships.models import FundingRule
from portal.roof.api.answers import plain_text


def with_parts(rows: ExpenditureQuerySet) -> ExpenditureQuerySet:
    """Return the rows with all that `expense_shape` shows, in a constant number of queries."""
    return rows.select_related("activity__partnership", "source", "heading").prefetch_related("vouchers")


def expense_shape(row: Expenditure) -> dict[str, Any]:
    """Return an expense as JSON can hold it."""
    return {
        "id": row.pk,
        "url": reverse("api:expense", args=[row.pk]),
        "partnership": row.activity.partnership.slug,
        "activity": row.activity.slug,
        "spent_on": row.spent_on.isoformat(),
        "description": row.description,
        "source": row.source.slug,
        "heading": row.heading.slug if row.heading else None,
        "spent_by": row.spender,
        "amount": str(row.amount),
        "original_amount": _text(row.original_amount),
        "original_currency": row.original_currency or None,
        "rate": _text(row.rate),
        "rule_reason": row.rule_reason,
        "decision": row.decision or "open",
        "decision_reason": row.decision_reason,
        "corrects": row.corrects_id,
        "vouchers": [
            {
                "number": voucher.number,
                "dated_on": _text(voucher.dated_on),
                "supplier": voucher.supplier,
                "total": _text(voucher.total),
                "has_file": bool(voucher.file),
            }
            for voucher in row.vouchers.all()
        ],
        "is_demonstration": row.is_demonstration,
    }


def answer_shape(answer: Answer) -> dict[str, Any]:
    """Return what the rules say of an expense as JSON can hold it."""
    refuse, warn, judge = FundingRule.Effect.REFUSE, FundingRule.Effect.WARN, FundingRule.Effect.JUDGE
    return {
        "allowed": answer.allowed,
        "amount": _text(answer.amount),
        "rate": _text(answer.rate),
        "reasons": _sentences(answer, refuse),
        "warnings": _sentences(answer, warn),
        "before_it_is_justified": _sentences(answer, judge),
        "sources": [{"source": source.slug, "name": str(source)} for source in answer.sources],
    }


def _sentences(answer: Answer, effect: str) -> list[dict[str, str]]:
    return [_reason(reason) for reason in answer.reasons if reason.effect == effect]


def _reason(reason: Reason) -> dict[str, str]:
    return {"field": reason.field, "sentence": plain_text(reason.sentence)}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
