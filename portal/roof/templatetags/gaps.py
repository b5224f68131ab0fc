"""The rows of what is missing. A template takes as long over them as over the rest of the page."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.ground.templatetags.components import wording_html
from portal.ground.templatetags.icons import icon
from portal.roof.overviews.readiness import Gap

register = template.Library()


@register.simple_tag
def gap_items(gaps: Iterable[Gap], only_told: object = None) -> SafeString:
    """Write the items of components/gap_list.html; those that are `only_told` lead nowhere."""
    person = icon("person")
    # Outside the f-string, where those who collect the texts find it.
    mine = escape(_("yours"))
    yours = f' <span class="badge-status tone-info">{person}{mine}</span>'
    return mark_safe(  # noqa: S308 - every text in it is escaped; addresses too
        "".join(
            f'<li><p class="item-title">{_title(gap, is_link=not only_told)}{yours if gap.is_mine else ""}</p>'
            f'<p class="muted small">{f"<bdi>{escape(gap.note)}</bdi> · " if gap.note else ""}'
            f"{person} <bdi>{escape(gap.owner)}</bdi></p></li>"
            for gap in gaps
        )
    )


def _title(gap: Gap, *, is_link: bool) -> str:
    title = wording_html(gap.title)
    return f'<a href="{escape(gap.url)}">{title}</a>' if is_link else title
