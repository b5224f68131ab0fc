"""Who reads the overview: the highest role held, and where it is held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from partnerships.models import Membership, Partnership, Role, Side
from portal.ground.models import StartPage, User


class Part(Enum):
    """For whom an overview is made; each sees what that part needs. Who may open most stands first."""

    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    VIEWER = "viewer"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Reader:
    """A reader on one day: the memberships that hold, and the partnerships seen, written for and led, by key."""

    user: User
    on: dt.date
    held: Sequence[Membership]
    sees: Sequence[Partnership]

    @classmethod
    def of(cls, user: User, on: dt.date) -> Reader:
        """Return who reads on a day; two queries."""
        held = list(Membership.objects.filter(user=user).active(on)) if user.is_authenticated else []
        return cls(user, on, held, list(Partnership.objects.visible_to(user)))

    @property
    def part(self) -> Part:
        """The part that the overview is made for."""
        if self.user.is_superuser:
            return Part.ADMINISTRATOR
        if self.leads:
            return Part.OFFICER
        if self.writes:
            return Part.COORDINATOR
        return Part.VIEWER if self.sees else Part.NOBODY

    @property
    def writes(self) -> list[int]:
        """The partnerships for which the reader may write."""
        return self._with(Role.COORDINATOR)

    @property
    def leads(self) -> list[int]:
        """The partnerships that the reader leads as an officer."""
        return self._with(Role.OFFICER)

    @property
    def has_buttons(self) -> bool:
        """Whether the three large buttons stand on top: chosen, or usual for the few people of the partner's side."""
        if not self.writes or self.user.start_page == StartPage.FULL:
            return False
        in_the_south = any(row.role == Role.COORDINATOR and row.side == Side.PARTNER for row in self.held)
        return self.user.start_page == StartPage.BUTTONS or (self.part == Part.COORDINATOR and in_the_south)

    def _with(self, role: Role) -> list[int]:
        if self.user.is_superuser:
            return [row.pk for row in self.sees]
        return sorted({row.partnership_id for row in self.held if Role(row.role).includes(role)})
