"""What no single row can know: the programme's years, the locked ones, the funders' rules.

Each function raises ValidationError, with the sentences under the fields that they belong to.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.models import Activity, Expenditure, LogEntry, Status
from activities.services.activity import NEEDS_A_REASON
from partnerships.models import ProgrammeYear
from partnerships.services import hold_years_open
from portal.ground.models import User


def check_status(before: str | None, after: str | None, *, noted: bool, actor: User) -> None:
    """Refuse a step that an activity cannot take, or a delay without a reason; an administrator corrects any step."""
    if not after or after == before:
        return
    if before and after not in Status(before).next and not actor.is_superuser:
        sentence = _("An activity that is “%(now)s” cannot become “%(then)s”.")
        raise ValidationError(sentence % {"now": Status(before).label, "then": Status(after).label})
    if after in NEEDS_A_REASON and not noted:
        raise ValidationError(_("Say why: it stands in the annual report."))


def check_expenditure(expenditure: Expenditure) -> None:
    """Refuse money that its source may not pay, of a locked year, or of an entry about something else."""
    activity, errors = expenditure.activity, {}
    objections = expenditure.source.objections(side=activity.side, on=expenditure.spent_on)
    if objections:
        errors["source"] = objections
    if expenditure.log_entry and expenditure.log_entry.activity_id != activity.pk:
        errors["log_entry"] = [_("This log entry is about another activity.")]
    if errors:
        raise ValidationError(errors)
    hold_years_open(activity.partnership, days=[expenditure.spent_on], field="spent_on")


def check_entry(entry: LogEntry) -> None:
    """Refuse an entry outside the years of its programme, or inside a locked one."""
    programme = entry.activity.programme
    if programme and not (programme.starts_on <= entry.starts_on and entry.ends_on <= programme.ends_on):
        sentence = _("The programme of this activity runs in %(years)s: the date lies outside it.")
        raise ValidationError({"starts_on": sentence % {"years": programme.span_text}})
    hold_years_open(entry.activity.partnership, days=[entry.starts_on, entry.ends_on], field="starts_on")


def check_move(entry: LogEntry, *, to: Activity) -> None:
    """Refuse to move an entry to an activity for which the money in it may not be spent."""
    for expenditure in entry.expenditures.select_related("source").prefetch_related("source__rules"):
        objections = expenditure.source.objections(side=to.side, on=expenditure.spent_on)
        if objections:
            raise ValidationError({"activity": objections})


def is_locked(row: LogEntry | Expenditure) -> bool:
    """Say whether a locked year holds the row, so that nobody may change it or what hangs on it."""
    days = [row.spent_on] if isinstance(row, Expenditure) else [row.starts_on, row.ends_on]
    if isinstance(row, Expenditure) and row.log_entry:
        days += [row.log_entry.starts_on, row.log_entry.ends_on]
    return ProgrammeYear.objects.locked_on(row.activity.partnership_id, days).exists()
