"""The biography on a partnership's page: its life, its programmes and phases, what happened, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.models import Product
from partnerships.models import Gain, ObservedOutcome, Partnership, Phase, Programme
from portal.ground.wording import joined, translated
from portal.roof.overviews.biography import Moment, Told, arranged, life_of

TOPICS = ("life", "plan", "events", "results")


@dataclass(frozen=True)
class Story:
    """The biography as a reader asked for it: moments in order, those without a day, and the ways to its parts."""

    moments: list[Moment]
    undated: list[Moment]
    ways: list[tuple[str, str, bool]]

    @property
    def is_there(self) -> bool:
        """Whether the partnership has a biography at all; a part of it may hold nothing."""
        return bool(self.moments or self.undated or len(self.ways) > 1)


def story_of(partnership: Partnership, asked: str) -> Story:
    """Return the biography, or the part of it that `asked` names; anything else is the whole."""
    moments, undated = arranged(
        [
            *life_of(partnership),
            *(_programme(row) for row in partnership.programmes.order_by("starts_on", "pk")),
            *(_phase(row) for row in partnership.phases.order_by("number")),
            *(_change(row) for row in partnership.observed_outcomes.order_by("observed_on", "pk")),
            *(_product(row) for row in partnership.products.order_by("finished_on", "pk")),
            *(_gain(row) for row in partnership.gains.order_by("gained_on", "pk")),
        ]
    )
    # What has neither a day nor a cause says nothing of when: it stands in its own part of the page.
    undated = [one for one in undated if one.topic != "results" or one.depth]
    held = [topic for topic in TOPICS if any(one.topic == topic for one in [*moments, *undated])]
    topic = asked if asked in held else ""
    labels = {
        "life": _("Life of the partnership"),
        "plan": _("Programmes and phases"),
        "events": _("What happened"),
        "results": _("What came of it"),
    }
    ways = [(_("Everything"), "?#timeline", not topic)]
    ways += [(labels[one], f"?show={one}#timeline", one == topic) for one in held]
    return Story(_part(moments, topic), _part(undated, topic), ways)


def _part(moments: list[Moment], topic: str) -> list[Moment]:
    """Return the moments of a topic; their links lead to the whole, where the others stand."""
    if not topic:
        return moments
    return [
        replace(one, depth=0, ways=[(label, title, f"?{url}") for label, title, url in one.ways])
        for one in moments
        if one.topic == topic
    ]


def _programme(row: Programme) -> Told:
    name = translated(row, "name")
    moment = Moment(
        row.span_text,
        name.text,
        kind="start",
        lang=name.lang,
        note=joined(capfirst(_("programme")), row.get_state_display()),
        href=reverse("partnerships:programme_detail", args=[row.slug]),
        topic="plan",
    )
    return Told(f"programme-{row.pk}", moment, row.starts_on, 2)


def _phase(row: Phase) -> Told:
    title = translated(row, "title")
    note = capfirst(_("phase %(number)s") % {"number": row.number})
    moment = Moment(row.span_text, title.text, lang=title.lang, note=note, href=f"#phase-{row.pk}", topic="plan")
    return Told(f"phase-of-{row.pk}", moment, row.starts_on, 3)


def _change(row: ObservedOutcome) -> Told:
    note = joined(capfirst(_("change that was seen")), row.get_actor_display())
    cause = f"milestone-{row.came_from_id}" if row.came_from_id else _phase_key(row)
    return Told(f"seen-{row.pk}", _result(row, note, f"#change-{row.pk}"), row.observed_on, 4, cause)


def _product(row: Product) -> Told:
    url = reverse("activities:detail", args=[row.activity_id]) if row.activity_id else "#products"
    cause = f"product-{row.came_from_id}" if row.came_from_id else _phase_key(row)
    return Told(f"product-{row.pk}", _result(row, capfirst(row.get_kind_display()), url), row.finished_on, 4, cause)


def _gain(row: Gain) -> Told:
    note = joined(capfirst(_("gain")), row.get_gained_by_display())
    cause = f"milestone-{row.came_from_id}" if row.came_from_id else ""
    return Told(f"gained-{row.pk}", _result(row, note, f"#gain-{row.pk}"), row.gained_on, 5, cause)


def _phase_key(row: Any) -> str:
    return f"phase-of-{row.phase_id}" if row.phase_id else ""


def _result(row: Any, note: str, url: str) -> Moment:
    title = translated(row, "title")
    return Moment(row.date_text, title.text, lang=title.lang, note=note, href=url, topic="results")
