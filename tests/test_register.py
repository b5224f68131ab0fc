"""The register of reports: what it shows to whom, and what is taken along from it."""

import hashlib

import pytest
from django.conf import settings
from django.urls import reverse

from portal.ground.models import AuditEntry
from portal.roof.models import Snapshot
from tests.report_rows import fill, spend, taken
from tests.snapshot_rows import LATER, validated

pytestmark = pytest.mark.django_db
SLUG = "jette-belfaa"


def url(name: str = "register", *args: object) -> str:
    return reverse(f"reports:{name}", args=[SLUG, *args])


@pytest.fixture
def editions(cast) -> list[Snapshot]:
    """Two reports of 2024, between which five euro were spent."""
    fill(cast)
    first = validated(cast)
    spend(cast.jette.home, "5.00", cast.bwi)
    return [first, validated(cast, LATER)]


def test_it_shows_each_report_with_its_seal(cast, client_of, editions):
    page = client_of(cast.viewer).get(url())
    rows = page.context["rows"]
    assert [(row.label, row.taken_by, row.sha256, bool(row.changes_url), row.data_url) for row in rows] == [
        ("2024/2", str(cast.officer), editions[1].sha256, True, ""),
        ("2024/1", str(cast.officer), editions[0].sha256, False, ""),
    ]
    assert [row.taken_on for row in rows] == ["3 June 2025", "15 January 2025"]
    assert editions[0].sha256 in page.content.decode()


def test_its_first_column_is_a_number_and_no_count(cast, client_of, editions):
    client = client_of(cast.viewer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    page = client.get(url()).content.decode()
    assert ('<th scope="col">Nummer</th>' in page, '<th scope="col">Aantal</th>' in page) == (True, False)


def test_an_officer_is_offered_the_data(cast, client_of, editions):
    rows = client_of(cast.officer).get(url()).context["rows"]
    assert [row.data_url for row in rows] == [url("data_export", row.pk) for row in reversed(editions)]


def test_without_reports_it_says_so(cast, client_of):
    assert "No report is frozen yet." in client_of(cast.viewer).get(url()).content.decode()


def test_another_partnership_shows_none_of_them(cast, client_of, editions):
    own = reverse("reports:register", args=["sint-gillis-berkane"])
    assert client_of(cast.viewer).get(own).context["rows"] == []
    for name in ("changes", "snapshot_export", "data_export"):
        address = reverse(f"reports:{name}", args=["sint-gillis-berkane", editions[1].pk])
        client = client_of(cast.officer)
        answered = client.get(address) if name == "changes" else client.post(address, {"language": "nl"})
        assert answered.status_code == 404, name


def test_it_costs_the_same_for_one_report_and_for_six(cast, client_of, django_assert_num_queries):
    client = client_of(cast.viewer)
    validated(cast)
    client.get(url())
    with django_assert_num_queries(11) as few:
        client.get(url())
    for year in (2022, 2023, 2025):
        validated(cast, year=year)
    validated(cast, LATER)
    with django_assert_num_queries(len(few)) as more:
        assert len(client.get(url()).context["rows"]) == 5
    # What was frozen is long: no page that lists reports asks for it.
    assert not any('"roof_snapshot"."data"' in query["sql"] for query in more.captured_queries)


def test_a_member_takes_a_report_along_in_a_language(cast, client_of, editions):
    client, before = client_of(cast.viewer), AuditEntry.objects.count()
    response = taken(client, url("snapshot_export", editions[0].pk), {"language": "ar"})
    assert response["Content-Type"] == "application/pdf"
    assert 'filename="taqrir-sanawi-jette-belfaa-2024-1.pdf"' in response["Content-Disposition"]
    again = taken(client, url("snapshot_export", editions[0].pk), {"language": "ar"})
    assert again.getvalue() == response.getvalue()
    entry = AuditEntry.objects.order_by("pk")[before]
    assert (entry.verb, entry.actor, entry.target_type, entry.target_id) == (
        "export",
        cast.viewer,
        "roof.snapshot",
        editions[0].pk,
    )
    assert entry.changes == {"number": [None, "2024/1"], "language": [None, "ar"], "kind": [None, "pdf"]}


@pytest.mark.parametrize("language", ["", "de", "nl\0"])
def test_another_language_gets_a_sentence(cast, client_of, editions, language):
    before = AuditEntry.objects.count()
    response = client_of(cast.viewer).post(url("snapshot_export", editions[0].pk), {"language": language})
    assert response.status_code == 200
    assert response.context["error"]
    assert AuditEntry.objects.count() == before


def test_an_officer_takes_the_very_data_along(cast, client_of, editions):
    response = client_of(cast.officer).post(url("data_export", editions[1].pk))
    assert response["Content-Type"] == "application/json"
    assert hashlib.sha256(response.content).hexdigest() == editions[1].sha256
    assert AuditEntry.objects.filter(verb="export", target_id=editions[1].pk, actor=cast.officer).count() == 1
    assert client_of(cast.viewer).post(url("data_export", editions[1].pk)).status_code == 403


def test_what_changed_has_a_page(cast, client_of, editions):
    client = client_of(cast.viewer)
    page = client.get(url("changes", editions[1].pk))
    assert page.status_code == 200
    assert "105.30\N{NO-BREAK SPACE}€" in page.content.decode()
    assert client.get(url("changes", editions[0].pk)).status_code == 404


def test_data_that_cannot_be_read_are_a_sentence(cast, client_of):
    for number in (1, 2):
        row = Snapshot.objects.create(
            year=cast.jette.year(2024), number=number, data="{}", sha256="0" * 64, taken_on=LATER
        )
    client = client_of(cast.officer)
    answers = [
        client.get(url("changes", row.pk)),
        client.post(url("snapshot_export", row.pk), {"language": "nl"}, follow=True),
    ]
    for answered in answers:
        assert answered.status_code == 200
        assert "no longer have the SHA-256" in answered.content.decode()
    year = client.post(reverse("reports:export", args=[SLUG]), {**WINDOW, "language": "nl"}, follow=True)
    assert "no longer have the SHA-256" in year.content.decode()


WINDOW = {"starts_on": "2024-01-01", "ends_on": "2024-12-31"}


def test_the_form_of_a_report_gives_the_frozen_one_or_a_draft(cast, client_of, editions):
    client, address = client_of(cast.viewer), reverse("reports:export", args=[SLUG])
    frozen = taken(client, address, {**WINDOW, "language": "nl"})
    assert 'filename="jaarverslag-jette-belfaa-2024-2.pdf"' in frozen["Content-Disposition"]
    draft = taken(client, address, {**WINDOW, "language": "nl", "draft": "on"})
    assert 'filename="jaarverslag-jette-belfaa-2024.pdf"' in draft["Content-Disposition"]


@pytest.mark.parametrize(("name", "args"), [("detail", [SLUG]), ("year_detail", ["jette-belfaa-2022-2026", 2024])])
def test_the_pages_around_it_lead_to_it(cast, client_of, name, args):
    page = client_of(cast.viewer).get(reverse(f"partnerships:{name}", args=args))
    assert url() in page.content.decode()
