"""The figures of a logframe: thousands of cells, written five times as fast as a template writes them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from portal.roof.overviews.results.page import Cell, Line

register = template.Library()


@register.simple_tag
def figure_lines(lines: Iterable[Line], figure_class: str) -> SafeString:
    """Return a table row for each line: its label, and a cell for each figure with its remark."""
    return mark_safe("".join(_line(line, figure_class) for line in lines))  # noqa: S308 - each text is escaped


@register.simple_tag
def year_heads(years: Iterable[str]) -> SafeString:
    """Return the heading of each year's column."""
    heads = (f'<th scope="col" class="number">{escape(year)}</th>' for year in years)
    return mark_safe("".join(heads))  # noqa: S308 - each text is escaped


def _line(line: Line, figure_class: str) -> str:
    tone = f' class="line-{line.tone}"' if line.tone else ""
    cells = "".join(_cell(cell, figure_class) if cell.text else "<td></td>" for cell in line.cells)
    return f'<tr{tone}><th scope="row">{escape(line.label)}</th>{cells}</tr>'


def _cell(cell: Cell, figure_class: str) -> str:
    note = f'<span class="cell-note">{escape(cell.note)}</span>' if cell.note else ""
    return f'<td class="{cell.tone}"><bdi class="{figure_class}">{escape(cell.text)}</bdi>{note}</td>'
