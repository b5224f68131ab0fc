"""What the library leaves out of the tags of a PDF: the language of a passage, and what the head of a table heads.

A screen reader changes its voice by the first, and reads a cell with its row and column by the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pydyf
from weasyprint.pdf import tags

_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}
Builder = Callable[..., Iterator[pydyf.Dictionary]]


def _told(build: Builder) -> Builder:
    """Return what builds the tags of a box, as the library does, and writes down what its HTML element says."""

    def build_box_tree(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:
        for tag in build(box, *rest):
            element = box.element
            if element is not None and element.tag not in {"html", "body"}:
                if language := element.get("lang"):
                    tag["Lang"] = pydyf.String(language)
                if tag["S"] == "/TH" and element.get("scope") in _SCOPES:
                    tag["A"]["Scope"] = _SCOPES[element.get("scope")]
            yield tag

    return build_box_tree


def install() -> None:
    """Let every PDF of this process say so; the library calls itself for each box within a box by the same name."""
    build = vars(tags)["_build_box_tree"]
    if build.__module__ != __name__:
        vars(tags)["_build_box_tree"] = _told(build)
