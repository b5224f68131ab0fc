"""What came of the work and who took part: outcomes, products and organisations."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Prefetch, Q

from activities.models import ActivityOrganisation, Product, Showing
from partnerships.models import (
    ObservedOutcome,
    Organisation,
    OrganisationRole,
    Outcome,
    Partnership,
    Side,
)
from portal.ground.dates import overlapping
from portal.roof.reports.biography import location
from portal.roof.reports.sections import (
    Actor,
    Aim,
    Change,
    ProductSheet,
    Shown,
)
from portal.roof.reports.trails import dated_in
from portal.roof.reports.words import When, Words


def products_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[ProductSheet, ...]:
    """Return the products that were finished or shown in the window; one without a date counts as finished in it."""
    shown = Showing.objects.filter(
        dated_in("shown_on", starts_on, ends_on), log_entry__withdrawn_at__isnull=True
    ).select_related("venue", "place__municipality", "host_event")
    rows = (
        partnership.products.select_related("municipality", "activity")
        .prefetch_related(Prefetch("showings", shown.order_by("shown_on", "number")))
        .order_by("finished_on", "pk")
    )
    return tuple(
        _product(row)
        for row in rows
        if row.finished_on is None
        or starts_on <= row.finished_on <= ends_on
        or any(showing.shown_on for showing in row.showings.all())
    )


def actors_of(
    partnership: Partnership, starts_on: dt.date, ends_on: dt.date, activities: set[int]
) -> tuple[Actor, ...]:
    """Return the organisations with a role in the partnership during the window, or in one of the activities."""
    organisations: dict[int, Organisation] = {}
    roles: dict[int, list[tuple[OrganisationRole.Role, When]]] = defaultdict(list)
    parts: dict[int, list[tuple[ActivityOrganisation.Role, Words]]] = defaultdict(list)
    held = partnership.organisation_roles.filter(overlapping(starts_on, ends_on))
    for role in held.select_related("organisation__municipality").order_by("role", "pk"):
        organisations[role.organisation_id] = role.organisation
        roles[role.organisation_id].append((OrganisationRole.Role(role.role), When.span(role)))
    taken = ActivityOrganisation.objects.filter(activity__partnership=partnership)
    for part in taken.select_related("organisation__municipality", "activity").order_by("activity", "pk"):
        if part.activity_id in activities:
            organisations[part.organisation_id] = part.organisation
            parts[part.organisation_id].append((ActivityOrganisation.Role(part.role), Words.of(part.activity, "title")))
    return tuple(
        Actor(
            Words.of(row, "name"),
            Organisation.Kind(row.kind),
            Words.of(row.municipality, "name") if row.municipality else Words(),
            tuple(roles[pk]),
            tuple(parts[pk]),
        )
        for pk, row in sorted(organisations.items(), key=lambda item: item[1].slug)
    )


def aims_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Aim, ...]:
    """Return the planned outcomes of the partnership and of the programmes that run in the window."""
    rows = partnership.outcomes.filter(
        Q(programme__isnull=True) | Q(programme__starts_on__lte=ends_on, programme__ends_on__gte=starts_on)
    )
    return tuple(
        Aim(
            Words.of(row, "title"),
            Words.of(row, "text"),
            Outcome.Level(row.level),
            Words.of(row.programme, "name") if row.programme else Words(),
        )
        for row in rows.select_related("programme").order_by("programme__starts_on", "number", "pk")
    )


def changes_of(partnership: Partnership, starts_on: dt.date, ends_on: dt.date) -> tuple[Change, ...]:
    """Return the changes seen in the window, or on a day that nobody knows."""
    rows = partnership.observed_outcomes.filter(dated_in("observed_on", starts_on, ends_on))
    return tuple(
        Change(
            Words.of(row, "title"),
            Words.of(row, "text"),
            ObservedOutcome.Actor(row.actor),
            When.day(row.observed_on, row.precision),
        )
        for row in rows.order_by("observed_on", "slug")
    )


def _product(row: Product) -> ProductSheet:
    return ProductSheet(
        Words.of(row, "title"),
        Words.of(row, "text"),
        Product.Kind(row.kind),
        When.day(row.finished_on, row.precision),
        Words.of(row.municipality, "name") if row.municipality else Words(),
        Words.of(row.activity, "title") if row.activity else Words(),
        tuple(_shown(showing) for showing in row.showings.all()),
        row.activity_id or 0,
    )


def _shown(row: Showing) -> Shown:
    place, town = location(row.place)
    return Shown(
        Side(row.side),
        When.day(row.shown_on, row.precision),
        Words.of(row.venue, "name") if row.venue else Words(),
        place,
        town,
        Words.of(row.host_event, "name") if row.host_event else Words(),
    )
