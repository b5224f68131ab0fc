"""The standing cast: who signs in, and the two partnerships that they sign in for.

Every test file walks the same ladder: administrator, officer, coordinator, viewer, stranger.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from activities.models import Activity, Expenditure, LogEntry, Status, Theme
from beneficiaries.models import AgeBand, TargetGroup
from partnerships.models import (
    CostHeading,
    FundingRule,
    FundingSource,
    Grant,
    Membership,
    Municipality,
    Partnership,
    PartnershipFunding,
    PartnershipMunicipality,
    Programme,
    ProgrammeYear,
    Role,
    Side,
    Transfer,
)
from partnerships.services import lock_year, submit_year, validate_year
from portal.ground.models import User

PASSWORD = "the-cast-knows-this-one"
YEARS = range(2022, 2027)


@dataclass(frozen=True)
class Bond:
    """One partnership with the rows that stand around it."""

    partnership: Partnership
    programme: Programme
    home: Activity
    partner: Activity

    def year(self, year: int) -> ProgrammeYear:
        """Return one year of the programme."""
        return self.programme.years.get(year=year)


@dataclass(frozen=True)
class Cast:
    """People, partnerships and reference rows. `jette` and `gillis` are the two partnerships.

    `headings` are those of federal money by the end of their slug: "operational" and its part "personnel".
    """

    administrator: User
    officer: User
    viewer: User
    coordinator_north: User
    coordinator_south: User
    stranger: User
    jette: Bond
    gillis: Bond
    federal: FundingSource
    bwi: FundingSource
    own: FundingSource
    headings: dict[str, CostHeading]
    youth: TargetGroup
    women: TargetGroup
    age_bands: list[AgeBand]
    themes: list[Theme]

    @property
    def people(self) -> dict[str, User]:
        """Everybody who signs in, by name of the part."""
        parts = ["administrator", "officer", "viewer", "coordinator_north", "coordinator_south", "stranger"]
        return {part: getattr(self, part) for part in parts}


def in_all_languages(**texts: str) -> dict[str, str]:
    """Return {"name_nl": text, "name_fr": text …} for each name given."""
    return {f"{field}_{code}": text for field, text in texts.items() for code, _name in settings.LANGUAGES}


def make_entry(activity: Activity, author: User, **fields: Any) -> LogEntry:
    """Write a log entry of one day in 2024, without people, money or files."""
    values = {
        "starts_on": dt.date(2024, 5, 14),
        "ends_on": fields.get("starts_on", dt.date(2024, 5, 14)),
        "language": "en",
        "text": "Twelve young people met.",
        **fields,
    }
    return LogEntry.objects.create(activity=activity, author=author, **values)


def make_expense(activity: Activity, **fields: Any) -> Expenditure:
    """Write an expenditure of 100 euro in 2024, from own funds unless a source or a heading says otherwise."""
    heading = fields.get("heading")
    values = {
        "spent_on": dt.date(2024, 5, 14),
        "description": "Meeting room",
        "amount": Decimal("100.00"),
        "source": heading.source if heading else None,
        **fields,
    }
    values["source"] = values["source"] or FundingSource.objects.get(slug="own")
    return Expenditure.objects.create(activity=activity, **values)


def make_grant(programme: Programme, source: FundingSource, **fields: Any) -> Grant:
    """Write a grant of 100 000 euro for the whole programme."""
    values = {
        "reference": "G-2022",
        "granted_on": dt.date(2021, 12, 1),
        "starts_on": programme.starts_on,
        "ends_on": programme.ends_on,
        "amount": Decimal("100000.00"),
        **fields,
    }
    return Grant.objects.create(programme=programme, source=source, **values)


def make_transfer(programme: Programme, source: FundingSource, **fields: Any) -> Transfer:
    """Write a transfer of 1 000 euro that arrived as 10 850 dirham in February 2024."""
    values = {
        "reference": "T-2024-1",
        "sent_on": dt.date(2024, 2, 1),
        "sent_amount": Decimal("1000.00"),
        "received_on": dt.date(2024, 2, 5),
        "received_amount": Decimal("10850.00"),
        **fields,
    }
    return Transfer.objects.create(programme=programme, source=source, **values)


def close_year(year: ProgrammeYear, officer: User) -> None:
    """Take a year from open to locked, as its people would."""
    submit_year(year, actor=officer)
    validate_year(year, actor=officer, on=dt.date(year.year + 1, 4, 15))
    lock_year(year, actor=officer)


def settle(bond: Bond, *years: int) -> None:
    """Lock years of a bond's programme, all without any named, without the steps that lead there."""
    bond.programme.years.filter(year__in=years or YEARS).update(state=ProgrammeYear.State.LOCKED)


def assemble() -> Cast:
    """Write the cast into the database."""
    sources = _funding_sources()
    jette = _bond("jette-belfaa", "Jette – Belfaa", sources["federal"])
    gillis = _bond("sint-gillis-berkane", "Sint-Gillis – Berkane", sources["federal"])
    return Cast(
        **_people(jette.partnership, gillis.partnership),
        **sources,
        headings=_headings(sources["federal"]),
        jette=jette,
        gillis=gillis,
        youth=TargetGroup.objects.create(slug="youth", position=1, **in_all_languages(name="Young people")),
        women=TargetGroup.objects.create(
            slug="women-victims-of-violence",
            position=2,
            is_vulnerable=True,
            **in_all_languages(name="Women who are victims of violence"),
        ),
        age_bands=AgeBand.objects.bulk_create(
            AgeBand(slug=slug, min_age=low, max_age=high, position=position)
            for position, (slug, low, high) in enumerate(
                [("0-14", 0, 14), ("15-24", 15, 24), ("25-55", 25, 55), ("56-plus", 56, None), ("unknown", None, None)]
            )
        ),
        themes=Theme.objects.bulk_create(
            Theme(slug=slug, **in_all_languages(name=name))
            for slug, name in [("dialogue", "Dialogue"), ("social-services", "Social services")]
        ),
    )


def _people(jette: Partnership, gillis: Partnership) -> dict[str, User]:
    parts = {
        "administrator": [],
        "officer": [(jette, Role.OFFICER, Side.HOME), (gillis, Role.OFFICER, Side.HOME)],
        "viewer": [(jette, Role.VIEWER, ""), (gillis, Role.VIEWER, "")],
        "coordinator_north": [(jette, Role.COORDINATOR, Side.HOME)],
        "coordinator_south": [(gillis, Role.COORDINATOR, Side.PARTNER)],
        "stranger": [],
    }
    common = {"password": make_password(PASSWORD), "language": "en", "is_demonstration": True}
    people = {
        part: User(
            username=part,
            email=f"{part}@example.org",
            is_staff=part == "administrator",
            is_superuser=part == "administrator",
            **common,
        )
        for part in parts
    }
    User.objects.bulk_create(people.values())
    Membership.objects.bulk_create(
        Membership(user=people[part], partnership=partnership, role=role, side=side, starts_on=dt.date(2022, 1, 1))
        for part, roles in parts.items()
        for partnership, role, side in roles
    )
    return people


def _funding_sources() -> dict[str, FundingSource]:
    kinds = {"federal": ("Federal cooperation", "federal"), "bwi": ("BWI", "regional"), "own": ("Own funds", "own")}
    sources = {
        slug: FundingSource(slug=slug, kind=kind, **in_all_languages(name=name, abbreviation=""))
        for slug, (name, kind) in kinds.items()
    }
    FundingSource.objects.bulk_create(sources.values())
    FundingRule.objects.create(
        slug="federal-partner-only",
        source=sources["federal"],
        kind=FundingRule.Kind.SIDE,
        side_allowed=Side.PARTNER,
        **in_all_languages(title="Federal money pays only for work in Morocco."),
    )
    return sources


def _headings(federal: FundingSource) -> dict[str, CostHeading]:
    """Make two headings with a part or two each."""
    made: dict[str, Any] = {}
    for whole, parts in {"operational": ["investments", "personnel"], "management": ["audit"]}.items():
        for name in [whole, *parts]:
            made[name] = CostHeading.objects.create(
                slug=f"federal-{name}",
                source=federal,
                parent=made.get(whole),
                nature=whole,
                is_direct=True,
                position=len(made) + 1,
                **in_all_languages(name=name.capitalize()),
            )
    return made


def _bond(slug: str, name: str, federal: FundingSource) -> Bond:
    partnership = Partnership.objects.create(slug=slug, is_public=True, **in_all_languages(name=name))
    towns = Municipality.objects.bulk_create(
        Municipality(slug=town.lower(), country=country, **in_all_languages(name=town))
        for country, town in zip(["BE", "MA"], name.split(" – "), strict=True)
    )
    PartnershipMunicipality.objects.bulk_create(
        PartnershipMunicipality(partnership=partnership, municipality=municipality, side=side)
        for side, municipality in zip(Side, towns, strict=True)
    )
    PartnershipFunding.objects.create(partnership=partnership, source=federal, purpose="main")
    programme = Programme.objects.create(
        slug=f"{slug}-2022-2026",
        partnership=partnership,
        state=Programme.State.RUNNING,
        starts_on=dt.date(2022, 1, 1),
        ends_on=dt.date(2026, 12, 31),
        **in_all_languages(name=f"{name} 2022–2026"),
    )
    ProgrammeYear.objects.bulk_create(ProgrammeYear(programme=programme, year=year) for year in YEARS)
    return Bond(partnership, programme, *Activity.objects.bulk_create(_activity(programme, side) for side in Side))


def _activity(programme: Programme, side: Side) -> Activity:
    where = {Side.HOME: "Village of solidarity", Side.PARTNER: "Training of young people"}[side]
    return Activity(
        slug=f"{programme.partnership.slug}-{side}",
        partnership=programme.partnership,
        programme=programme,
        kind=Activity.Kind.TRAINING if side == Side.PARTNER else Activity.Kind.EVENT,
        side=side,
        status=Status.ONGOING,
        starts_on=dt.date(2022, 3, 1),
        starts_precision="day",
        **in_all_languages(title=f"{where}, {programme.partnership.slug}"),
    )
