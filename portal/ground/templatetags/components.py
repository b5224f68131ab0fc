"""What the templates under templates/components need beyond Django's own tags."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from portal.ground.numbers import format_number
from portal.ground.templatetags.icons import icon as draw
from portal.ground.wording import Wording

register = template.Library()

_PLAIN = (str, int, float)


@register.filter
def beside(cells: Sequence[Any], columns: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Any]]:
    """Pair each cell with its column; a plain value becomes a cell that shows it."""
    return [
        (column, {"text": cell} if cell is None or isinstance(cell, _PLAIN) else cell)
        for column, cell in zip(columns, cells, strict=True)
    ]


@register.filter
def faulty_fields(forms: BaseForm | Iterable[BaseForm] | None) -> list[BoundField]:
    """Return the visible fields with errors of one form, of several or of none, in the order of the page."""
    several = [forms] if isinstance(forms, BaseForm) else forms or []
    return [field for form in several for field in form.visible_fields() if field.errors]


@register.filter
def first_id(field: BoundField) -> str:
    """Return the id of the element that takes the focus: a group of choices has one for each choice."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def grouped(number: int | None) -> str:
    """Return a number as the reader's language groups it; nothing for one that is not told."""
    return format_number(number)


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Write the options of a select, the chosen one marked: a template takes five times as long over them."""
    return mark_safe(  # noqa: S308 - both texts are escaped
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
            for value, label in choices
        )
    )


@register.simple_tag(name="wording")
def wording_html(wording: Wording, *, quiet: bool = False) -> SafeString:
    """Write a text as components/wording.html does, for pages with many of them: an include takes ten times as long."""
    text = escape(wording.text)
    if wording.lang:
        language = f'lang="{wording.lang}" dir="{wording.direction}"'
        mark = "" if quiet else f' <small class="language-mark" {language}>{escape(wording.language_name)}</small>'
        text = f"<span {language}>{text}</span>{mark}"
    return mark_safe(text)  # noqa: S308 - both texts are escaped


@register.simple_tag(name="status_badge")
def badge_html(label: str, tone: str = "neutral", icon: str = "") -> SafeString:
    """Write a status as components/status_badge.html does, likewise."""
    drawn = draw(icon) if icon else ""
    return mark_safe(  # noqa: S308 - the label is escaped; the tone is one of ours, the icon a vendored file
        f'<span class="badge-status tone-{tone}">{drawn}{escape(label)}</span>'
    )
