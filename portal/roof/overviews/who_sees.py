"""Who may see special categories of personal data now: read off the roles, so that the list is never out of date."""

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

    The words are those of forms about people at risk: in other forms who sees learners reads them too.
    """

    name: str
    roles: tuple[str, ...]
    sees_learners: bool
    reads_words: bool
    notes_of: tuple[str, ...]


@dataclass(frozen=True)
class Sight:
    """A partnership with the people who may see special categories in it."""

    name: Wording
    people: tuple[Seer, ...]


def sights_of(partnerships: Iterable[Partnership], *, on: dt.date) -> tuple[tuple[str, ...], list[Sight]]:
    """Return the administrators, who see learners everywhere, and by partnership who else sees what on a day."""
    homes = list(partnerships)
    held: dict[int, dict[User, list[Membership]]] = defaultdict(lambda: defaultdict(list))
    rows = Membership.objects.filter(partnership__in=homes, user__is_active=True).active(on).select_related("user")
    for row in rows.order_by("user__last_name", "user__username", "pk"):
        held[row.partnership_id][row.user].append(row)
    everywhere = User.objects.filter(is_superuser=True, is_active=True).order_by("last_name", "username")
    sights = [
        Sight(
            translated(home, "name"),
            tuple(seer for user, of in held[home.pk].items() if (seer := _seer(user, of)) is not None),
        )
        for home in homes
    ]
    return tuple(map(_name, everywhere)), sights


def _seer(user: User, memberships: Iterable[Membership]) -> Seer | None:
    """Return what somebody sees, as PersonalQuerySet, ConfidentialNoteQuerySet and may_read_words answer."""
    rows = list(memberships)
    sees_learners = any(Role(row.role).includes(Role.COORDINATOR) for row in rows)
    sides = dict.fromkeys(row.side for row in rows if row.reads_notes)
    if not sees_learners and not sides:
        return None
    roles = dict.fromkeys(str(Role(row.role).label) for row in rows)
    notes_of = tuple(str(Side(side).label) for side in sides)
    return Seer(_name(user), tuple(roles), sees_learners, sees_learners and bool(sides), notes_of)


def _name(user: User) -> str:
    return user.get_full_name() or str(user)
