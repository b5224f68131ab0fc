"""What a report consists of. Everything here is frozen, in every language, and free of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from activities.models import Activity, ActivityOrganisation, Photo, Product, Status
from partnerships.models import (
    Appointment,
    FundingRequest,
    FundingSource,
    Milestone,
    Municipality,
    ObservedOutcome,
    Organisation,
    OrganisationRole,
    Outcome,
    PartnershipFunding,
    PartnershipPeriod,
    Side,
)
from portal.roof.overviews.finance.figures import Finance
from portal.roof.reports.attainment import Chain
from portal.roof.reports.counts import GroupCount, Participants
from portal.roof.reports.editing import FormSheet
from portal.roof.reports.learners import CourseSheet
from portal.roof.reports.ledger import GainSheet
from portal.roof.reports.markers import MarkerSheet
from portal.roof.reports.origins import Identifier, Origin
from portal.roof.reports.spending import Money
from portal.roof.reports.telling import Judged, Told
from portal.roof.reports.trails import ClosureSheet, DecisionSheet, DelaySheet, LessonSheet, PhaseSheet, RiskSheet
from portal.roof.reports.words import IF_ANY, When, Words
from portal.roof.reports.years import YearTotals

# So many entries of an activity are read one after the other; more are a register.
LONG_LOG = 12


@dataclass(frozen=True)
class Town:
    """A municipality of the partnership and the side on which it stands."""

    name: Words
    side: Side
    country: Municipality.Country


@dataclass(frozen=True)
class Person:
    """Somebody in charge, for one municipality."""

    name: str
    function: Appointment.Function
    town: Words
    when: When


@dataclass(frozen=True)
class Funder:
    """A source of money of the partnership, as its main source or on top of it."""

    name: Words
    abbreviation: Words
    kind: FundingSource.Kind
    purpose: PartnershipFunding.Purpose
    when: When
    source_slug: str = ""


@dataclass(frozen=True)
class Request:
    """Money that was asked for; not a budget until it is granted."""

    purpose: Words
    source: Words
    side: Side | None
    state: FundingRequest.State
    amount: Decimal | None
    when: When
    source_slug: str = ""


@dataclass(frozen=True)
class Period:
    """A stretch of the partnership's life, drawn on its timeline."""

    state: PartnershipPeriod.State
    when: When
    months: int | None
    reason: Words


@dataclass(frozen=True)
class Event:
    """A milestone of the partnership."""

    title: Words
    text: Words
    kind: Milestone.Kind
    when: When


@dataclass(frozen=True)
class ProgrammeSheet:
    """A programme that runs during the window."""

    name: Words
    focus: Words
    starts_on: dt.date
    ends_on: dt.date

    @property
    def when(self) -> When:
        """The years of the programme."""
        return When(self.starts_on, self.ends_on, "year", "year")


@dataclass(frozen=True)
class PartnershipSheet:
    """The partnership: who it binds, what it aims at, and its life until now."""

    slug: str
    name: Words
    theme: Words
    objective: Words
    summary: Words
    towns: tuple[Town, ...]
    people: tuple[Person, ...]
    funders: tuple[Funder, ...]
    periods: tuple[Period, ...]
    milestones: tuple[Event, ...]
    programmes: tuple[ProgrammeSheet, ...]

    def of_side(self, side: Side) -> list[Town]:
        """Return the municipalities of one side."""
        return [town for town in self.towns if town.side == side]


@dataclass(frozen=True)
class Entry:
    """What happened on one day or over some days."""

    when: When
    text: Words
    difficulties: Words
    next_step: Words
    counts: tuple[GroupCount, ...]
    spent: Decimal
    # The days of the entry of a locked year that it corrects.
    corrects: When = field(default_factory=When)
    pk: int = 0
    # How many different people came; None where nobody knows, or where they could be of a vulnerable group.
    unique: int | None = None
    is_estimated: bool = False


@dataclass(frozen=True)
class Part:
    """An organisation's part in one activity."""

    name: Words
    role: ActivityOrganisation.Role


@dataclass(frozen=True)
class ReportActivity:
    """An activity with what was written and spent on it in the window."""

    pk: int
    title: Words
    summary: Words
    status_note: Words
    kind: Activity.Kind
    side: Side
    status: Status
    initiated_by: Activity.Initiator | None
    is_recurring: bool
    when: When
    place: Words
    town: Words
    host_event: Words
    part_of: Words
    outcome: Words
    themes: tuple[Words, ...]
    groups: tuple[Words, ...]
    organisations: tuple[Part, ...]
    entries: tuple[Entry, ...]
    spent: Decimal
    outcome_pk: int = 0
    # Who pays for it, by short name: what was spent in the window, planned, or agreed.
    source_slugs: tuple[str, ...] = ()

    @property
    def has_long_log(self) -> bool:
        """Whether its entries are told in short: nobody reads pages of them, one looks a day up."""
        return len(self.entries) > LONG_LOG


@dataclass(frozen=True)
class Picture:
    """A photo that may be published, with what its people agreed to; the SHA-256 is that of its file."""

    pk: int
    file: str
    caption: Words
    activity: Words
    when: When
    sha256: str = ""
    consent: Photo.Consent | None = None
    activity_pk: int = 0


@dataclass(frozen=True)
class Shown:
    """One showing of a product."""

    side: Side
    when: When
    venue: Words
    place: Words
    town: Words
    host_event: Words


@dataclass(frozen=True)
class ProductSheet:
    """A product and where it was shown."""

    title: Words
    text: Words
    kind: Product.Kind
    when: When
    town: Words
    activity: Words
    showings: tuple[Shown, ...]
    activity_pk: int = 0


@dataclass(frozen=True)
class Actor:
    """An organisation, its roles in the partnership and its part in the activities."""

    name: Words
    kind: Organisation.Kind
    town: Words
    roles: tuple[tuple[OrganisationRole.Role, When], ...]
    activities: tuple[tuple[ActivityOrganisation.Role, Words], ...]


@dataclass(frozen=True)
class Aim:
    """A planned outcome."""

    title: Words
    text: Words
    level: Outcome.Level
    programme: Words


@dataclass(frozen=True)
class Change:
    """A change that was seen."""

    title: Words
    text: Words
    actor: ObservedOutcome.Actor
    when: When


@dataclass(frozen=True)
class Report:
    """A partnership over a window of dates, both ends included."""

    partnership: PartnershipSheet
    starts_on: dt.date
    ends_on: dt.date
    made_on: dt.date
    is_demonstration: bool
    programmes: tuple[ProgrammeSheet, ...]
    activities: tuple[ReportActivity, ...]
    undated: tuple[ReportActivity, ...]
    outlook: tuple[ReportActivity, ...]
    participants: Participants
    money: Money
    finances: tuple[Finance, ...]
    requests: tuple[Request, ...]
    pictures: tuple[Picture, ...]
    products: tuple[ProductSheet, ...]
    actors: tuple[Actor, ...]
    phases: tuple[PhaseSheet, ...]
    risks: tuple[RiskSheet, ...]
    decisions: tuple[DecisionSheet, ...]
    lessons: tuple[LessonSheet, ...]
    delays: tuple[DelaySheet, ...]
    closures: tuple[ClosureSheet, ...]
    aims: tuple[Aim, ...]
    changes: tuple[Change, ...]
    told: tuple[Told, ...]
    judged: tuple[Judged, ...]
    attained: tuple[Chain, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    origins: tuple[Origin, ...] = ()
    forms: tuple[FormSheet, ...] = ()
    years: tuple[YearTotals, ...] = ()
    learners: tuple[CourseSheet, ...] = ()
    markers: tuple[MarkerSheet, ...] = ()
    gains: tuple[GainSheet, ...] = field(default=(), metadata=IF_ANY)
    # Whether some of its years are not settled, so that nothing of vulnerable people is told of them.
    is_unsettled: bool = field(default=False, metadata=IF_ANY)
    # How far the learners of all other cohorts came, which no chapter prints: pages tell it (see told_last.py).
    elsewhere: tuple[CourseSheet, ...] = field(default=(), metadata=IF_ANY)

    @property
    def window(self) -> When:
        """The window, told in years where it consists of whole years."""
        whole = (self.starts_on.month, self.starts_on.day, self.ends_on.month, self.ends_on.day) == (1, 1, 12, 31)
        precision = "year" if whole else "day"
        return When(self.starts_on, self.ends_on, precision, precision)

    @property
    def is_one_year(self) -> bool:
        """Whether the window is one calendar year."""
        return self.window.starts_precision == "year" and self.starts_on.year == self.ends_on.year

    def of_side(self, side: Side) -> list[ReportActivity]:
        """Return the activities of the window whose place of work is on one side."""
        return [activity for activity in self.activities if activity.side == side]
