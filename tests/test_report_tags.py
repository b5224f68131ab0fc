"""What a screen reader finds in the PDF: texts in order and their languages, what heads a cell, what a chart shows."""

import datetime as dt
import io
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pikepdf
import pytest

from partnerships.models import Closure, Milestone, Programme
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.timeline import timeline_of
from tests.cast import in_all_languages, make_entry
from tests.report_rows import fill
from tests.test_report_pdf import report_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Texts(HTMLParser):
    """The texts of the chapters in the order in which they are written, without what is drawn."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.drawn = [], False, False

    def handle_starttag(self, tag, attributes):
        self.inside = self.inside or tag == "main"
        self.drawn = self.drawn or tag == "svg"

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "main"
        self.drawn = self.drawn and tag != "svg"

    def handle_data(self, data):
        if self.inside and not self.drawn:
            self.found.append(data)


def letters(text: str) -> str:
    """Return a text without spaces, hyphens and marks of direction, which a line's end brings or takes away."""
    return re.sub(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2010\u2011-]", "", text)


def tree_of(pdf: bytes) -> str:
    """Return the texts of a PDF in the order of its tags."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("pdfinfo of poppler-utils is missing, so that the tags cannot be read back")
    done = subprocess.run(["pdfinfo", "-struct-text", "-"], input=pdf, capture_output=True, check=True)
    return letters("".join(re.findall(r'^\s*"(.*)"$', done.stdout.decode(), re.MULTILINE)))


def tags_of(pdf: bytes, kind: str) -> list[pikepdf.Object]:
    """Return the tags of a kind, in their order."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        waiting = [document.Root.StructTreeRoot.K]
        while waiting:
            tag = waiting.pop()
            if isinstance(tag, pikepdf.Array):
                waiting += reversed(list(tag))
            elif isinstance(tag, pikepdf.Dictionary) and "/S" in tag:
                if str(tag.S) == f"/{kind}":
                    found.append({key: _plain(value) for key, value in tag.items() if key in {"/Lang", "/Alt", "/A"}})
                waiting.append(tag.get("/K", pikepdf.Array()))
    return found


def _plain(value):
    return {key: str(part) for key, part in value.items()} if isinstance(value, pikepdf.Dictionary) else str(value)


def test_the_tags_tell_the_chapters_in_the_order_in_which_they_are_written(cast):
    fill(cast)
    written = Texts()
    written.feed(render_html(report_of(cast), "nl"))
    expected = letters("".join(written.found))
    tree = tree_of(render_pdf(report_of(cast), "nl"))
    # The contents name the first chapter too. The head of a table stands again on the next page: nothing else does.
    told = tree[tree.rindex(expected[:30]) :]
    rest = iter(told)
    assert all(letter in rest for letter in expected)
    assert len(expected) > 2000
    assert len(told) < 1.03 * len(expected)


def test_a_passage_in_another_language_says_so_in_its_tag(cast):
    make_entry(cast.jette.partner, cast.coordinator_south, language="fr", text="Les jeunes ont parlé.")
    assert "fr" in [tag.get("/Lang") for tag in tags_of(render_pdf(report_of(cast), "nl"), "P")]
    assert [tag for tag in tags_of(render_pdf(report_of(cast), "fr"), "P") if "/Lang" in tag] == []


def test_each_head_of_a_table_says_what_it_heads(cast):
    fill(cast)
    scopes = [tag.get("/A", {}).get("/Scope") for tag in tags_of(render_pdf(report_of(cast), "nl"), "TH")]
    assert set(scopes) == {"/Row", "/Column"}


def test_a_chart_is_told_with_its_numbers(cast):
    fill(cast)
    told = [tag.get("/Alt") for tag in tags_of(render_pdf(report_of(cast), "nl"), "Figure")]
    assert {"Young people: 15", "De periode van dit verslag: 2024"} <= set(told)
    assert [text for text in told if not text] == []


def test_the_timeline_draws_renewals_and_an_early_end_apart(cast):
    bond = cast.jette.partnership
    for number, (kind, year) in enumerate([("start", 2021), ("renewal", 2022), ("training", 2023)]):
        known = {"happened_on": dt.date(year, 1, 1), "precision": "year", **in_all_languages(title=kind)}
        Milestone.objects.create(slug=f"m{number}", partnership=bond, kind=kind, **known)
    programme = Programme.objects.filter(partnership=bond).get()
    before = timeline_of(report_of(cast))
    assert (len(before.milestones), len(before.renewals)) == (2, 1)
    assert [str(when) for when in before.renewed] == ["2022"]
    assert {bar.kind for bar in before.programmes} == {"current"}
    Closure.objects.create(programme=programme, closed_on=dt.date(2024, 6, 30), reason="Elections", partnership=bond)
    kept, given_up = timeline_of(report_of(cast)).programmes
    assert (kept.kind, given_up.kind) == ("current", "given_up")
    assert kept.x + kept.width == given_up.x
