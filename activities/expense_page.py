"""All that is known of one expenditure, gathered for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.badges import decision_badge
from activities.eligibility import justifiable
from activities.expense_sheet import described, original_text
from activities.models import Expenditure, Voucher
from partnerships.access import may
from partnerships.models import Role
from portal.ground.dates import format_date
from portal.ground.history import describe
from portal.ground.models import AuditEntry, User
from portal.ground.money import Currency, ExactSum, format_amount, format_rate
from portal.ground.wording import Wording, joined, translated

HISTORY_LENGTH = 30


@dataclass(frozen=True)
class Paper:
    """One voucher. Shown by activities/expense_detail.html."""

    name: str
    url: str
    note: str


def detail_context(row: Expenditure, user: User) -> dict[str, Any]:
    """Return what the page of an expenditure shows to a reader."""
    partnership = row.activity.partnership
    may_write, may_judge = (may(user, role, partnership)[0] for role in (Role.COORDINATOR, Role.OFFICER))
    missing = [] if row.decision or not may_write or _is_withdrawn(row) else justifiable(row)[1]
    history = AuditEntry.objects.about(row).select_related("actor")[:HISTORY_LENGTH] if may_write else []
    corrections = list(row.corrections.select_related("log_entry").order_by("spent_on", "pk"))
    return {
        "expenditure": row,
        "description": _described(row),
        "badge": decision_badge(row.decision),
        "facts": _facts(row),
        "missing": list(dict.fromkeys(reason.sentence for reason in missing)),
        "is_withdrawn": _is_withdrawn(row),
        "drawn": _drawn(row),
        "papers": [_paper(voucher) for voucher in row.vouchers.all()],
        "corrections": [_correction(part) for part in corrections],
        "together": _together(row) if corrections else "",
        "along": [_along(part) for part in corrections if part.decision != Expenditure.Decision.REJECTED],
        "asks_along": any(part.decision == Expenditure.Decision.JUSTIFIED for part in corrections),
        "may_write": may_write,
        "may_judge": may_judge and not _is_withdrawn(row),
        "edit_url": _edit_url(row) if may_write else "",
        "correct_url": _correct_url(row) if may_write else "",
        "remove_url": _remove_url(row) if may_write else "",
        "lines": describe(history),
        "trail": [
            {"label": _("Activities"), "url": reverse("activities:list")},
            {"label": translated(row.activity, "title"), "url": reverse("activities:detail", args=[row.activity_id])},
            {"label": row.description},
        ],
    }


def _described(row: Expenditure) -> Wording:
    return described(row.description, row.log_entry.language if row.log_entry else "")


def _is_withdrawn(row: Expenditure) -> bool:
    return bool(row.log_entry and row.log_entry.withdrawn_at)


def _edit_url(row: Expenditure) -> str:
    """Return where the expenditure is changed: in its log entry, or by itself; nowhere once it is fixed."""
    if row.is_fixed or row.corrects_id or _is_withdrawn(row):
        return ""
    if row.log_entry_id:
        return reverse("activities:log_edit", args=[row.log_entry_id])
    return reverse("activities:expense_edit", args=[row.pk])


def _correct_url(row: Expenditure) -> str:
    if row.corrects_id or row.decision == Expenditure.Decision.REJECTED or _is_withdrawn(row):
        return ""
    return reverse("activities:expense_correct", args=[row.pk])


def _remove_url(row: Expenditure) -> str:
    return reverse("activities:expense_remove", args=[row.pk]) if row.corrects_id and not row.decision else ""


def _facts(row: Expenditure) -> list[dict[str, Any]]:
    heading, entry = row.heading, row.log_entry
    whole = heading.parent if heading else None
    facts: list[dict[str, Any]] = [
        {"term": _("Amount"), "value": format_amount(row.amount), "kind": "amount", "note": original_text(row)},
        {"term": _("Date"), "value": format_date(row.spent_on)},
        {"term": _("Paid from"), "value": str(translated(row.source, "name"))},
        {"term": _("Cost heading"), "lines": [joined(whole or "", heading)] if heading else []},
        {"term": _("Spent by the"), "value": _side(row), "side": row.spender},
        {
            "term": _("Activity"),
            "value": str(translated(row.activity, "title")),
            "url": reverse("activities:detail", args=[row.activity_id]),
        },
        {"term": _("Log entry"), "value": entry.span_text if entry else "", "url": _entry_url(row)},
        {"term": _("Corrects"), "value": str(row.corrects or ""), "url": _url(row.corrects)},
        {"term": _("Reason despite a warning"), "value": row.rule_reason},
        {"term": _("Judged"), "value": _judged(row), "note": row.decision_reason},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("lines")]


def _side(row: Expenditure) -> str:
    return row.get_spent_by_display() if row.spent_by else row.activity.get_side_display()


def _entry_url(row: Expenditure) -> str:
    return f"{reverse('activities:detail', args=[row.activity_id])}#entry-{row.log_entry_id}"


def _url(row: Expenditure | None) -> str:
    return reverse("activities:expense_detail", args=[row.pk]) if row else ""


def _judged(row: Expenditure) -> str:
    if not row.decided_on:
        return ""
    words = {"date": format_date(row.decided_on), "person": row.decided_by or _("the server")}
    return _("on %(date)s by %(person)s") % words


def _drawn(row: Expenditure) -> list[dict[str, str]]:
    return [
        {
            "transfer": str(part.transfer),
            "amount": format_amount(part.amount, Currency.MAD),
            "rate": format_rate(part.transfer.rate) if part.transfer.rate else "",
        }
        for part in row.drawdowns.all()
    ]


def _paper(voucher: Voucher) -> Paper:
    dated = format_date(voucher.dated_on)
    total = _("in all %(amount)s") % {"amount": format_amount(voucher.total)} if voucher.total else ""
    missing = "" if voucher.file else _("The file is still missing.")
    url = reverse("activities:voucher", args=[voucher.pk]) if voucher.file else ""
    number = _("voucher %(number)s") % {"number": voucher.number} if voucher.number else voucher.original_name
    return Paper(number, url, joined(voucher.supplier, dated, total, missing))


def _correction(row: Expenditure) -> dict[str, Any]:
    return {
        "text": _described(row),
        "url": _url(row),
        "date_text": format_date(row.spent_on),
        "amount": format_amount(row.amount),
        "badge": decision_badge(row.decision),
    }


def _along(row: Expenditure) -> str:
    """Return a correction as the judgement names it, which takes it along."""
    return joined(row.description, format_amount(row.amount), decision_badge(row.decision).label)


def _together(row: Expenditure) -> str:
    corrected = row.corrections.standing().aggregate(total=ExactSum("amount"))["total"]  # type: ignore[attr-defined]
    return format_amount(row.amount + corrected)
