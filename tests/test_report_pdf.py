"""The report as a document: what can be read in it, in each language, and what a rendering may fetch."""

import datetime as dt
import io
import re
import shutil
import subprocess

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext, override
from PIL import Image

from activities.models import Activity, Photo
from portal.roof.reports.chapters import CHAPTERS, OPTIONAL
from portal.roof.reports.data import build_report
from portal.roof.reports.render import ReportUnavailableError, pdf_of, render_html, render_pdf
from portal.roof.reports.sections import Report
from tests.cast import Cast, make_entry
from tests.report_rows import SECRET, YEAR, count, fill

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "fr", "en", "ar"]


def report_of(cast: Cast) -> Report:
    return build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15))


def pages_of(pdf: bytes) -> list[str]:
    """Return the text layer of each page as a reader finds it, on one line and without marks of direction."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler-utils is missing, so that the text layer cannot be read back")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    text = "".join(c for c in done.stdout.decode() if c not in "\u200e\u200f\u202a\u202b\u202c")
    # Each page ends with a form feed.
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def text_of(pdf: bytes) -> str:
    """Return the text layer of all pages, on one line."""
    return " ".join(pages_of(pdf))


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_read_back_in_each_language(cast, language):
    fill(cast)
    text = text_of(render_pdf(report_of(cast), language))
    with override(language):
        written = [chapter for chapter in CHAPTERS if chapter.anchor not in OPTIONAL]
        for heading in (gettext("Contents"), *(str(chapter.title) for chapter in written)):
            assert heading in text
        # What nobody wrote has no chapter.
        assert not [chapter for chapter in CHAPTERS if chapter not in written and str(chapter.title) in text]


@pytest.mark.once
def test_arabic_titles_and_texts_are_read_back_letter_for_letter(cast):
    activity = cast.jette.partner
    activity.title_ar = "زيارة دراسية ومشاريع الشباب"
    activity.save()
    make_entry(activity, cast.coordinator_south, language="ar", text="ناقش المشاركون نتائج الاستبيان في القاعة.")
    text = text_of(render_pdf(report_of(cast), "ar"))
    assert "زيارة دراسية ومشاريع الشباب" in text
    assert "ناقش المشاركون نتائج الاستبيان في القاعة" in text


@pytest.mark.once
def test_an_amount_in_an_arabic_line_does_not_turn_round(cast):
    fill(cast)
    assert '<bdi dir="ltr">' in render_html(report_of(cast), "ar")
    text = text_of(render_pdf(report_of(cast), "ar"))
    assert "100,30\N{NO-BREAK SPACE}€".replace("\N{NO-BREAK SPACE}", " ") in text


@pytest.mark.once
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_tagged_and_says_what_it_is(cast, language):
    with pikepdf.open(io.BytesIO(render_pdf(report_of(cast), language))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == language
        assert document.Root.ViewerPreferences.DisplayDocTitle
        metadata = document.open_metadata()
        assert str(metadata["pdfuaid:part"]) == "1"
        assert "2024" in str(document.docinfo["/Title"])
        assert "Belfaa" in str(document.docinfo["/Author"])
        assert "/Keywords" in document.docinfo


@pytest.mark.once
@pytest.mark.parametrize(("language", "font"), [("nl", "Noto-Sans"), ("ar", "Amiri")])
def test_the_document_carries_its_own_fonts(cast, language, font):
    with pikepdf.open(io.BytesIO(render_pdf(report_of(cast), language))) as document:
        fonts = {str(item.BaseFont) for item in document.objects if "/BaseFont" in _keys(item)}
    assert any(font in name for name in fonts), fonts


def _keys(item: pikepdf.Object) -> set[str]:
    return set(item.keys()) if isinstance(item, pikepdf.Dictionary) else set()


@pytest.mark.once
def test_a_document_without_its_style_is_not_made(cast, monkeypatch):
    from weasyprint.urls import FatalURLFetchingError

    from portal.roof.reports import fetcher

    monkeypatch.setattr(fetcher.finders, "find", lambda _name: None)
    with pytest.raises(FatalURLFetchingError):
        render_pdf(report_of(cast), "nl")


def test_nothing_that_must_stay_inside_reaches_the_document(cast):
    fill(cast)
    for language in LANGUAGES:
        html = render_html(report_of(cast), language)
        for secret in (SECRET, "Withdrawn", "A face without consent", "The front of the hidden house"):
            assert secret not in html
    pdf = render_pdf(report_of(cast), "en")
    assert "Nightingale" not in text_of(pdf)
    assert b"Nightingale" not in pdf


@pytest.mark.once
def test_demonstration_is_marked_on_the_cover_and_on_every_page(cast):
    entry = fill(cast)
    with override("en"):
        mark = gettext("DEMONSTRATION – invented figures")
    assert mark not in text_of(render_pdf(report_of(cast), "en"))
    entry.is_demonstration = True
    entry.save()
    pdf = render_pdf(report_of(cast), "en")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
    assert text_of(pdf).count(mark) == pages


def test_a_text_in_another_language_says_so(cast):
    make_entry(cast.jette.partner, cast.coordinator_south, language="fr", text="Les jeunes ont parlé.")
    html = render_html(report_of(cast), "nl")
    assert '<span class="tongue" lang="fr" dir="ltr">Français</span>' in html
    assert '<p lang="fr" dir="ltr">Les jeunes ont parlé.</p>' in html
    assert 'class="tongue"' not in render_html(report_of(cast), "fr")


def test_text_is_text_and_never_markup(cast):
    make_entry(
        cast.jette.partner, cast.coordinator_south, text="<img src='http://127.0.0.1/x'> <b>bold</b> & \x0b\u202e"
    )
    html = render_html(report_of(cast), "en")
    assert "&lt;b&gt;bold&lt;/b&gt; &amp;" in html
    assert "<img" not in html
    assert "\u202e" not in html


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "W" * 300,
        "ب" * 300,
        "😀 👩‍🌾 🇲🇦",
        "ⵜⴰⵎⴰⵣⵉⵖⵜ",
        "Français, عربي (مرحبا) and 4 200 €",
        "\n\n\n",
        "\n\n".join(["A paragraph of some length that fills a line and a half of the page."] * 400),
    ],
    ids=["long word", "long Arabic word", "emoji", "Tifinagh", "mixed directions", "blank", "many pages"],
)
def test_odd_texts_make_a_report(cast, text):
    make_entry(cast.jette.partner, cast.coordinator_south, text=text)
    for language in ("nl", "ar"):
        assert render_pdf(report_of(cast), language).startswith(b"%PDF-1.7")


@pytest.mark.parametrize(
    "window",
    [(dt.date(1995, 1, 1), dt.date(1995, 12, 31)), (dt.date(1990, 1, 1), dt.date(2100, 12, 31))],
    ids=["empty", "huge"],
)
def test_odd_windows_make_a_report(cast, window):
    fill(cast)
    report = build_report(cast.jette.partnership, *window, on=dt.date(2025, 1, 15))
    assert render_pdf(report, "nl").startswith(b"%PDF-1.7")


@pytest.mark.once
@pytest.mark.parametrize("break_file", ["gone", "not an image"])
def test_a_missing_photo_is_shown_as_missing(cast, break_file):
    fill(cast)
    photo = Photo.objects.get(caption="Drawings on the wall")
    if break_file == "gone":
        photo.file.storage.delete(photo.file.name)
    else:
        with photo.file.storage.open(photo.file.name, "wb") as file:
            file.write(b"\xff\xd8nonsense")
    with override("en"):
        assert gettext("The file of this photo is missing.") in text_of(render_pdf(report_of(cast), "en"))


@pytest.mark.once
def test_a_second_language_reads_no_photo_and_no_font_again(cast, monkeypatch):
    from portal.roof.reports import fetcher

    fill(cast)
    report, asked = report_of(cast), []
    first = render_pdf(report, "fr")
    read, photos = fetcher.print_file, fetcher._at_print_size.cache_info().misses
    monkeypatch.setattr(fetcher, "print_file", lambda name: asked.append(name) or read(name))
    render_pdf(report, "nl")
    assert report.pictures
    assert fetcher._at_print_size.cache_info().misses == photos
    assert [name for name in asked if name.endswith(".ttf")] == []
    assert render_pdf(report, "fr") == first


@pytest.mark.once
def test_the_base_style_draws_what_the_sheet_of_the_library_draws(cast):
    import weasyprint

    from portal.roof.reports.fetcher import ReportFetcher

    fill(cast)
    html = render_html(report_of(cast), "nl", readable=frozenset())
    document = weasyprint.HTML(string=html, url_fetcher=ReportFetcher({}))
    assert document.write_pdf(pdf_variant="pdf/ua-1") == pdf_of(html)


@pytest.mark.once
def test_pages_are_named_as_the_library_names_them():
    import pydyf

    from portal.roof.reports.page_references import page_references

    pdf = pydyf.PDF()
    for number in (1, 2, 3):
        pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
        written = [f"{page} 0 R".encode() for page in pdf.pages["Kids"][::3]]
        assert page_references(pdf) == written
        assert len(written) == number


@pytest.mark.once
def test_one_rendering_at_a_time(cast, monkeypatch):
    from portal.roof.reports import render

    monkeypatch.setattr(render, "WAIT_SECONDS", 0)
    report = report_of(cast)
    with render._RENDERING, pytest.raises(ReportUnavailableError):
        render_pdf(report, "nl")
    assert render_pdf(report, "nl").startswith(b"%PDF")


@pytest.mark.once
def test_long_tables_repeat_their_head(cast):
    for number in range(60):
        Activity.objects.create(
            slug=f"idea-{number}",
            partnership=cast.jette.partnership,
            kind="study",
            side="home",
            title_nl=f"Idee {number}",
            title_en=f"Idea {number}",
        )
    text = text_of(render_pdf(report_of(cast), "en"))
    with override("en"):
        assert text.count(gettext("Why it has this status")) >= 2


@pytest.mark.once
def test_a_long_word_in_a_column_parts_where_its_language_parts_it(cast):
    entry = fill(cast)
    cast.jette.home.title_nl = "Gezondheidscampagnes in de eerstelijnsopvang"
    cast.jette.home.save()
    count(entry, cast.youth, cast.age_bands[-1], 7)
    text = re.sub("[-\N{HYPHEN}] ", "", text_of(render_pdf(report_of(cast), "nl")))
    assert text.count("Gezondheidscampagnes in de eerstelijnsopvang") == 4
    assert "leeftijd niet opgegeven" in text


@pytest.mark.usefixtures("settled")
def test_a_year_told_in_part_says_why_people_are_missing(cast):
    fill(cast)
    cut = build_report(cast.jette.partnership, YEAR[0], dt.date(2024, 12, 30), on=dt.date(2025, 1, 15))
    why = "Mensen van kwetsbare groepen worden alleen geteld over volledige kalenderjaren die afgesloten zijn"
    assert why not in render_html(report_of(cast), "nl")
    assert render_html(cut, "nl").count(why) == 2


@pytest.mark.once
def test_shares_are_rounded_and_rates_keep_their_decimals():
    from decimal import Decimal

    from portal.roof.templatetags.report import figure, rate

    with override("nl"):
        assert figure(Decimal("15.38"), 1) == "15,4"
        assert figure(1234567) == "1.234.567"
        assert [rate(Decimal(text)) for text in ("10.850000", "10.123456", "11.000000")] == [
            "10,85",
            "10,123456",
            "11,00",
        ]


@pytest.mark.once
def test_each_drawing_says_what_it_shows_where_that_has_a_name_in_another_language_only(cast):
    fill(cast)
    type(cast.bwi).objects.filter(pk=cast.bwi.pk).update(name_ar="")
    with pikepdf.open(io.BytesIO(render_pdf(report_of(cast), "ar"))) as document:
        figures = [item for item in document.objects if "/S" in _keys(item) and item.S == "/Figure"]
        shown = [str(item.get("/Alt", "")) for item in figures]
    assert shown
    assert "" not in shown


@pytest.mark.once
def test_a_photo_is_read_no_larger_than_it_is_printed(monkeypatch):
    from portal.roof.reports import fetcher

    out = io.BytesIO()
    Image.new("RGB", (1600, 1000), "teal").save(out, "JPEG")
    name = default_storage.save("photo/large.jpg", ContentFile(out.getvalue()))
    read, shrink = [], Image.Image.thumbnail
    monkeypatch.setattr(Image.Image, "thumbnail", lambda im, *to, **how: (read.append(im.size), shrink(im, *to, **how)))
    with Image.open(io.BytesIO(fetcher._at_print_size(name))) as image:
        assert image.size == (640, 400)
    assert read == [(800, 500)]
