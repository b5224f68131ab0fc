"""Name the pages of a PDF once.

pydyf names all pages anew whenever one is asked for, and WeasyPrint asks for one with each tag: of 300 pages with
50 000 tags that makes 15 million names, a tenth of the time of the report.
"""

from __future__ import annotations

import pydyf


def page_references(pdf: pydyf.PDF) -> list[bytes]:
    """Return the references to the pages of a document in their order; new ones are added each time."""
    named: list[bytes] = vars(pdf).setdefault("named_pages", [])
    # A page stands there as its number, its generation and the letter R; pages are only ever added.
    named += (f"{number} 0 R".encode("ascii") for number in pdf.pages["Kids"][3 * len(named) :: 3])
    return named


def install() -> None:
    """Let every PDF of this process name its pages so."""
    pydyf.PDF.page_references = property(page_references)
