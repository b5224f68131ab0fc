"""Policy markers and goals of a programme: the lists, who writes them, what is refused, and where they are told."""

import datetime as dt
import io
import shutil

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from partnerships.models import ProgrammeCode, ReportingCode
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from portal.roof.reference import FOLDER, load
from portal.roof.reports.book import write_book
from portal.roof.reports.data import build_report
from portal.roof.reports.origins import Matter
from portal.roof.reports.render import render_html, render_pdf
from portal.roof.reports.scopes import of_source, published
from tests.cast import Cast, in_all_languages
from tests.edition_rows import ship_to
from tests.report_rows import YEAR
from tests.test_report_pdf import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def codes(cast):
    """Two markers and a goal: {code: row}."""
    made = [("marker", "1", 2), ("marker", "9", 4), ("goal", "5", None)]
    return {
        code: ReportingCode.objects.create(
            kind=kind, code=code, highest=highest, position=place, **in_all_languages(name=f"Code {code}")
        )
        for place, (kind, code, highest) in enumerate(made)
    }


@pytest.fixture
def send(cast, client_of):
    """A function that sends the form of a code as the coordinator, and returns its errors or None."""
    client = client_of(cast.coordinator_north)
    client.cookies["django_language"] = "en"

    def post(name, *args, **fields):
        data = {"author": author_token(cast.coordinator_north), **fields}
        response = client.post(reverse(f"partnerships:{name}", args=args), data)
        return None if response.status_code == 302 else response.context["form"].errors

    post.client = client
    return post


def mark(cast: Cast, code: ReportingCode, significance: int | None = None, **fields) -> ProgrammeCode:
    return ProgrammeCode.objects.create(programme=cast.jette.programme, code=code, significance=significance, **fields)


def report_of(cast: Cast):
    return build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15))


def test_a_coordinator_writes_a_marker_that_the_page_and_the_history_tell(cast, codes, send):
    slug = cast.jette.programme.slug
    assert send("code_create", slug, code=codes["1"].pk, significance=1, reason_en="Women choose the courses.") is None
    row = ProgrammeCode.objects.get()
    assert send("code_edit", row.pk, code=codes["1"].pk, significance=2, reason_en="They do.", version=1) is None
    verbs = AuditEntry.objects.about(cast.jette.programme).order_by("pk").values_list("target_type", "verb")
    assert list(verbs) == [("partnerships.programmecode", "create"), ("partnerships.programmecode", "update")]
    page = send.client.get(reverse("partnerships:programme_detail", args=[slug]))
    [section] = [section for section in page.context["sections"] if section.key == "codes"]
    [item] = section.groups[0].items
    assert (str(item.title), item.note, str(item.text)) == (
        "Code 1",
        "<bdi>Policy marker 1</bdi> · <bdi>2 – principal objective</bdi>",
        "They do.",
    )
    html = page.content.decode()
    assert reverse("partnerships:code_create", args=[slug]) in html
    assert reverse("partnerships:code_edit", args=[row.pk]) in html


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (("1", ""), "Choose how much the marker counts."),
        (("1", 3), "This marker does not go so far."),
        (("5", 1), "A goal or target has no significance."),
    ],
)
def test_a_significance_that_the_list_does_not_know_is_refused(cast, codes, send, given, sentence):
    code, significance = given
    refused = send("code_create", cast.jette.programme.slug, code=codes[code].pk, significance=significance)
    assert refused == {"significance": [sentence]}
    assert send("code_create", cast.jette.programme.slug, code=codes["9"].pk, significance=4) is None


def test_a_programme_has_a_code_once(cast, codes, send):
    mark(cast, codes["5"])
    refused = send("code_create", cast.jette.programme.slug, code=codes["5"].pk)
    assert refused == {"code": ["The programme has this marker or goal already."]}
    with pytest.raises(IntegrityError), transaction.atomic():
        mark(cast, codes["5"])


def test_a_list_knows_which_codes_have_a_significance(codes):
    for kind, highest in (("marker", None), ("goal", 2), ("marker", 5)):
        with pytest.raises(ValidationError):
            ReportingCode(kind=kind, code="99", highest=highest, **in_all_languages(name="X")).full_clean()


def test_the_report_tells_them_in_each_kind(cast, codes):
    mark(cast, codes["1"], 0, reason_en="Looked at.", reason="Looked at.")
    mark(cast, codes["5"])
    report = report_of(cast)
    assert [(row.kind, row.code, row.significance, row.name.best("en")[1]) for row in report.markers] == [
        ("marker", "1", 0, "Code 1"),
        ("goal", "5", None, "Code 5"),
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(write_book(report, "en")))["Policy markers and goals"]
    rows = [[cell.value for cell in row][1:] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["Policy marker", "1", "Code 1", 0, "not targeted"],
        ["Sustainable development goal", "5", "Code 5", None, None],
    ]
    assert of_source(report, "bwi").markers == ()
    assert [bool(row.reason) for row in published(report).markers] == [False, False]


def test_the_annex_is_read_back_and_says_who_reported(cast, codes, send):
    forms = ship_to(cast)
    slug = cast.jette.programme.slug
    assert send("code_create", slug, code=codes["1"].pk, significance=1) is None
    report = report_of(cast)
    [origin] = [row for row in report.origins if row.kind == Matter.CODE]
    assert (origin.by, origin.source.best("en")[1]) == ("coordinator_north", "Policy marker 1")
    assert origin.when.starts_on == AuditEntry.objects.get(target_type="partnerships.programmecode").at.date()
    form = next(row for row in report.forms if row.slug == forms["federal"].slug)
    assert 'id="markers"' in render_html(report, "nl", form=form)
    for language, told in (("nl", "1 – belangrijke doelstelling"), ("ar", "هدف مهم")):
        assert told in text_of(render_pdf(report, language, form=form))


def test_the_lists_hold_the_codes_of_the_standard(tmp_path):
    shutil.copy(FOLDER / "17_reporting_codes.json", tmp_path)
    load(tmp_path)
    kinds = {
        kind: list(ReportingCode.objects.filter(kind=kind).values_list("code", flat=True))
        for kind in ReportingCode.Kind.values
    }
    assert kinds["marker"] == [str(number) for number in range(1, 13)]
    assert kinds["goal"] == [str(number) for number in range(1, 18)]
    assert {code.split(".")[0] for code in kinds["target"]} <= set(kinds["goal"])
    assert not ReportingCode.objects.filter(name_ar__isnull=True).exists()
    assert not ProgrammeCode.objects.exists()
