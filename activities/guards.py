"""What is spent and done speaks against a change of what it was spent from and done for.

See partnerships.services.guards.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from activities.models import Activity, BudgetLine, Drawdown, Expenditure, LogEntry
from partnerships.models import Closure, CostHeading, FundingRule, Grant, Outcome, Programme, ProgrammeYear, Transfer
from partnerships.services.closures import ending_of
from partnerships.services.guards import Guarded
from portal.ground.dates import format_date
from portal.ground.money import Currency, ExactSum, format_amount


def guard(row: Guarded, *, is_gone: bool) -> None:
    """Raise ValidationError where what is spent or done already would no longer be covered."""
    if isinstance(row, Grant):
        _guard_grant(row, Grant.objects.select_related("programme", "source").get(pk=row.pk), is_gone=is_gone)
    elif isinstance(row, Transfer):
        _guard_transfer(row, Transfer.objects.get(pk=row.pk), is_gone=is_gone)
    elif isinstance(row, Programme):
        _guard_programme(row, Programme.objects.get(pk=row.pk))
    elif isinstance(row, CostHeading):
        stored: Any = CostHeading.objects.get(pk=row.pk)
        _guard_heading(row, stored)
    elif isinstance(row, FundingRule) and is_gone:
        _guard_rule(FundingRule.objects.get(pk=row.pk))
    elif isinstance(row, Closure) and not is_gone:
        _guard_closure(row)
    elif isinstance(row, Outcome):
        _guard_outcome(row, is_gone=is_gone)


def _guard_grant(grant: Grant, stored: Grant, *, is_gone: bool) -> None:
    """Keep a grant above what is charged to it, and over the days of the expenses that it pays."""
    home = (stored.programme_id, stored.source_id)
    leaves = is_gone or (grant.programme_id, grant.source_id) != home
    programme = stored.programme
    charged = Expenditure.objects.charged().filter(source=stored.source_id)
    charged = charged.filter(activity__partnership=programme.partnership_id)
    charged = charged.during(programme.starts_on, programme.ends_on)
    others = list(Grant.objects.filter(programme=home[0], source=home[1]).exclude(pk=stored.pk))
    if leaves or grant.amount < stored.amount:
        spent = charged.aggregate(total=ExactSum("amount"))["total"]
        left = sum((row.amount for row in others), Decimal(0) if leaves else grant.amount)
        if spent > left:
            sentence = _("%(spent)s of %(source)s is spent already: the grant is not less than that.")
            words = {"spent": format_amount(spent), "source": stored.source}
            raise ValidationError({"source" if leaves else "amount": sentence % words})
    paid = charged.during(stored.starts_on, stored.ends_on)
    for span in [*others, *([] if leaves else [grant])]:
        paid = paid.exclude(spent_on__range=(span.starts_on, span.ends_on))
    first = paid.order_by("spent_on").values_list("spent_on", flat=True).first()
    if first is not None:
        field = "source" if leaves else "starts_on" if first < grant.starts_on else "ends_on"
        raise ValidationError({field: _("It pays an expense of %(day)s already.") % {"day": format_date(first)}})


def _guard_transfer(transfer: Transfer, stored: Transfer, *, is_gone: bool) -> None:
    """Keep the rate of a transfer from which expenses were paid: their euro follow from it."""
    drawn = Drawdown.objects.filter(transfer=stored.pk).aggregate(total=ExactSum("amount"))["total"]
    fixed = ["sent_amount", "received_amount", "source_id", "programme_id"]
    changed = [name for name in fixed if getattr(transfer, name) != getattr(stored, name)]
    if drawn and (is_gone or changed):
        sentence = _("%(amount)s of this transfer is spent at its rate: change those expenses first.")
        field = changed[0].removesuffix("_id") if changed else "reference"
        raise ValidationError({field: sentence % {"amount": format_amount(drawn, Currency.MAD)}})


def _guard_programme(programme: Programme, stored: Programme) -> None:
    """Keep the days on which money was spent, and the years for which it is planned, inside their programme."""
    spent = Expenditure.objects.filter(activity__partnership=stored.partnership_id)
    spent = spent.during(stored.starts_on, stored.ends_on).order_by("spent_on")
    planned = BudgetLine.objects.filter(programme=stored)
    if programme.partnership_id != stored.partnership_id:
        if spent.exists() or planned.exists() or stored.grants.exists() or stored.transfers.exists():
            raise ValidationError({"partnership": _("A programme with money stays in its partnership.")})
        return
    outside = spent.exclude(spent_on__range=(programme.starts_on, programme.ends_on))
    first = outside.values_list("spent_on", flat=True).first()
    if first is not None:
        field = "starts_on" if first < programme.starts_on else "ends_on"
        raise ValidationError({field: _("Money was spent on %(day)s already.") % {"day": format_date(first)}})
    years = (programme.starts_on.year, programme.ends_on.year)
    year = planned.exclude(year__range=years).order_by("year").values_list("year", flat=True).first()
    if year is not None:
        field = "starts_on" if year < years[0] else "ends_on"
        raise ValidationError({field: _("The budget has a line of %(year)s.") % {"year": year}})


def _guard_heading(heading: CostHeading, stored: CostHeading) -> None:
    """Keep what a heading is while what was told to a funder stands under it: justified, or of a locked year."""
    locked = ProgrammeYear.objects.filter(
        programme__partnership=OuterRef("activity__partnership"),
        year=ExtractYear(OuterRef("spent_on")),
        state=ProgrammeYear.State.LOCKED,
    )
    told = Expenditure.objects.standing().filter(Q(heading=stored) | Q(heading__parent=stored))
    told = told.filter(Q(decision=Expenditure.Decision.JUSTIFIED) | Exists(locked)).order_by("spent_on")
    changed = [name for name in ("nature", "is_direct", "parent_id") if getattr(heading, name) != getattr(stored, name)]
    if changed and told.exists():
        sentence = _("Costs are justified under this heading, or locked with their year: end it and add its successor.")
        raise ValidationError({changed[0].removesuffix("_id"): sentence})
    before, after = Q(pk__in=[]), Q(pk__in=[])
    if heading.starts_on and heading.starts_on != stored.starts_on:
        before = Q(spent_on__lt=heading.starts_on)
    if heading.ends_on and heading.ends_on != stored.ends_on:
        after = Q(spent_on__gt=heading.ends_on)
    first = told.filter(before | after).values_list("spent_on", flat=True).first()
    if first is not None:
        field = "ends_on" if heading.ends_on and first > heading.ends_on else "starts_on"
        raise ValidationError({field: _("An expense of %(day)s is told under it.") % {"day": format_date(first)}})


def _guard_rule(stored: FundingRule) -> None:
    """Keep a rule that was asked about an expense: why it was paid, or refused, is told by the rules of its day."""
    first, last = stored.starts_on or dt.date.min, stored.ends_on or dt.date.max
    judged = Expenditure.objects.filter(source=stored.source_id).during(first, last).order_by("spent_on")
    day = judged.values_list("spent_on", flat=True).first()
    if day is not None:
        sentence = _("It was asked about an expense of %(day)s: end it on a day, and add its successor.")
        raise ValidationError(sentence % {"day": format_date(day)})


def _guard_closure(closure: Closure) -> None:
    """Close nothing before what was logged and spent: it would belong to nothing."""
    end = ending_of(closure)
    later = (end.last + dt.timedelta(days=1), end.until or dt.date.max)
    entries = LogEntry.objects.standing().filter(activity__partnership=closure.partnership_id, ends_on__range=later)
    spent = Expenditure.objects.standing().filter(activity__partnership=closure.partnership_id, spent_on__range=later)
    days = [
        *entries.order_by("-ends_on").values_list("ends_on", flat=True)[:1],
        *spent.filter(corrects=None).order_by("-spent_on").values_list("spent_on", flat=True)[:1],
    ]
    if days:
        sentence = _("Something is logged or spent on %(day)s: it closes on that day or later.")
        raise ValidationError({"closed_on": sentence % {"day": format_date(max(days))}})


def _guard_outcome(outcome: Outcome, *, is_gone: bool) -> None:
    """Keep a result in the programme of the activities and budget lines that lead to it."""
    done, planned = Activity.objects.filter(outcome=outcome.pk), BudgetLine.objects.filter(outcome=outcome.pk)
    if not is_gone:
        planned = planned.exclude(programme__partnership=outcome.partnership_id)
        elsewhere = ~Q(partnership=outcome.partnership_id)
        done = done.filter(
            elsewhere if outcome.programme_id is None else elsewhere | ~Q(programme=outcome.programme_id)
        )
    if done.exists() or planned.exists():
        sentence = _("Activities or budget lines lead to this result: let them lead to another one first.")
        raise ValidationError(sentence if is_gone else {"programme": sentence})
