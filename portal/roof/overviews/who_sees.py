"""Who may see what is known of people now: read off the roles, so that the list is never out of date."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from partnerships.models import Membership, Partnership, Role, Side
from portal.ground.models import User
from portal.ground.wording import Wording, translated


@dataclass(frozen=True)
class Seer:
    """Somebody with what they may see: rows about single learners, own words in forms, and the notes of some sides.

    The words are those of forms about people at risk: in other forms who sees learners reads them too. The counts are
    true ones of vulnerable groups: participations, values of indicators with their parts, courses and results of
    forms. Photos are those of the log, and the history is that of each record: who changed what.
    """

    name: str
    roles: tuple[str, ...]
    sees_learners: bool
    reads_words: bool
    notes_of: tuple[str, ...]
    sees_counts: bool
    sees_photos: bool
    sees_history: bool


@dataclass(frozen=True)
class Sight:
    """A partnership with its members, and what each may see in it."""

    name: Wording
    people: tuple[Seer, ...]


def sights_of(partnerships: Iterable[Partnership], *, on: dt.date) -> tuple[tuple[str, ...], list[Sight]]:
    """Return the administrators, who see it all everywhere, and by partnership who else sees what on a day."""
    homes = list(partnerships)
    held: dict[int, dict[User, list[Membership]]] = defaultdict(lambda: defaultdict(list))
    rows = Membership.objects.filter(partnership__in=homes, user__is_active=True).active(on).select_related("user")
    for row in rows.order_by("user__last_name", "user__username", "pk"):
        held[row.partnership_id][row.user].append(row)
    everywhere = User.objects.filter(is_superuser=True, is_active=True).order_by("last_name", "username")
    sights = [
        Sight(
            translated(home, "name"),
            tuple(_seer(user, of) for user, of in held[home.pk].items()),
        )
        for home in homes
    ]
    return tuple(map(_name, everywhere)), sights


def _seer(user: User, memberships: Iterable[Membership]) -> Seer:
    """Return what somebody sees, as `may`, PersonalQuerySet, ConfidentialNoteQuerySet and may_read_words answer."""
    rows = list(memberships)
    works = any(Role(row.role).includes(Role.COORDINATOR) for row in rows)
    sides = dict.fromkeys(row.side for row in rows if row.reads_notes)
    roles = dict.fromkeys(str(Role(row.role).label) for row in rows)
    return Seer(
        name=_name(user),
        roles=tuple(roles),
        sees_learners=works,
        reads_words=works and bool(sides),
        notes_of=tuple(str(Side(side).label) for side in sides),
        sees_counts=works,
        sees_photos=True,
        sees_history=works,
    )


def _name(user: User) -> str:
    return user.get_full_name() or str(user)
