"""A partnership's page: who it binds, what it aims at, what came of it, what is being done."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activities.badges import badge
from activities.models import LogEntry, Product, Status
from activities.sheet import whereabouts
from partnerships.models import Gain, ObservedOutcome, Outcome, Partnership, Side, WorkingPrinciple
from portal.ground.money import format_amount
from portal.ground.wording import Wording, joined, listed, translated, written
from portal.roof.overviews import continuity, trails
from portal.roof.overviews.parts import Group, Item, Section, filled, grouped, lines, section

RECENT = 5


def facts_of(partnership: Partnership) -> list[dict[str, Any]]:
    """Return who a partnership binds, who is in charge and who pays. Shown by components/fact_list.html."""
    towns = defaultdict(list)
    for row in partnership.sides.select_related("municipality"):
        towns[row.side].append(joined(str(row.municipality), row.span_text))
    people = partnership.appointments.select_related("municipality")
    funding = partnership.funding.select_related("source")
    facts = [{"term": label, "lines": towns[side]} for side, label in Side.choices]
    facts += [
        {"term": _("Theme"), "value": partnership.theme},
        {
            "term": _("People in charge"),
            "lines": [
                joined(row.person, row.get_function_display(), str(row.municipality), row.span_text) for row in people
            ],
        },
        {
            "term": _("Paid from"),
            "lines": [joined(str(row.source), row.get_purpose_display(), row.span_text) for row in funding],
        },
        {
            "term": _("Money asked for"),
            "lines": [_request(row) for row in partnership.funding_requests.select_related("source")],
        },
        {"term": _("Target groups"), "lines": [joined(group) for group in partnership.target_groups.all()]},
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("lines")]


def _request(row) -> str:
    amount = format_amount(row.amount) if row.amount else ""
    return joined(f"{row.source}: {row.purpose}", row.get_state_display(), amount)


def sections_of(partnership: Partnership, *, on: dt.date, may_write: bool) -> list[Section]:
    """Return the sections of a partnership's page that hold something; a writer finds the way to each form."""
    return filled(
        [
            continuity.closures_of(partnership, None),
            section("programmes", _("Programmes"), _programmes(partnership)),
            aims_of(partnership.outcomes.select_related("programme")),
            ledger_of(partnership, may_write=may_write),
            changes_of(partnership.observed_outcomes.select_related("came_from", "phase")),
            continuity.phases_of(partnership, None, may_write=may_write),
            section("products", _("Products"), _products(partnership)),
            courses_of(partnership.courses.select_related("target_group", "run_by", "place__municipality")),
            trails.decisions_of(partnership, None, may_write=may_write),
            trails.risks_of(partnership, on=on, may_write=may_write),
            trails.delays_of(partnership, None),
            trails.lessons_of(partnership, None, may_write=may_write),
            continuity.ideas_of(partnership, None),
            continuity.calls_of(partnership, None, may_write=may_write),
            continuity.posts_of(partnership, None, may_write=may_write),
            _principles(partnership),
            section("organisations", _("Organisations"), _organisations(partnership)),
        ]
    )


def aims_of(rows: Iterable[Outcome]) -> Section:
    """Return the planned outcomes, by level."""
    items = [
        (row.level, Item(translated(row, "title"), str(row.programme or ""), translated(row, "text"))) for row in rows
    ]
    return grouped("aims", _("Aims"), Outcome.Level, items)


def changes_of(rows: Iterable[ObservedOutcome]) -> Section:
    """Return the changes that were seen, by who changed."""
    items = [
        (
            row.actor,
            Item(
                translated(row, "title"),
                joined(row.date_text, str(row.phase or "")),
                translated(row, "text"),
                lines=lines((_("Came from"), translated(row.came_from, "title"))),
                anchor=f"change-{row.pk}",
            ),
        )
        for row in rows
    ]
    return grouped("changes", _("Changes that were seen"), ObservedOutcome.Actor, items)


def ledger_of(partnership: Partnership, *, may_write: bool) -> Section:
    """Return what each side has from the partnership, side beside side; a side with nothing yet says so."""
    found: dict[str, list[Item]] = {side: [] for side in Side.values}
    for row in partnership.gains.select_related("came_from"):
        found[row.gained_by].append(_gain(row, may_write=may_write))
    if not any(found.values()):
        return Section("ledger", "", [])
    towns = defaultdict(list)
    for of in partnership.sides.select_related("municipality"):
        towns[of.side].append(translated(of.municipality, "name"))
    nothing = [Item(Wording(_("Nothing is written down here yet.")))]
    groups = [Group(listed(towns[side]) or Side(side).label, items or nothing) for side, items in found.items()]
    return Section("ledger", _("What each side gained"), groups)


def _gain(row: Gain, *, may_write: bool) -> Item:
    edit = (_("Edit"), reverse("partnerships:gain_edit", args=[row.pk]), "pencil")
    return Item(
        translated(row, "title"),
        row.date_text,
        translated(row, "text"),
        side=row.gained_by,
        lines=origins_of(row),
        anchor=f"gain-{row.pk}",
        actions=[edit] if may_write else (),
    )


def origins_of(row: Gain) -> list[tuple[str, Wording]]:
    """Return what led to a gain, as lines of label and text."""
    return lines((_("What led to it"), translated(row, "origin")), (_("Came from"), translated(row.came_from, "title")))


def courses_of(rows: Iterable) -> Section:
    """Return the training on offer."""
    features = [
        ("follows_needs", _("chosen by the participants' own wishes")),
        ("leads_to_diploma", _("leads to a diploma")),
    ]
    items = [
        Item(
            translated(row, "title"),
            joined(
                row.get_kind_display(),
                row.span_text,
                str(row.target_group or ""),
                str(row.run_by or ""),
                *[words for name, words in features if getattr(row, name)],
            ),
            translated(row, "text"),
            anchor=f"course-{row.pk}",
        )
        for row in rows
    ]
    return section("courses", _("Courses"), items)


def _programmes(partnership: Partnership) -> list[Item]:
    return [
        Item(
            translated(row, "name"),
            joined(row.span_text, row.get_state_display()),
            translated(row, "focus"),
            reverse("partnerships:programme_detail", args=[row.slug]),
        )
        for row in partnership.programmes.order_by("-starts_on")
    ]


def _products(partnership: Partnership) -> list[Item]:
    rows = partnership.products.select_related("came_from", "activity", "municipality").prefetch_related(
        "showings__venue", "showings__place__municipality", "showings__host_event"
    )
    return [_product(row) for row in rows.order_by("finished_on", "pk")]


def _product(row: Product) -> Item:
    showings = [(_("Shown"), Wording(whereabouts(showing))) for showing in row.showings.all()]
    return Item(
        translated(row, "title"),
        joined(row.get_kind_display(), row.date_text, str(row.municipality or "")),
        translated(row, "text"),
        reverse("activities:detail", args=[row.activity_id]) if row.activity_id else "",
        lines=[*lines((_("Came from"), translated(row.came_from, "title"))), *showings],
    )


def _principles(partnership: Partnership) -> Section:
    items = [
        (row.kind, Item(translated(row, "title"), row.span_text, translated(row, "text")))
        for row in partnership.principles.order_by("slug")
    ]
    return grouped("principles", _("How the partners work"), WorkingPrinciple.Kind, items)


def _organisations(partnership: Partnership) -> list[Item]:
    """Return each organisation once, with all of its roles."""
    rows = partnership.organisation_roles.select_related("organisation__municipality").order_by("organisation__slug")
    roles = defaultdict(list)
    for row in rows:
        roles[row.organisation].append(f"{row.get_role_display()} {row.span_text}".strip())
    sides = {row.organisation: row.side for row in rows}
    return [
        Item(
            translated(organisation, "name"),
            joined(listed(held), str(organisation.municipality or "")),
            url=reverse("partnerships:organisation_detail", args=[organisation.slug]),
            side=sides[organisation],
        )
        for organisation, held in roles.items()
    ]


def statuses_of(activities, query: str) -> list[dict[str, Any]]:
    """Return how many activities have each status, with the address of the list that shows them."""
    counts = dict(activities.order_by().values_list("status").annotate(Count("pk")))
    return [
        {
            "badge": badge(status),
            "count": counts[status],
            "url": f"{reverse('activities:list')}?{query}&status={status}",
        }
        for status in Status.values
        if status in counts
    ]


def recent_entries(entries, *, limit: int = RECENT) -> list[Item]:
    """Return the newest of some log entries, each with the start of its text."""
    rows = entries.standing().select_related("activity").order_by("-starts_on", "-pk")[:limit]
    return [_entry(row) for row in rows]


def _entry(row: LogEntry) -> Item:
    return Item(
        translated(row.activity, "title"),
        row.span_text,
        written(Truncator(row.text).words(30), row.language),
        f"{reverse('activities:detail', args=[row.activity_id])}#entry-{row.pk}",
        side=row.activity.side,
    )
