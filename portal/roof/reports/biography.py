"""The partnership's own chapter: who it binds, who is in charge, who pays, and its life until now."""

from __future__ import annotations

import datetime as dt

from partnerships.models import (
    Appointment,
    FundingRequest,
    FundingSource,
    Milestone,
    Municipality,
    Partnership,
    PartnershipFunding,
    PartnershipPeriod,
    Place,
    Programme,
    Side,
)
from portal.ground.dates import overlapping
from portal.roof.reports.sections import (
    Event,
    Funder,
    PartnershipSheet,
    Period,
    Person,
    ProgrammeSheet,
    Request,
    Town,
)
from portal.roof.reports.words import When, Words


def sheet_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> PartnershipSheet:
    """Return the partnership with the people, towns and funders that it has in the window."""
    window = overlapping(starts_on, ends_on)
    return PartnershipSheet(
        slug=partnership.slug,
        name=Words.of(partnership, "name"),
        theme=Words.of(partnership, "theme"),
        objective=Words.of(partnership, "objective"),
        summary=Words.of(partnership, "summary"),
        towns=tuple(
            Town(Words.of(row.municipality, "name"), Side(row.side), Municipality.Country(row.municipality.country))
            for row in partnership.sides.filter(window).select_related("municipality").order_by("side", "pk")
        ),
        people=tuple(
            Person(row.person, Appointment.Function(row.function), Words.of(row.municipality, "name"), When.span(row))
            for row in partnership.appointments.filter(window).select_related("municipality").order_by("pk")
        ),
        funders=tuple(_funder(row) for row in partnership.funding.filter(window).select_related("source")),
        periods=tuple(
            Period(PartnershipPeriod.State(row.state), When.span(row), row.months, Words.of(row, "reason"))
            for row in partnership.periods.order_by("number")
        ),
        milestones=_milestones(partnership, ends_on),
        programmes=tuple(_programme(row) for row in partnership.programmes.order_by("starts_on")),
    )


def requests_of(partnership: Partnership) -> tuple[Request, ...]:
    """Return the money that was asked for, whatever came of it."""
    return tuple(
        Request(
            Words.of(row, "purpose"),
            Words.of(row.source, "name"),
            Side(row.side) if row.side else None,
            FundingRequest.State(row.state),
            row.amount,
            When.day(row.state_on, row.precision),
            row.source.slug,
        )
        for row in partnership.funding_requests.select_related("source").order_by("pk")
    )


def location(place: Place | None) -> tuple[Words, Words]:
    """Return (place, municipality) as they may be told: a confidential place has no name of its own."""
    if place is None:
        return Words(), Words()
    town = Words.of(place.municipality, "name")
    return (Words() if place.is_confidential else Words.of(place, "name")), town


def _funder(row: PartnershipFunding) -> Funder:
    return Funder(
        Words.of(row.source, "name"),
        Words.of(row.source, "abbreviation"),
        FundingSource.Kind(row.source.kind),
        PartnershipFunding.Purpose(row.purpose),
        When.span(row),
        row.source.slug,
    )


def _milestones(partnership: Partnership, until: dt.date) -> tuple[Event, ...]:
    """Return what happened until the window's end; what has no known date comes last."""
    rows = [row for row in partnership.milestones.all() if row.happened_on is None or row.happened_on <= until]
    rows.sort(key=lambda row: (row.happened_on is None, row.happened_on or until, row.pk))
    return tuple(
        Event(
            Words.of(row, "title"),
            Words.of(row, "text"),
            Milestone.Kind(row.kind),
            When.day(row.happened_on, row.precision),
        )
        for row in rows
    )


def _programme(row: Programme) -> ProgrammeSheet:
    return ProgrammeSheet(Words.of(row, "name"), Words.of(row, "focus"), row.starts_on, row.ends_on)
