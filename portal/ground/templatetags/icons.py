"""Icons, drawn into the page from the vendored files: no request, and they take the text's colour."""

import re
from functools import cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Those that static/css/components.css draws: what stands many times on a page, and what waits in a folded menu, whose
# drawings are asked for once it is opened.
IN_THE_SHEET = {
    *("pencil", "plus-lg"),
    *("question-circle", "envelope", "shield-lock", "key", "download", "people", "person-circle", "gear"),
    "box-arrow-right",
}
ICON_DIR = settings.BASE_DIR / "static" / "vendor" / "bootstrap-icons"
# Icons that point along the line of writing; the style sheet mirrors them where it runs to the left.
_DIRECTIONAL = re.compile(r"-(left|right)$|^(send|list-ul|journal-text|box-arrow.*)$")


@cache
def _shapes(name: str) -> SafeString:
    """Return the drawing inside one icon's file; a name without a file is a mistake in a template."""
    path = ICON_DIR / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        message = f"No icon named {name!r} under {ICON_DIR.relative_to(settings.BASE_DIR)}"
        raise LookupError(message)
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(encoding="utf-8"), re.DOTALL)
    shapes = drawing.group(1) if drawing else ""
    return mark_safe(" ".join(shapes.split()))  # noqa: S308 - a vendored file, checked by its digest


@register.simple_tag
def sign(name: str) -> SafeString:
    """Write an icon that the style sheet draws, if it knows it, and not the page."""
    if name in IN_THE_SHEET:
        return format_html('<span class="{} sign-{}" aria-hidden="true"></span>', _class_of(name), name)
    return icon(name)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; `label` says what it means where no text beside it does."""
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 16 16" role="img" aria-label="{}">{}</svg>',
            _class_of(name),
            label,
            _shapes(name),
        )
    return _without_words(name)


@cache
def _without_words(name: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        _class_of(name),
        _shapes(name),
    )


def _class_of(name: str) -> str:
    return "icon icon-directional" if _DIRECTIONAL.search(name) else "icon"
