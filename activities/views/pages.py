"""The pages that show activities: the list, and one activity with all that hangs on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import filters
from activities.badges import TONES, badge
from activities.co_funding import plan_of
from activities.facts import delays_of, facts_of, organisations_of, parts_of
from activities.models import Activity, Status
from activities.models.activity import ActivityQuerySet
from activities.services.delays import MAY_BE_DELAYED
from activities.sheet import log_of, products_of
from partnerships.access import may, partnership_choices, partnerships_of
from partnerships.models import Role, Side
from portal.ground.dates import format_span
from portal.ground.history import describe
from portal.ground.lists import ListQuery, enum_choices, page_of, read_query
from portal.ground.models import AuditEntry
from portal.ground.wording import choose, languages_of, order_of_languages, translated

_COLUMNS = [
    "pk",
    *languages_of("title"),
    "kind",
    "side",
    "status",
    "starts_on",
    "ends_on",
    "starts_precision",
    "ends_precision",
    "partnership_id",
]

_RELATED = [
    "partnership",
    "programme",
    "place__municipality",
    "host_event__municipality",
    "part_of",
    "outcome",
    "course",
    "evaluation_form",
]
HISTORY_LENGTH = 30


@login_required
@require_safe
def activity_list(request: HttpRequest) -> HttpResponse:
    """Show the activities of the reader's partnerships: narrowed, searched, in order, a page at a time."""
    partnerships = partnership_choices(request)
    names = {int(pk): name for pk, name in partnerships}
    more = filters.wants_more(request.GET)
    query = read_query(request.GET, filters.offered(partnerships, more=more), filters.SORTS)
    activities = filters.narrowed(filters.visible_among(request.user, names), chosen=query.chosen, search=query.search)
    page = page_of(query, filters.in_order(activities, query.sort))
    return render(
        request,
        "activities/list.html",
        {
            "query": query,
            "rows": _rows(page.keys, names),
            "pages": page,
            "columns": _columns(query),
            "empty": _empty(query, partnerships),
            "may_create": request.user.is_superuser or partnerships_of(request.user, Role.COORDINATOR).exists(),
            "clear_url": reverse("activities:list"),
            "more": more,
            "more_url": "" if more else f"{query.url()}&more=1",
        },
    )


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one activity: what it is, its log, the people and the money, its files and its history."""
    visible = Activity.objects.visible_to(request.user)
    activity = get_object_or_404(visible.select_related(*_RELATED), pk=pk)
    may_write, _reason = may(request.user, Role.COORDINATOR, activity.partnership)
    history = AuditEntry.objects.about(activity).select_related("actor")[:HISTORY_LENGTH] if may_write else []
    return render(
        request,
        "activities/detail.html",
        {
            "activity": activity,
            "title": translated(activity, "title"),
            "summary": translated(activity, "summary"),
            "status_note": translated(activity, "status_note"),
            "badge": badge(activity.status),
            "facts": facts_of(activity),
            "organisations": organisations_of(activity),
            "parts": parts_of(activity),
            "products": products_of(activity),
            "plan": plan_of(activity),
            "log": log_of(activity, with_withdrawn=may_write, true_figures=may_write),
            "next": _next_statuses(activity) if may_write else [],
            "delays": delays_of(activity, may_write=may_write),
            "delay_url": _delay_url(activity) if may_write else "",
            "ended_today": timezone.localdate() if activity.status == Status.DELAYED else None,
            "submission_key": uuid4(),
            "may_write": may_write,
            "log_url": _log_url(activity),
            "empty": _empty_log(activity, may_write=may_write),
            "lines": describe(history),
            "trail": [
                {"label": _("Activities"), "url": reverse("activities:list")},
                {"label": translated(activity, "title")},
            ],
        },
    )


def _log_url(activity: Activity) -> str:
    return f"{reverse('activities:log_create')}?activity={activity.pk}"


def _delay_url(activity: Activity) -> str:
    return reverse("activities:delay_create", args=[activity.pk]) if activity.status in MAY_BE_DELAYED else ""


def _empty_log(activity: Activity, *, may_write: bool) -> dict[str, str]:
    empty = {"title": _("Nothing was logged yet.")}
    if may_write:
        empty |= {
            "text": _("Write down what happened: it takes a minute."),
            "action_url": _log_url(activity),
            "action_label": _("Log an entry"),
        }
    return empty


def _next_statuses(activity: Activity) -> list[dict[str, Any]]:
    return [{"value": status.value, "badge": badge(status)} for status in Status(activity.status).next]


def _rows(keys: Sequence[int], partnerships: dict[int, str]) -> list[dict[str, Any]]:
    """Return the rows of the page in the order of `keys`, read as plain values: objects cost three times as much."""
    activities: ActivityQuerySet = ActivityQuerySet(Activity)
    found = {values["pk"]: values for values in activities.filter(pk__in=keys).order_by().values(*_COLUMNS)}
    sides, kinds, statuses = (dict(enum_choices(enum)) for enum in (Side, Activity.Kind, Status))
    address, order = reverse("activities:detail", args=[0]), order_of_languages()
    return [
        {
            "url": address.replace("0", str(values["pk"])),
            "title": choose(lambda code, values=values: values[f"title_{code}"], order),
            "kind": kinds[values["kind"]],
            "partnership": partnerships[values["partnership_id"]],
            "side": values["side"],
            "side_label": sides[values["side"]],
            "status": statuses[values["status"]],
            "tone": TONES[values["status"]],
            "date": format_span(
                values["starts_on"], values["ends_on"], values["starts_precision"], values["ends_precision"]
            ),
        }
        for values in (found[key] for key in keys if key in found)
    ]


def _columns(query: ListQuery) -> list[dict[str, str]]:
    """Return the heads of the table; the order in use can be turned round, the others can be chosen."""

    def sortable(label: str, key: str, first: str) -> dict[str, str]:
        if query.sort.removeprefix("-") != key:
            return {"label": label, "sort_url": query.url(sort=first)}
        falls = query.sort.startswith("-")
        turned = key if falls else f"-{key}"
        return {"label": label, "sort_url": query.url(sort=turned), "direction": "descending" if falls else "ascending"}

    return [
        sortable(_("Activity"), "title", "title"),
        {"label": _("Partnership")},
        {"label": _("Side")},
        sortable(_("Status"), "status", "status"),
        sortable(_("Date"), "date", "-date"),
    ]


def _empty(query: ListQuery, partnerships: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what an empty list says: why it is empty and what to do next."""
    if not partnerships:
        return {
            "title": _("You are not a member of a partnership yet."),
            "text": _("The administrator of the portal can give you a role."),
        }
    if query.is_narrow:
        return {
            "icon": "search",
            "title": _("No activity meets all of this."),
            "text": _("Remove a filter, or search for fewer words."),
            "action_url": reverse("activities:list"),
            "action_label": _("Show all activities"),
        }
    return {
        "title": _("There is no activity yet."),
        "text": _("A coordinator of the partnership can add the first one."),
    }
