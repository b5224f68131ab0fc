"""Asking for a report: who may, what is refused, and what comes back."""

import datetime as dt

import pytest
from django.urls import reverse

from partnerships.models import ReportWindow
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages
from tests.report_rows import fill, taken

pytestmark = pytest.mark.django_db
ASKED = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "nl"}


def window_url(slug: str = "jette-belfaa") -> str:
    return reverse("reports:window", args=[slug])


def export_url(slug: str = "jette-belfaa") -> str:
    return reverse("reports:export", args=[slug])


@pytest.mark.parametrize("part", ["administrator", "officer", "viewer", "coordinator_north"])
def test_any_member_may_export(cast, client_of, part):
    client = client_of(cast.people[part])
    assert client.get(window_url()).status_code == 200
    response = taken(client, export_url(), ASKED)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response.getvalue().startswith(b"%PDF-")


@pytest.mark.parametrize("part", ["stranger", "coordinator_south"])
def test_who_is_no_member_finds_nothing(cast, client_of, part):
    client = client_of(cast.people[part])
    assert client.get(window_url()).status_code == 404
    assert client.post(export_url(), ASKED).status_code == 404
    assert not AuditEntry.objects.filter(verb="export").exists()


def test_who_is_not_signed_in_is_asked_to(cast, client):
    assert client.get(window_url()).status_code == 302
    assert client.post(export_url(), ASKED).status_code == 302


def test_an_export_is_a_post(cast, client_of):
    assert client_of(cast.viewer).get(export_url()).status_code == 405


def test_an_export_is_audited_and_a_look_is_not(cast, client_of):
    client = client_of(cast.viewer)
    client.get(window_url())
    assert not AuditEntry.objects.exists()
    client.post(export_url(), ASKED)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.target_id) == ("export", cast.viewer, cast.jette.partnership.pk)
    assert entry.changes["language"] == [None, "nl"]


@pytest.mark.parametrize(
    ("asked", "plain", "own"),
    [
        (ASKED, "jaarverslag-jette-belfaa-2024.pdf", "jaarverslag-jette-belfaa-2024.pdf"),
        (
            {**ASKED, "language": "ar"},
            "taqrir-sanawi-jette-belfaa-2024.pdf",
            "%D8%AA%D9%82%D8%B1%D9%8A%D8%B1-%D8%B3%D9%86%D9%88%D9%8A-jette-belfaa-2024.pdf",
        ),
        (
            {**ASKED, "starts_on": "2018-01-01", "language": "fr"},
            "rapport-jette-belfaa-2018-2024.pdf",
            "rapport-jette-belfaa-2018-2024.pdf",
        ),
        (
            {**ASKED, "starts_on": "2024-09-01", "language": "en"},
            "report-jette-belfaa-2024-09-01-2024-12-31.pdf",
            "report-jette-belfaa-2024-09-01-2024-12-31.pdf",
        ),
    ],
)
def test_the_file_has_a_name_in_ascii_and_in_its_own_letters(cast, client_of, asked, plain, own):
    header = taken(client_of(cast.viewer), export_url(), asked)["Content-Disposition"]
    assert header == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{own}"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"starts_on": "2024-12-31", "ends_on": "2024-01-01"}, "ends_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"starts_on": "yesterday"}, "starts_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"starts_on": "2024-01-01\0"}, "starts_on"),
        ({"language": "de"}, "language"),
    ],
)
def test_a_window_that_cannot_be_gets_a_sentence_beside_its_field(cast, client_of, wrong, field):
    response = client_of(cast.viewer).post(export_url(), {**ASKED, **wrong})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/html")
    assert response.context["form"].errors[field]
    assert not AuditEntry.objects.exists()


def test_presets_fill_in_the_form(cast, client_of):
    ReportWindow.objects.create(
        slug="term",
        partnership=cast.jette.partnership,
        starts_on=dt.date(2018, 12, 1),
        ends_on=dt.date(2024, 11, 30),
        **in_all_languages(name="Political term"),
    )
    client = client_of(cast.viewer)
    page = client.get(window_url(), {"starts_on": "2023-01-01", "ends_on": "2023-12-31"})
    form = page.context["form"]
    assert (form["starts_on"].value(), form["ends_on"].value()) == ("2023-01-01", "2023-12-31")
    presets = {preset.label: preset for _title, group in page.context["presets"] for preset in group}
    assert presets["2023"].current
    assert not presets["2024"].current
    assert "2018-12-01" in presets["Political term"].url
    assert str(cast.jette.programme) in presets


def test_an_address_with_nonsense_is_still_a_page(cast, client_of):
    response = client_of(cast.viewer).get(window_url(), {"starts_on": '"><script>', "language": "xx"})
    assert response.status_code == 200
    assert b"<script>'" not in response.content
    assert b'"><script>' not in response.content


def test_a_server_without_pango_says_so(cast, client_of, monkeypatch):
    from portal.roof.reports import services
    from portal.roof.reports.render import ReportUnavailableError

    def unavailable(*_args, **_named):
        raise ReportUnavailableError("No Pango here.")

    monkeypatch.setattr(services, "render_pdf", unavailable)
    page = client_of(cast.viewer).post(export_url(), ASKED, follow=True)
    row = page.context["row"]
    assert (row.state, row.note, row.file.name) == ("failed", "No Pango here.", "")
    assert "No Pango here." in page.content.decode()


def test_the_page_asks_the_same_number_of_questions_for_one_year_and_for_five(
    cast, client_of, django_assert_max_num_queries
):
    fill(cast)
    client = client_of(cast.viewer)
    with django_assert_max_num_queries(20):
        client.get(window_url())
