"""A gap of a report: what is missing, whose it is, and where it is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import FundingRule, Membership, Role, Side
from portal.ground.models import User
from portal.ground.wording import Wording

Deadline = FundingRule.Deadline


class Kind(models.TextChoices):
    """What may be missing of a year's report, in the order in which the board shows it."""

    SECTION = "section", gettext_lazy("Sections to write")
    TRANSLATION = "translation", gettext_lazy("Translations that are out of date")
    INDICATOR = "indicator", gettext_lazy("Indicators without a value")
    VALIDATION = "validation", gettext_lazy("Values that wait for validation")
    SCORE = "score", gettext_lazy("Outcomes without all their scores")
    LOG = "log", gettext_lazy("Activities without a log entry")
    CONSENT = "consent", gettext_lazy("Photos without consent")
    VOUCHER = "voucher", gettext_lazy("Expenses without a voucher")

    @property
    def deadline(self) -> FundingRule.Deadline:
        """The report that needs it: vouchers the financial one, all else the moral one (decree, art. 45 and 47)."""
        return Deadline.FINANCIAL if self == Kind.VOUCHER else Deadline.MORAL

    @property
    def is_timely_at_once(self) -> bool:
        """Whether it can be mended while the year still runs; the others are asked for when it is over."""
        return self in {Kind.TRANSLATION, Kind.CONSENT, Kind.VOUCHER}


# One gap as it was read: its key, which is one number or several, and then of what its kind tells. A plain tuple,
# because a board finds thousands and shows a few.
Row = tuple[Any, ...]


class Share(NamedTuple):
    """The gaps of one kind in one year that the same people have, in the order in which they were found.

    Where nobody by name has them (`owner` is None), those of `role` have them, on `side` where one is told.
    """

    year: int
    rows: Sequence[Row]
    owner: int | None = None
    role: Role = Role.COORDINATOR
    side: str = ""


class Told(NamedTuple):
    """What is said of a gap: its title, a note, and the address of the very place."""

    title: Wording
    url: str
    note: str = ""


class Gap(NamedTuple):
    """One gap as its reader sees it."""

    kind: Kind
    title: Wording
    note: str
    url: str
    owner: str
    is_mine: bool


@dataclass(frozen=True)
class Reader:
    """Who looks, and for whom of which partnership the reader stands: (partnership, role, side).

    Who has a role on one side has what is asked of it without a side; who has it without a side, what either has.
    """

    pk: int
    held: frozenset[tuple[int, str, str]]

    @classmethod
    def of(cls, user: User, memberships: Iterable[Membership]) -> Reader:
        """Return the reader with the memberships that hold today."""
        return cls(
            user.pk,
            frozenset(
                (row.partnership_id, row.role, side)
                for row in memberships
                for side in ({"", row.side} if row.side else {"", *Side.values})
            ),
        )

    def has(self, share: Share, partnership: int) -> bool:
        """Say whether the gaps, of a year of that partnership, are the reader's to fill."""
        if share.owner is not None:
            return share.owner == self.pk
        return (partnership, share.role, share.side) in self.held


def owner_text(share: Share, people: Mapping[int, str]) -> str:
    """Return who has gaps: a person by name, or those of a role on a side."""
    if share.owner is not None and share.owner in people:
        return people[share.owner]
    if share.role == Role.OFFICER:
        return _("officers")
    if share.side == Side.HOME:
        return _("coordinators in Belgium")
    if share.side == Side.PARTNER:
        return _("coordinators in Morocco")
    return _("coordinators")
