"""Put the invented years into the database: through the services, as people would, and all or nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from activities.models import Activity, Expenditure, LogEntry, Photo, Theme
from activities.services import ActivityValues, create_activity, create_entry, withdraw_entry
from beneficiaries.models import TargetGroup
from partnerships.models import HostEvent, Organisation, Partnership, Place, Programme
from partnerships.services import locate_place
from portal.ground.models import User
from portal.roof.demonstration import texts
from portal.roof.demonstration.accounts import DemonstrationError, make_accounts
from portal.roof.demonstration.entries import Desk
from portal.roof.demonstration.files import stored_whole
from portal.roof.demonstration.forms import Survey
from portal.roof.demonstration.judgements import judge_spending
from portal.roof.demonstration.learners import School
from portal.roof.demonstration.money import Treasury
from portal.roof.demonstration.publishing import publish_texts
from portal.roof.demonstration.reports import close_years
from portal.roof.demonstration.results import Chain
from portal.roof.demonstration.trails import Storyteller

# Each record has its own form key, made of its text: the same text never makes a second record.
KEYS = uuid.UUID("6f0c6f0e-6a55-4a0e-9a0f-2007201020ff")


@dataclass(frozen=True)
class Loaded:
    """How much was put in."""

    activities: int
    entries: int
    expenditures: int
    photos: int


def form_key(name: str) -> uuid.UUID:
    """Return the form key of a record that the texts name."""
    return uuid.uuid5(KEYS, name)


def is_loaded() -> bool:
    """Say whether the demonstration was loaded before."""
    return Activity.objects.filter(is_demonstration=True).exists()


def load() -> Loaded:
    """Load the accounts, the activities, the money and the log, and close the years that are over.

    The money comes before the log, whose dirham are drawn from the transfers; what was spent is judged before
    its year is closed. Raises DemonstrationError.
    """
    plan = texts.read("plan")
    with stored_whole(), transaction.atomic():
        people = make_accounts()
        try:
            activities = _make_activities(people["officer"])
            _locate_places(plan["points"], actor=people["officer"])
            for text in texts.money():
                Treasury(text, activities=activities, actor=people["officer"], key=form_key).load()
            for text in texts.trails():
                Storyteller(text, activities=activities, people=people, key=form_key).load()
            for text in texts.learners():
                School(text, people=people, key=form_key).load()
            for text in texts.forms():
                Survey(text, people=people, key=form_key).load()
            entries = _make_entries(Desk(activities), people, plan["authors"])
            chains = [Chain(text, people=people, key=form_key) for text in texts.results()]
            for chain in chains:
                chain.load(activities)
        except KeyError as error:
            raise DemonstrationError(f"The reference data lacks {error}: load it again first.") from error
        _mark(entries)
        for text in texts.money():
            judge_spending(text, actor=people["officer"], key=form_key)
        publish_texts(activities, plan["public"], people=people, key=form_key)
        close_years(people, plan["locked_years"])
        for chain in chains:
            chain.correct()
    return Loaded(
        Activity.objects.filter(is_demonstration=True).count(),
        len(entries),
        Expenditure.objects.filter(is_demonstration=True).count(),
        Photo.objects.filter(log_entry__in=entries).count(),
    )


def _make_activities(actor: User) -> dict[str, Activity]:
    """Make the invented activities; return them by their keys beside the known ones by their slugs."""
    known = {
        row.slug: row for row in Activity.objects.select_related("partnership", "programme", "place", "host_event")
    }
    links: dict[str, dict[str, Any]] = {
        name: {row.slug: row for row in model.objects.all()}
        for name, model in {
            "partnership": Partnership,
            "programme": Programme,
            "place": Place,
            "host_event": HostEvent,
            "themes": Theme,
            "target_groups": TargetGroup,
            "organisations": Organisation,
        }.items()
    }
    for row in texts.activities():
        linked = {
            name: [links[name][slug] for slug in row[name]] if isinstance(row[name], list) else links[name][row[name]]
            for name in links.keys() & row.keys()
        }
        many = {name: linked.pop(name, []) for name in ("themes", "target_groups", "organisations")}
        columns = {**row["columns"], **linked, "is_demonstration": True}
        known[row["key"]], _new = create_activity(
            ActivityValues(columns, **many), actor=actor, key=form_key(row["key"])
        )
    return known


def _locate_places(points: dict[str, list[str]], *, actor: User) -> None:
    """Put the places on the map, each somewhere in its municipality: where they are, no page says."""
    known: dict[str, Any] = {place.slug: place for place in Place.objects.all()}
    for slug, (latitude, longitude) in points.items():
        locate_place(known[slug], latitude=Decimal(latitude), longitude=Decimal(longitude), actor=actor)


def _make_entries(desk: Desk, people: dict[str, User], authors: dict[str, dict[str, str]]) -> list[LogEntry]:
    """Write the log; each side of each partnership has its own author."""
    made = []
    for row in texts.entries():
        values = desk.values(row)
        author = people[authors[values.activity.partnership.slug][values.activity.side]]
        key = form_key(f"{row['activity']} {row['starts_on']} {row['text']}")
        entry, _new = create_entry(values, actor=author, key=key)
        if row.get("withdrawn"):
            entry = withdraw_entry(entry, actor=author, reason=row["withdrawn"])
        made.append(entry)
    return made


def _mark(entries: list[LogEntry]) -> None:
    """Mark what was made as a demonstration, which no service does, and date its writing in its own year."""
    noon = dt.time(12, tzinfo=timezone.get_default_timezone())
    for entry in entries:
        entry.is_demonstration = True
        entry.created_at = dt.datetime.combine(entry.ends_on + dt.timedelta(days=2), noon)
    LogEntry.objects.bulk_update(entries, ["is_demonstration", "created_at"], batch_size=100)
    Expenditure.objects.filter(log_entry__in=entries).update(is_demonstration=True)
