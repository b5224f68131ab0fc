"""The cells of a logframe: thousands of them, written five times as fast as a template writes them."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from portal.roof.overviews.results.page import Cell

register = template.Library()


@register.simple_tag
def figure_cells(cells: Iterable[Cell], figure_class: str) -> SafeString:
    """Return a table cell for each figure, with its remark; what is empty holds nothing."""
    return mark_safe("".join(_cell(cell, figure_class) for cell in cells))  # noqa: S308 - each text is escaped


def _cell(cell: Cell, figure_class: str) -> str:
    if not cell.text:
        return "<td></td>"
    note = f'<span class="cell-note">{conditional_escape(cell.note)}</span>' if cell.note else ""
    return f'<td class="{cell.tone}"><bdi class="{figure_class}">{conditional_escape(cell.text)}</bdi>{note}</td>'
