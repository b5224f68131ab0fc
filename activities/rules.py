"""What no single row can know: the programme's years, the locked ones, the funders' rules.

Each function raises ValidationError, with the sentences under the fields that they belong to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _

from activities.eligibility import Claim, Rulebook
from activities.models import Activity, CountingRule, Expenditure, LogEntry, Status, Voucher
from beneficiaries.models import Enrolment
from partnerships.models import FundingRule, Programme, ProgrammeYear
from partnerships.services import hold_money, hold_years_open, refuse_after_closure
from portal.ground.models import User
from portal.ground.numbers import format_number
from portal.ground.wording import listed

NEEDS_A_REASON = {Status.DELAYED, Status.CANCELLED}
# What a locked year tells of an activity stays as it was: also what its people are counted for, and whose learners are.
REPORTED = [
    "partnership",
    "programme",
    "side",
    "place",
    "outcome",
    "course",
    *(f"{text}_{code}" for text in ("title", "summary") for code, _language in settings.LANGUAGES),
]


def check_status(before: str | None, after: str | None, *, noted: bool, actor: User) -> None:
    """Refuse a step that an activity cannot take, or a delay without a reason; an administrator corrects any step."""
    if not after or after == before:
        return
    if before and after not in Status(before).next and not actor.is_superuser:
        sentence = _("An activity that is “%(now)s” cannot become “%(then)s”.")
        raise ValidationError(sentence % {"now": Status(before).label, "then": Status(after).label})
    if after in NEEDS_A_REASON and not noted:
        raise ValidationError(_("Say why: it stands in the annual report."))


def check_unique(people: int | None, participations: int) -> None:
    """Refuse more different people than participations: each of them took part at least once."""
    if people is not None and people > participations:
        sentence = _("There cannot be more different people (%(people)s) than participations (%(participations)s).")
        told = {"people": format_number(people), "participations": format_number(participations)}
        raise ValidationError({"unique_people": sentence % told})


def check_change(activity: Activity) -> None:
    """Refuse a change of an activity that a locked year, a funder or the new programme contradicts.

    Call it inside a transaction, with the new values on the activity and the old ones in the database.
    """
    stored = Activity.objects.select_related("partnership", "programme", "place", "outcome", "course").get(
        pk=activity.pk
    )
    # A text that was never given is NULL in one row and empty in another.
    changed = [name for name in REPORTED if (getattr(stored, name) or "") != (getattr(activity, name) or "")]
    if not changed:
        return
    # Money is held before the years, as everywhere, so that nobody waits in a ring.
    hold_money([stored.partnership_id, activity.partnership_id])
    if "partnership" in changed:
        _keep_home(stored)
    days = _logged_days(activity)
    if not {"outcome", "course"}.isdisjoint(changed):
        days |= _taught_days([stored.course_id, activity.course_id])
    for partnership in dict.fromkeys([stored.partnership, activity.partnership]):
        hold_years_open(partnership, days=days, field=changed[0])
    if "side" in changed:
        _keep_justified(activity)
        _ask_funders(activity)
    if "programme" in changed and activity.programme:
        _keep_inside(activity, activity.programme)


def _keep_home(activity: Activity) -> None:
    """Refuse to take an activity with money to another partnership: its grants and transfers stay behind."""
    if activity.expenditures.exists() or activity.budget_lines.exists():
        sentence = _("Money is planned for this activity or spent on it: it stays in its partnership.")
        raise ValidationError({"partnership": sentence})


def _keep_justified(activity: Activity) -> None:
    """Refuse another side where expenses are justified: funders ask where the work was done, and who spent."""
    if activity.expenditures.standing().filter(decision=Expenditure.Decision.JUSTIFIED).exists():
        sentence = _("Expenses of this activity are justified for this side: an officer can take that back first.")
        raise ValidationError({"side": sentence})


def _logged_days(activity: Activity) -> set[dt.date]:
    entries = activity.log_entries.standing().values_list("starts_on", "ends_on")
    spent = activity.expenditures.standing().values_list("spent_on", flat=True)
    return {day for days in entries for day in days} | set(spent)


def _taught_days(courses: Iterable[int | None]) -> set[dt.date]:
    """Return the days on which somebody joined one of some courses, or a part of it."""
    given = Q(cohort__course__in=courses) | Q(cohort__course__part_of__in=courses)
    return set(Enrolment.objects.filter(given).order_by().values_list("enrolled_on", flat=True).distinct())


def _ask_funders(activity: Activity) -> None:
    refused = _refusals(activity, activity.expenditures.standing())
    if refused:
        raise ValidationError({"side": refused})


def _refusals(activity: Activity, expenditures: QuerySet[Expenditure]) -> list[str]:
    """Return why these stored expenditures could not be spent on the activity as it is in memory; none: they could."""
    rows = list(expenditures.select_related("activity", "log_entry"))
    if not rows:
        return []
    book = Rulebook.load([activity.partnership_id], hold=True)
    for row in rows:
        row.activity = activity
    claims = [Claim.of(row) for row in rows]
    book.know_vouchers(claims)
    book.release(rows)
    sentences = []
    for claim in claims:
        reasons = book.verdict(claim)[1]
        sentences += [reason.sentence for reason in reasons if reason.effect == FundingRule.Effect.REFUSE]
        book.charge(claim)
    return list(dict.fromkeys(sentences))


def _keep_inside(activity: Activity, programme: Programme) -> None:
    outside = activity.log_entries.standing().exclude(
        starts_on__gte=programme.starts_on, ends_on__lte=programme.ends_on
    )
    if outside.exists():
        sentence = _("This activity has log entries outside the years of the programme (%(years)s).")
        raise ValidationError({"programme": sentence % {"years": programme.span_text}})
    spent = activity.expenditures.standing().exclude(spent_on__range=(programme.starts_on, programme.ends_on))
    if spent.exists():
        sentence = _("Money was spent on this activity outside the years of the programme (%(years)s).")
        raise ValidationError({"programme": sentence % {"years": programme.span_text}})


def check_expenditure(expenditure: Expenditure, voucher: Voucher | None = None) -> None:
    """Refuse money that its source may not pay, of a locked year, or of an entry about something else.

    Call it inside the transaction that writes the row: it holds the partnership's money and years.
    """
    activity = expenditure.activity
    if expenditure.log_entry and expenditure.log_entry.activity_id != activity.pk:
        raise ValidationError({"log_entry": [_("This log entry is about another activity.")]})
    claim = Claim.of(expenditure, voucher)
    book = Rulebook.load([claim.partnership_id], hold=True)
    book.know_vouchers([claim])
    book.release(Expenditure.objects.filter(pk=expenditure.pk).select_related("activity", "log_entry"))
    refuse(book, claim)
    hold_years_open(activity.partnership, days=[expenditure.spent_on], field="spent_on")


def refuse(book: Rulebook, claim: Claim) -> None:
    """Raise ValidationError with the sentences beside their fields, unless the rulebook allows the claim."""
    allowed, reasons = book.verdict(claim)
    if allowed:
        return
    errors: dict[str, list] = {}
    for reason in reasons:
        if reason.effect == FundingRule.Effect.JUDGE:
            continue
        sentence: str = reason.sentence
        if reason.url:
            sentence = format_html('{} <a href="{}">{}</a>', sentence, reason.url, _("See it."))
        errors.setdefault(reason.field, []).append(sentence)
    if "source" in errors:
        others = book.alternatives(claim)
        if others:
            sentence = _("These sources would pay it: %(sources)s.")
            errors["source"].append(sentence % {"sources": listed(others)})
    raise ValidationError(errors)


def check_entry(entry: LogEntry) -> None:
    """Refuse an entry outside the years of its programme, or inside a locked one."""
    programme = entry.activity.programme
    if programme and not (programme.starts_on <= entry.starts_on and entry.ends_on <= programme.ends_on):
        sentence = _("The programme of this activity runs in %(years)s: the date lies outside it.")
        raise ValidationError({"starts_on": sentence % {"years": programme.span_text}})
    refuse_after_closure(entry.activity.partnership, days=[entry.ends_on], field="starts_on")
    hold_years_open(entry.activity.partnership, days=[entry.starts_on, entry.ends_on], field="starts_on")


def check_home(entry: LogEntry, *, to: Activity) -> None:
    """Refuse to move an entry to an activity of another partnership; asked of the entry as it is stored."""
    if not LogEntry.objects.filter(pk=entry.pk, activity__partnership=to.partnership_id).exists():
        raise ValidationError({"activity": _("An entry stays in its partnership: withdraw it and write it there.")})


def check_move(entry: LogEntry, *, to: Activity) -> None:
    """Refuse to move an entry to an activity for which the money in it may not be spent."""
    refused = _refusals(to, entry.expenditures.all())
    if refused:
        raise ValidationError({"activity": refused})


def check_origin(corrected: LogEntry | None) -> None:
    """Refuse a correction of what can be changed itself: only a locked year is corrected by another entry.

    Raises ValidationError.
    """
    if corrected and not is_locked(corrected):
        raise ValidationError(_("The entry to correct is in no locked year: change that entry itself."))


def is_locked(row: LogEntry | Expenditure) -> bool:
    """Say whether a locked year holds the row, so that nobody may change it or what hangs on it."""
    days = [row.spent_on] if isinstance(row, Expenditure) else [row.starts_on, row.ends_on]
    if isinstance(row, Expenditure) and row.log_entry:
        days += [row.log_entry.starts_on, row.log_entry.ends_on]
    return ProgrammeYear.objects.locked_on(row.activity.partnership_id, days).exists()


def counts_for_locked_year(rule: CountingRule) -> bool:
    """Say whether a rule counts people, and a year that it may count them in is locked."""
    if rule.what in {CountingRule.What.ENTRIES, CountingRule.What.ACTIVITIES}:
        return False
    outcome = rule.indicator.outcome
    years = ProgrammeYear.objects.locked_in(outcome.partnership_id)
    return (years.filter(programme=outcome.programme_id) if outcome.programme_id else years).exists()
