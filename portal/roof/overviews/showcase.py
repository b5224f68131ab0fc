"""A specimen of every component in every state, as templates/components can be drawn; nothing in it is a record."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activities.badges import badge
from activities.models import Status
from portal.ground.chains import Stop
from portal.ground.forms import DayInput, PortalForm
from portal.ground.history import Change, Line
from portal.ground.wording import Wording
from portal.roof.overviews.finance.tables import Cell, Row, Table
from portal.roof.overviews.parts import Group, Item, Section
from portal.roof.overviews.readiness.board import Due
from portal.roof.overviews.readiness.gaps import Gap, Kind

TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
HERE, NOWHERE = "#specimens", ""
DAY = dt.date(2026, 5, 14)
STRANGE = Wording("Réunion des associations", "fr")
PICTURE = (
    "data:image/svg+xml,%3Csvg%20xmlns=%27http://www.w3.org/2000/svg%27%20viewBox=%270%200%204%203%27%3E"
    "%3Crect%20width=%274%27%20height=%273%27%20fill=%27%236fa39b%27/%3E%3C/svg%3E"
)


@dataclass(frozen=True)
class Specimen:
    """One component in one state."""

    name: str
    state: str
    drawn: SafeString


def specimens() -> list[tuple[str, list[Specimen]]]:
    """Return the components in the order of their names, each with its states."""
    shown: dict[str, list[Specimen]] = {}
    for name, state, context in sorted(_states(), key=lambda one: one[0]):
        drawn = render_to_string(f"components/{name}.html", dict(context))
        shown.setdefault(name, []).append(Specimen(name, state, drawn))
    return list(shown.items())


def colours() -> list[str]:
    """Return the names of the colours, as static/css/tokens.css has them."""
    named = re.findall(r"^  --([a-z-]+): #", TOKENS.read_text(encoding="utf-8"), re.MULTILINE)
    return list(dict.fromkeys(named))


def sizes(kind: str) -> list[str]:
    """Return the names of the tokens that begin with a word: `space`, `text`, `heading`."""
    named = re.findall(rf"^  --({kind}-[a-z0-9]+):", TOKENS.read_text(encoding="utf-8"), re.MULTILINE)
    return list(dict.fromkeys(named))


State = tuple[str, str, Mapping[str, Any]]


def _states() -> Iterator[State]:
    yield from _words()
    yield from _records()
    yield from _figures()
    yield from _lists()
    yield from _forms()
    yield from _files()


def _words() -> Iterator[State]:
    text = _("The entry is saved.")
    for tone in ("info", "success", "warning", "error"):
        yield "message", tone, {"tone": tone, "text": text, "title": _("Notice"), "level": 20}
    linked = {"tone": "warning", "text": text, "title": "", "url": HERE, "url_label": _("See the figures")}
    yield "message", _("with a link"), linked
    for status in Status.values:
        mark = badge(status)
        yield "status_badge", status, {"label": mark.label, "tone": mark.tone, "icon": mark.icon}
    for tone in ("neutral", "negative"):
        yield "status_badge", tone, {"label": _("Notice"), "tone": tone}
    yield "wording", _("in the reader's language"), {"wording": Wording(_("Calendar"))}
    yield "wording", _("in another language"), {"wording": STRANGE}
    yield "prose", _("in the reader's language"), {"wording": Wording(text)}
    yield "prose", _("in another language"), {"wording": STRANGE}
    yield "side", "home", {"side": "home", "label": _("Belgian side")}
    yield "side", "partner", {"side": "partner", "label": _("Moroccan side")}
    for days in (12, -3):
        yield "due", str(days), {"due": Due(_("Report"), DAY, days)}
    empty = {"title": _("Nothing new."), "text": text}
    yield "empty_state", "", empty
    action = {"action_url": HERE, "action_label": _("Log what happened"), "icon": "journal-plus"}
    yield "empty_state", _("with a link"), {**empty, **action}


def _records() -> Iterator[State]:
    plain = Item(Wording(_("Calendar")))
    full = Item(
        STRANGE,
        _("Notice"),
        Wording(_("The entry is saved.")),
        HERE,
        "partner",
        badge(Status.ONGOING),
        lines=[(_("Theme"), Wording(_("Calendar")))],
        stops=_stops(),
        actions=[(_("Change"), HERE, "pencil")],
        parts=[(Wording(_("Calendar")), HERE)],
    )
    yield "item_list", "", {"items": [plain, full]}
    yield "sections", "", {"sections": [Section("specimen", _("Activities"), [Group(_("Theme"), [plain, plain])])]}
    yield "chain", "", {"stops": _stops()}
    kinds = ("event", "milestone", "start", "end", "interruption", "future")
    moments = [
        {"kind": kind, "date_text": str(2020 + number), "title": _("Calendar"), "text": _("The entry is saved.")}
        for number, kind in enumerate(kinds)
    ]
    aside = {"href": HERE, "side": "home", "side_label": _("Belgian side"), "note": _("Notice"), "source": _("Theme")}
    yield "timeline", "", {"items": [{**moments[0], **aside}, *moments[1:]]}
    facts = [
        {"term": _("Theme"), "value": _("Calendar")},
        {"term": _("Side"), "value": _("Belgian side"), "side": "home"},
        {"term": _("Amount"), "value": "1 234,00 €", "kind": "amount", "url": HERE, "note": _("Notice")},
        {"term": _("Years"), "lines": ["2024", "2025"]},
        {"term": _("Title"), "value": STRANGE.text, "lang": "fr"},
    ]
    yield "fact_list", "", {"facts": facts}
    yield from _trails()


def _trails() -> Iterator[State]:
    gap = Gap(Kind.LOG, Wording(_("Calendar")), _("Notice"), HERE, _("officers"), is_mine=True)
    yield "gap_list", "", {"gaps": [gap, Gap(Kind.VOUCHER, STRANGE, "", HERE, _("officers"), is_mine=False)]}
    at = dt.datetime(2026, 5, 14, 9, 30, tzinfo=dt.UTC)
    change = Change(_("Theme"), _("Calendar"), _("Activities"))
    yield "history", "", {"lines": [Line(at, "A. Aziz", _("changed"), _("Calendar"), _("Notice"), [change])]}
    yield "history", _("empty"), {"lines": []}
    yield "versions", "", {"theirs": [{"label": _("Theme"), "saved": _("Calendar"), "typed": _("Activities")}]}
    yield "versions", _("empty"), {"theirs": []}
    yield "write_links", "", {"write_links": [(_("Add a photo"), HERE), (_("Add a document"), HERE)]}


def _stops() -> list[Stop]:
    turn = Stop(_("Report"), "2025", STRANGE, url=HERE, links=[(Wording(_("Calendar")), HERE)], is_turn=True)
    return [Stop(_("Activity"), "2024", Wording(_("Calendar")), Wording(_("The entry is saved."))), turn]


def _figures() -> Iterator[State]:
    tones = ("accent", "soft", "home", "partner", "warm")
    parts = [{"start": 20 * number, "size": 20, "tone": tone, "text": str(number)} for number, tone in enumerate(tones)]
    chart = {
        "title": _("Money"),
        "label_heading": _("Year"),
        "value_heading": _("Amount"),
        "note": _("Without what was rejected."),
        "series": [{"label": str(number), "tone": tone} for number, tone in enumerate(tones)],
        "bars": [
            {"label": "2025", "value_text": "1 234,00 €", "url": HERE, "parts": parts},
            {"label": "2026", "value_text": "0,00 €", "parts": [{"start": 0, "size": 0, "text": "0"}]},
        ],
    }
    yield "bar_chart", "", {"chart": chart}
    figures = (Cell(Decimal("1234.00"), url=HERE), Cell(Decimal("-20.00")), Cell(Decimal(0)))
    levels = ["outcome", "source", "heading", "part", "", "total"]
    rows = tuple(Row(_("Budget"), figures, level, note=_("Notice")) for level in levels)
    columns = (_("Budget"), _("Spent"), _("Left"))
    yield "figure_table", "", {"table": Table("specimen-table", _("Money"), _("Paid from"), columns, rows)}


def _lists() -> Iterator[State]:
    columns = [
        {"label": _("Title"), "sort_url": HERE, "direction": "ascending"},
        {"label": _("Side")},
        {"label": _("Amount"), "kind": "number", "sort_url": HERE},
    ]
    mark = badge(Status.DELAYED)
    cells = [
        {"text": STRANGE.text, "lang": "fr", "note": _("Notice")},
        {"text": _("Moroccan side"), "side": "partner", "badge": {"label": mark.label, "tone": mark.tone, "icon": ""}},
        "1 234,00 €",
    ]
    table = {"caption": _("Expenses"), "columns": columns, "caption_visible": True}
    totals = [_("Total"), "", "1 234,00 €"]
    yield "table", "", {**table, "rows": [{"cells": cells, "url": HERE}], "totals": totals}
    empty = {"title": _("Nothing new."), "action_url": HERE, "action_label": _("Log what happened")}
    yield "table", _("empty"), {**table, "rows": [], "empty": empty}
    links = [
        {"url": HERE, "label": "1"},
        {"url": HERE, "label": "2", "current": True},
        {"gap": True},
        {"url": HERE, "label": "9"},
    ]
    pages = {"previous_url": HERE, "next_url": HERE, "summary": "26–50 / 212", "links": links}
    yield "pagination", "", {"pages": pages}
    choices = [("1", _("Calendar")), ("2", _("Activities"))]
    filters = [
        {"name": "theme", "label": _("Theme"), "choices": choices, "value": "2", "typed": False},
        {"name": "year", "label": _("Year"), "choices": [], "value": "2026", "typed": True},
    ]
    query = {
        "search": _("Calendar"),
        "chosen": ["2"],
        "filters": filters,
        "is_narrow": True,
        "remarks": [_("Choose one of what is offered.")],
    }
    yield "filters", "", {"query": query, "clear_url": HERE, "more_url": HERE}


class _SpecimenForm(PortalForm):
    """One field of each kind that the portal uses."""

    name = forms.CharField()
    text = forms.CharField(widget=forms.Textarea, required=False)
    day = forms.DateField(widget=DayInput())
    choice = forms.ChoiceField(required=False)
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (_("Title"), _("What happened"), _("Date"), _("Theme"), _("Confidential"))
        for name, label in zip(self.fields, ("", *labels), strict=True):
            self.fields[name].label = label
        self.fields["text"].help_text = _("A day, two sentences and the number of people are enough.")
        self.fields["choice"].choices = [("", _("All")), ("1", _("Calendar"))]


def _forms() -> Iterator[State]:
    labels = {"submit_label": _("Save"), "cancel_url": HERE}
    yield "form", "", {"form": _SpecimenForm(auto_id="blank_%s"), **labels}
    faulty = _SpecimenForm({"name": "", "day": "31/02/2026"}, auto_id="faulty_%s")
    yield "form", _("with something to mend"), {"form": faulty, **labels, "danger": True}
    yield "form_errors", "", {"form": faulty}
    for name in ("waiting_form", "waiting_keep", "print_button"):
        yield name, _("hidden until a script shows it"), {}


def _files() -> Iterator[State]:
    files = [
        {"name": "invoice-117.pdf", "url": HERE, "kind_text": "PDF", "size_text": "84 kB", "note": _("Notice")},
        {"name": "list.pdf", "url": NOWHERE, "kind_text": "PDF", "size_text": "9 kB", "confidential": True},
    ]
    yield "file_list", "", {"files": files}
    photo = {"url": HERE, "thumbnail_url": PICTURE, "alt": _("Calendar"), "width": 320, "height": 240}
    told = {"caption": STRANGE.text, "lang": "fr", "date_text": "2026", "credit": _("Notice"), "review_url": HERE}
    yield "photo_grid", "", {"photos": [{**photo, **told}, {**photo, "caption": ""}], "may_review": True}
