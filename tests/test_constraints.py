"""The database itself refuses the bad row, on SQLite and on PostgreSQL alike."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from activities.models import Activity, ActivityOrganisation, Expenditure, LogEntry, Participation, Product, Showing
from beneficiaries.models import AgeBand, EvaluationForm, TargetGroup
from partnerships.models import (
    Appointment,
    FundingRequest,
    Membership,
    Milestone,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    PartnershipFunding,
    PartnershipMunicipality,
    PartnershipPeriod,
    Phase,
    Place,
    Programme,
    ProgrammeYear,
)
from portal.ground.audit import record
from portal.ground.models import AuditEntry
from tests.cast import make_entry

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 14)
EARLIER = dt.date(2024, 5, 13)


def expenditure(cast, **fields):
    values = {"spent_on": DAY, "description": "Paint", "source": cast.own, "amount": Decimal("10.00")}
    return Expenditure(activity=cast.jette.home, **(values | fields))


def participation(cast, **fields):
    entry = LogEntry.objects.first() or make_entry(cast.jette.home, cast.officer)
    values = {"target_group": cast.youth, "sex": "women", "age_band": cast.age_bands[1], "count": 3}
    return Participation(log_entry=entry, **(values | fields))


def place(cast, **fields):
    values = {"slug": "p", "name_nl": "Huis", "municipality": cast.jette.partnership.municipalities.first()}
    return Place(**(values | fields))


def entry(cast, **fields):
    values = {"starts_on": DAY, "ends_on": DAY, "language": "nl", "text": "x", "author": cast.officer}
    return LogEntry(activity=cast.jette.home, **(values | fields))


def activity(cast, **fields):
    values = {"slug": "a", "partnership": cast.jette.partnership, "title_nl": "a", "kind": "event", "side": "home"}
    return Activity(**(values | fields))


def period(cast, **fields):
    return PartnershipPeriod(partnership=cast.jette.partnership, **({"number": 9, "state": "active"} | fields))


def request(cast, **fields):
    values = {"slug": "r", "source": cast.bwi, "purpose_nl": "x", "state": "sought"}
    return FundingRequest(partnership=cast.jette.partnership, **(values | fields))


BAD_ROWS = {
    "an amount of nothing": lambda cast: expenditure(cast, amount=Decimal(0)),
    "a negative amount": lambda cast: expenditure(cast, amount=Decimal("-1.00")),
    "a currency without a rate": lambda cast: expenditure(cast, original_amount=Decimal(9), original_currency="MAD"),
    "a currency without an amount": lambda cast: expenditure(cast, original_currency="MAD", rate=Decimal("10.8")),
    "a rate without a currency": lambda cast: expenditure(cast, rate=Decimal("10.8")),
    "a rate of nothing": lambda cast: expenditure(
        cast, original_amount=Decimal(9), original_currency="MAD", rate=Decimal(0)
    ),
    "an unknown currency": lambda cast: expenditure(
        cast, original_amount=Decimal(9), original_currency="USD", rate=Decimal(1)
    ),
    "nobody counted": lambda cast: participation(cast, count=0),
    "more people than live there": lambda cast: participation(cast, count=100_001),
    "a hidden place with an address": lambda cast: place(cast, is_confidential=True, address="Street 1"),
    "a hidden place with a district": lambda cast: place(cast, is_confidential=True, district="North"),
    "a hidden place with coordinates": lambda cast: place(cast, is_confidential=True, latitude=50, longitude=4),
    "half a coordinate": lambda cast: place(cast, latitude=50),
    "a latitude beyond the pole": lambda cast: place(cast, latitude=91, longitude=4),
    "an entry that ends first": lambda cast: entry(cast, ends_on=EARLIER),
    "an activity that ends first": lambda cast: activity(
        cast, starts_on=DAY, starts_precision="day", ends_on=EARLIER, ends_precision="day"
    ),
    "a start without a precision": lambda cast: activity(cast, starts_on=DAY),
    "a precision without an end": lambda cast: activity(cast, ends_precision="day"),
    "a period that ends first": lambda cast: period(
        cast, starts_on=DAY, starts_precision="day", ends_on=EARLIER, ends_precision="day"
    ),
    "a programme that ends first": lambda cast: Programme(
        slug="p", partnership=cast.jette.partnership, name_nl="p", starts_on=dt.date(2031, 1, 1), ends_on=DAY
    ),
    "a year of another age": lambda cast: ProgrammeYear(programme=cast.jette.programme, year=1822),
    "a request for nothing": lambda cast: request(cast, amount=Decimal(0)),
    "a request without its precision": lambda cast: request(cast, state_on=DAY),
    "a milestone without its precision": lambda cast: Milestone(
        slug="m", partnership=cast.jette.partnership, kind="start", title_nl="x", happened_on=DAY
    ),
    "a product without its precision": lambda cast: Product(
        slug="p", partnership=cast.jette.partnership, kind="film", title_nl="x", finished_on=DAY
    ),
    "a form without its precision": lambda cast: EvaluationForm(
        slug="f", partnership=cast.jette.partnership, title_nl="x", sent_on=DAY
    ),
    "a membership that ends first": lambda cast: Membership(
        user=cast.stranger, partnership=cast.jette.partnership, role="viewer", starts_on=DAY, ends_on=EARLIER
    ),
    "an age band that ends first": lambda _cast: AgeBand(slug="b", min_age=30, max_age=20, position=99),
    "an age of 121": lambda _cast: TargetGroup(slug="g", name_nl="g", max_age=121),
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_the_database_refuses(cast, row):
    bad = row(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save()


# What a form completes by itself, it need not refuse.
COMPLETED = {"a start without a precision", "a precision without an end"}


@pytest.mark.parametrize("row", [pytest.param(BAD_ROWS[name], id=name) for name in BAD_ROWS if name not in COMPLETED])
def test_the_form_says_it_first_and_in_words(cast, row):
    bad = row(cast)
    with pytest.raises(ValidationError) as refused:
        bad.full_clean(exclude=[field.name for field in bad._meta.fields if field.name[-3:] in {"_fr", "_en", "_ar"}])
    assert "violated" not in " ".join(refused.value.messages)


def twice(model, **fields):
    return lambda cast: [model(**{name: value(cast) for name, value in fields.items()}) for _ in range(2)]


def numbered(value):
    return lambda _cast: value


def jette(cast):
    return cast.jette.partnership


def organisation(_cast):
    return Organisation.objects.get_or_create(slug="oranger", defaults={"name_nl": "Oranger", "kind": "ngo"})[0]


def film(cast):
    return Product.objects.get_or_create(slug="film", partnership=jette(cast), kind="film", title_nl="Film")[0]


DUPLICATES = {
    "participation": lambda cast: [participation(cast), participation(cast, count=8)],
    "alias": twice(OrganisationAlias, organisation=organisation, name=numbered("Oanger")),
    "undated role": twice(
        OrganisationRole, organisation=organisation, partnership=jette, role=numbered("partner"), side=numbered("home")
    ),
    "funding": twice(PartnershipFunding, partnership=jette, source=lambda cast: cast.bwi, purpose=numbered("top_up")),
    "municipality": lambda cast: [
        PartnershipMunicipality(partnership=jette(cast), municipality=one.municipality, side=one.side)
        for one in cast.jette.partnership.sides.all()
    ],
    "period": lambda cast: [period(cast), period(cast)],
    "phase": lambda cast: [Phase(slug=f"p{n}", partnership=jette(cast), number=1, title_nl="x") for n in range(2)],
    "year": twice(ProgrammeYear, programme=lambda cast: cast.jette.programme, year=numbered(2022)),
    "membership": twice(
        Membership,
        user=lambda cast: cast.stranger,
        partnership=jette,
        role=numbered("viewer"),
        starts_on=numbered(DAY),
    ),
    "appointment": twice(
        Appointment,
        partnership=jette,
        municipality=lambda cast: cast.jette.partnership.municipalities.first(),
        function=numbered("coordinator"),
        person=numbered("N. N."),
    ),
    "organisation in an activity": twice(
        ActivityOrganisation,
        activity=lambda cast: cast.jette.home,
        organisation=organisation,
        role=numbered("partner"),
    ),
    "showing": twice(Showing, product=film, number=numbered(1), side=numbered("home")),
}


def save_all(rows):
    for row in rows:
        row.save()


@pytest.mark.parametrize("rows", DUPLICATES.values(), ids=DUPLICATES.keys())
def test_the_database_refuses_the_second(cast, rows):
    with pytest.raises(IntegrityError), transaction.atomic():
        save_all(rows(cast))


class TestProgrammesDoNotOverlap:
    def programme(self, bond, starts_on, ends_on):
        return Programme(
            slug=f"{bond.partnership.slug}-{starts_on}",
            partnership=bond.partnership,
            state="running",
            starts_on=starts_on,
            ends_on=ends_on,
        )

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"),
        [
            ("2026-12-31", "2030-12-31"),
            ("2020-01-01", "2022-01-01"),
            ("2023-01-01", "2023-12-31"),
            ("2020-01-01", "2030-12-31"),
        ],
    )
    def test_a_shared_day_is_refused(self, cast, starts_on, ends_on):
        dates = dt.date.fromisoformat(starts_on), dt.date.fromisoformat(ends_on)
        with pytest.raises(IntegrityError), transaction.atomic():
            self.programme(cast.jette, *dates).save()
        with pytest.raises(ValidationError) as refused:
            self.programme(cast.jette, *dates).validate_constraints()
        assert len(refused.value.messages) == 1

    def test_the_next_day_is_free(self, cast):
        self.programme(cast.jette, dt.date(2027, 1, 1), dt.date(2030, 12, 31)).save()

    def test_another_partnership_is_free(self, cast):
        self.programme(cast.gillis, dt.date(2017, 1, 1), dt.date(2021, 12, 31)).save()
        self.programme(cast.jette, dt.date(2017, 1, 1), dt.date(2021, 12, 31)).save()

    def test_raw_sql_is_refused_too(self, cast):
        later = self.programme(cast.jette, dt.date(2027, 1, 1), dt.date(2030, 12, 31))
        later.save()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE partnerships_programme SET starts_on = %s WHERE id = %s", [dt.date(2026, 6, 1), later.pk]
            )


class TestTheAuditTrailIsAppendOnly:
    STATEMENTS = ("UPDATE portal_auditentry SET reason = 'changed'", "DELETE FROM portal_auditentry")

    @pytest.fixture(autouse=True)
    def _one_entry(self, cast):
        record(cast.jette.partnership, actor=cast.officer, verb=AuditEntry.Verb.UPDATE)

    def refused(self, statement):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert AuditEntry.objects.get().reason == ""

    @pytest.mark.parametrize("statement", STATEMENTS)
    def test_raw_sql_is_refused(self, statement):
        self.refused(statement)

    def test_truncation_is_refused(self):
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has no TRUNCATE.")
        self.refused("TRUNCATE portal_auditentry")

    def test_the_orm_is_refused(self):
        entry = AuditEntry.objects.get()
        entry.reason = "changed"
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            entry.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEntry.objects.update(reason="changed")
