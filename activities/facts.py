"""What an activity is, in terms and values, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from activities.badges import Badge, badge
from activities.models import Activity, Delay
from activities.sheet import place_text
from portal.ground.chains import Stop
from portal.ground.wording import Wording, joined, listed, translated


@dataclass(frozen=True)
class Link:
    """A record that belongs to the activity: its name, its page, and a word about it."""

    wording: Wording
    url: str
    note: str = ""
    badge: Badge | None = None


def facts_of(activity: Activity) -> list[dict[str, Any]]:
    """Return what is known of an activity; what is not known is left out. Shown by components/fact_list.html."""
    programme, partnership = activity.programme, activity.partnership
    partnership_url = reverse("partnerships:detail", args=[partnership.slug])
    facts = [
        _fact(_("Partnership"), translated(partnership, "name"), url=partnership_url),
        _fact(
            _("Programme"),
            translated(programme, "name"),
            url=reverse("partnerships:programme_detail", args=[programme.slug]) if programme else "",
        ),
        _fact(_("Kind"), activity.get_kind_display(), note=_features(activity)),
        {"term": _("Place of work"), "value": activity.get_side_display(), "side": activity.side},
        _fact(_("Place"), place_text(activity.place)),
        _fact(_("When"), activity.span_text),
        _fact(_("Initiated by"), activity.get_initiated_by_display()),
        _fact(_("Inside the event"), translated(activity.host_event, "name")),
        _fact(
            _("Part of"),
            translated(activity.part_of, "title"),
            url=reverse("activities:detail", args=[activity.part_of_id]) if activity.part_of_id else "",
        ),
        _fact(_("Toward the result"), translated(activity.outcome, "title"), url=_result_url(activity)),
        _fact(_("Gives the course"), translated(activity.course, "title")),
        _fact(
            _("Evaluated by the form"),
            translated(activity.evaluation_form, "title"),
            url=reverse("forms:detail", args=[activity.evaluation_form.slug]) if activity.evaluation_form else "",
        ),
        _lines(_("Themes"), [str(theme) for theme in activity.themes.all()]),
        _lines(_("Target groups"), [_group(group) for group in activity.target_groups.all()]),
        _lines(_("Outcomes that were seen"), [str(outcome) for outcome in activity.observed_outcomes.all()]),
    ]
    return [fact for fact in facts if fact.get("value") or fact.get("lines")]


def _result_url(activity: Activity) -> str:
    """Return the address of the result in the logframe of the activity's programme."""
    if not activity.outcome_id or not activity.programme:
        return ""
    return f"{reverse('partnerships:logframe', args=[activity.programme.slug])}#result-{activity.outcome_id}"


def organisations_of(activity: Activity) -> list[Link]:
    """Return the organisations in an activity with what they do in it."""
    rows = activity.organisation_roles.select_related("organisation").order_by("role", "organisation__slug")
    return [
        Link(
            translated(row.organisation, "name"),
            reverse("partnerships:organisation_detail", args=[row.organisation.slug]),
            row.get_role_display(),
        )
        for row in rows
    ]


def parts_of(activity: Activity) -> list[Link]:
    """Return the activities that are part of an activity."""
    return [
        Link(translated(row, "title"), reverse("activities:detail", args=[row.pk]), row.span_text, badge(row.status))
        for row in activity.parts.all()
    ]


def _fact(term: str, value: Wording | str, **more: str) -> dict[str, Any]:
    lang = value.lang if isinstance(value, Wording) else ""
    return {"term": term, "value": str(value), "lang": lang, **more}


def _lines(term: str, values: list[str]) -> dict[str, Any]:
    return {"term": term, "lines": [joined(value) for value in values]}


def _features(activity: Activity) -> str:
    features = [(activity.is_recurring, _("recurring")), (activity.is_flagship, _("best known to the public"))]
    return listed(word for holds, word in features if holds)


def _group(group) -> str:
    return f"{group} ({_('vulnerable')})" if group.is_vulnerable else str(group)


def delay_stops(delay: Delay, *, edit_url: str = "") -> list[Stop]:
    """Return a delay as stops of a trail: planned, why not then, for when now, and since when it is over."""
    reason = translated(delay, "reason")
    stops = [Stop(_("Was planned for"), delay.planned_text)] if delay.planned_on else []
    stops.append(Stop(_("Delay"), text=reason, is_turn=True, edit_url=edit_url))
    if delay.revised_on:
        stops.append(Stop(_("Put off until"), delay.revised_text))
    if delay.is_over:
        stops.append(Stop(_("The delay is over"), delay.ended_text))
    return stops


def delays_of(activity: Activity, *, may_write: bool) -> list[Stop]:
    """Return the delays of an activity one after the other; a writer may correct each."""
    return [
        stop
        for delay in activity.delays.all()
        for stop in delay_stops(delay, edit_url=reverse("activities:delay_edit", args=[delay.pk]) if may_write else "")
    ]
