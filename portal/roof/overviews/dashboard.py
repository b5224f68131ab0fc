"""What is the reader's own: partnerships, work that is late or silent, money without a voucher or a judgement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from activities.badges import badge
from activities.expense_sheet import described
from activities.models import Activity, Expenditure, PublicText, Status
from partnerships.models import Partnership, ProgrammeYear, Role
from portal.ground.dates import format_date
from portal.ground.models import User
from portal.ground.money import ExactSum, format_amount
from portal.ground.wording import Wording, translated
from portal.roof.overviews.finance.tables import expenses_url
from portal.roof.overviews.parts import Item
from portal.roof.overviews.start.reader import Reader

QUIET_DAYS = 60
LIMIT = 5


@dataclass(frozen=True)
class Mine:
    """One partnership of the reader with its year that runs now."""

    name: Wording
    url: str
    role: str
    year: str
    year_url: str
    is_locked: bool


@dataclass(frozen=True)
class Bill:
    """An expenditure that has no voucher yet."""

    description: Wording
    url: str
    activity: Wording
    date_text: str
    amount: str


@dataclass(frozen=True)
class Few:
    """The first of some items, and how many there are in all."""

    items: list[Item]
    count: int

    @classmethod
    def of(cls, items: list[Item]) -> Few:
        """Return the first of them."""
        return cls(items[:LIMIT], len(items))

    @property
    def more(self) -> int:
        """How many are not among them."""
        return self.count - len(self.items)

    def __bool__(self) -> bool:
        return bool(self.count)


def mine(reader: Reader) -> list[Mine]:
    """Return the partnerships of a reader with the role held and the programme year that runs."""
    roles = defaultdict(list)
    for row in reader.held:
        roles[row.partnership_id].append(Role(row.role))
    years = ProgrammeYear.objects.filter(programme__partnership__in=reader.sees, year=reader.on.year)
    running = {row.programme.partnership_id: row for row in years.select_related("programme")}
    return [_mine(row, roles[row.pk], running.get(row.pk)) for row in reader.sees]


def _mine(partnership: Partnership, roles: list[Role], year: ProgrammeYear | None) -> Mine:
    highest = max(roles, key=list(Role).index, default=None)
    return Mine(
        translated(partnership, "name"),
        reverse("partnerships:detail", args=[partnership.slug]),
        str(highest.label) if highest else _("administrator"),
        str(year.year) if year else "",
        reverse("partnerships:year_detail", args=[year.programme.slug, year.year]) if year else "",
        bool(year and year.state == ProgrammeYear.State.LOCKED),
    )


def quiet_activities(partnerships, on: dt.date) -> Few:
    """Return the activities under way about which nothing was logged lately, the longest silent first."""
    since = on - dt.timedelta(days=QUIET_DAYS)
    under_way = Activity.objects.filter(partnership__in=partnerships, status__in=[Status.ONGOING, Status.DELAYED])
    last = Max("log_entries__ends_on", filter=Q(log_entries__withdrawn_at__isnull=True))
    rows = under_way.annotate(last=last).filter(Q(last__isnull=True) | Q(last__lt=since))
    silent = sorted(rows.order_by("pk"), key=lambda row: (row.last or dt.date.min, row.pk))
    return Few.of(
        [
            Item(
                translated(row, "title"),
                _("last entry %(date)s") % {"date": format_date(row.last)} if row.last else _("no entry yet"),
                url=f"{reverse('activities:log_create')}?activity={row.pk}",
                side=row.side,
                badge=badge(row.status),
            )
            for row in silent
        ]
    )


def overdue_activities(partnerships, on: dt.date) -> Few:
    """Return the activities whose last day has passed and that are not done, the longest overdue first."""
    rows = Activity.objects.filter(partnership__in=partnerships).overdue(on)
    return Few.of(
        [
            Item(
                translated(row, "title"),
                _("was to end on %(date)s") % {"date": format_date(row.ends_on)},
                url=reverse("activities:detail", args=[row.pk]),
                side=row.side,
                badge=badge(row.status),
            )
            for row in rows.order_by("ends_on", "pk")
        ]
    )


@dataclass(frozen=True)
class Unjudged:
    """The expenditures that wait for an officer's judgement."""

    count: int
    amount: str
    url: str


def unjudged(partnerships) -> Unjudged | None:
    """Return what waits for a judgement in some partnerships; None where nothing does."""
    rows = Expenditure.objects.standing().filter(activity__partnership__in=partnerships)
    found = rows.filter(decision=Expenditure.Decision.OPEN).aggregate(number=Count("pk"), amount=ExactSum("amount"))
    if not found["number"]:
        return None
    return Unjudged(found["number"], format_amount(found["amount"]), expenses_url(decision="open"))


def texts_to_release(user: User, partnerships) -> list[Item]:
    """Return the public texts that wait for a second person and that `user` did not write, the oldest first."""
    rows = PublicText.objects.open().filter(activity__partnership__in=partnerships).exclude(writers=user)
    return [
        Item(
            translated(row, "title"),
            _("proposed on %(date)s") % {"date": format_date(localtime(row.proposed_at).date())},
            url=reverse("activities:public_text", args=[row.activity_id]),
            side=row.activity.side,
        )
        for row in rows.select_related("activity").order_by("proposed_at", "pk")[:LIMIT]
    ]


def bills_without_voucher(partnerships) -> tuple[int, list[Bill]]:
    """Return how many expenditures have no voucher, and the oldest of them."""
    rows = Expenditure.objects.standing().filter(activity__partnership__in=partnerships, vouchers__isnull=True)
    oldest = rows.select_related("activity", "log_entry").order_by("spent_on", "pk")[:LIMIT]
    return rows.count(), [
        Bill(
            described(row.description, row.log_entry.language if row.log_entry else ""),
            reverse("activities:expense_detail", args=[row.pk]),
            translated(row.activity, "title"),
            format_date(row.spent_on),
            format_amount(row.amount),
        )
        for row in oldest
    ]
