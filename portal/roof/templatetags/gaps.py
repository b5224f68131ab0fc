"""What a board says many times. A template takes as long over it as over the rest of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.ground.templatetags.components import wording_html
from portal.ground.templatetags.icons import icon
from portal.roof.overviews.readiness import Due, Gap

register = template.Library()


@register.simple_tag
def gap_items(gaps: Iterable[Gap], only_told: object = None) -> SafeString:
    """Write the items of components/gap_list.html; those that are `only_told` lead nowhere, and are nobody's."""
    person = icon("person")
    # Outside the f-string, where those who collect the texts find it.
    mine = escape(_("yours"))
    yours = "" if only_told else f' <span class="badge-status tone-info">{person}{mine}</span>'
    return mark_safe(  # noqa: S308 - every text in it is escaped; addresses too
        "".join(
            f'<li><p class="item-title">{_title(gap, is_link=not only_told)}{yours if gap.is_mine else ""}</p>'
            f'<p class="muted small">{f"<bdi>{escape(gap.note)}</bdi> · " if gap.note else ""}'
            f"{person} <bdi>{escape(gap.owner)}</bdi></p></li>"
            for gap in gaps
        )
    )


@register.simple_tag
def due_line(due: Due) -> SafeString:
    """Write the line of components/due.html."""
    late = " due-late" if due.is_late else ""
    return mark_safe(  # noqa: S308 - every text in it is escaped
        f'<span class="due{late}">{icon("calendar-event")} {escape(capfirst(due.label))}: '
        f"<bdi>{escape(due.date_text)}</bdi> <strong>({escape(due.days_text)})</strong></span>"
    )


def _title(gap: Gap, *, is_link: bool) -> str:
    title = wording_html(gap.title)
    return f'<a href="{escape(gap.url)}">{title}</a>' if is_link else title
