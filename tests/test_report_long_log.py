"""An activity with many entries: its log is told in short, and nothing of it is left out."""

import datetime as dt
import re

import pytest

from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.sections import LONG_LOG
from tests.cast import make_entry
from tests.report_rows import count
from tests.test_report_pdf import report_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def log(cast, entries=LONG_LOG + 1, **changed):
    """Write so many entries; the last one with everything that an entry can hold."""
    activity, told = cast.jette.partner, {"language": "nl"} | changed
    for number in range(1, entries):
        said = {"text": f"Zitting {number}.", "language": "nl", "starts_on": dt.date(2024, 3, number)}
        make_entry(activity, cast.coordinator_south, **said)
    row = make_entry(
        activity,
        cast.coordinator_south,
        starts_on=dt.date(2024, 9, 20),
        **{"text": "Slotzitting.\n\nMet iedereen.", "difficulties": "Regen.", "next_step": "Een verslag."} | told,
    )
    row.unique_people = 1234
    row.save()
    count(row, cast.youth, cast.age_bands[0], 7)
    return row


def test_a_long_log_is_told_in_short_with_all_that_it_holds(cast):
    log(cast)
    html = render_html(report_of(cast), "nl")
    assert '<div class="log">' in html
    assert 'class="entry"' not in html
    text = text_of(render_pdf(report_of(cast), "nl"))
    assert [number for number in range(1, LONG_LOG + 1) if f"{number} maart 2024 Zitting {number}." not in text] == []
    assert "20 september 2024 Slotzitting. Met iedereen. Moeilijkheden: Regen. Volgende stap: Een verslag." in text
    assert ": 7 · Verschillende mensen: 1.234" in text


def test_a_short_log_is_told_at_length(cast):
    log(cast, entries=LONG_LOG)
    html = render_html(report_of(cast), "nl")
    assert '<div class="log">' not in html
    assert html.count('class="entry"') == LONG_LOG


def test_what_reads_the_other_way_has_lines_of_its_own(cast):
    log(cast, language="ar", text="ناقش المشاركون النتائج.", difficulties="أمطار.")
    html = render_html(report_of(cast), "nl")
    assert '<p class="more" lang="ar" dir="rtl">ناقش المشاركون النتائج.</p>' in html
    assert '<p class="more head"><b>Moeilijkheden</b></p>' in html
    assert 'lang="ar" dir="rtl">أمطار.</p>' in html


def test_in_a_paragraph_of_another_language_the_reports_own_words_are_marked(cast):
    log(cast)
    html = render_html(report_of(cast), "fr")
    assert re.search(r'<p lang="nl" dir="ltr"><b class="on" lang="fr">20 septembre 2024\t</b>', html)
    assert '<b lang="fr">Difficultés</b>' in html


def test_a_long_log_escapes_what_people_wrote(cast):
    log(cast, text="<b>niet</b> & \ufffe", difficulties="\ufffe\ufffe", next_step="<i>")
    html = render_html(report_of(cast), "nl")
    assert "&lt;b&gt;niet&lt;/b&gt; &amp;" in html
    assert "&lt;i&gt;" in html
