"""The rows of the list of activities. A template takes as long over fifty of them as over the rest of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.ground.templatetags.components import wording_html

register = template.Library()


@register.simple_tag
def activity_rows(rows: Iterable[Mapping[str, Any]]) -> SafeString:
    """Write the rows of activities/list.html; `rows` are those of activities.views.pages."""
    safe = cache(escape)  # most texts stand in many rows; an address made by `reverse` needs none
    partnership, side, status, date = (safe(head) for head in (_("Partnership"), _("Side"), _("Status"), _("Date")))
    return mark_safe(  # noqa: S308 - every text in it goes through `safe`
        "".join(
            f'<tr><th scope="row"><a href="{row["url"]}">{wording_html(row["title"])}</a>'
            f'<span class="cell-note">{safe(row["kind"])}</span></th>'
            f'<td data-label="{partnership}">{safe(row["partnership"])}</td>'
            f'<td data-label="{side}">'
            f'<span class="side side-{safe(row["side"])}">{safe(row["side_label"])}</span></td>'
            f'<td data-label="{status}">'
            f'<span class="badge-status tone-{safe(row["tone"])}">{safe(row["status"])}</span></td>'
            f'<td data-label="{date}">{safe(row["date"])}</td></tr>'
            for row in rows
        )
    )
