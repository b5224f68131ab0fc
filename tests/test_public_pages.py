"""Everybody may read what was released, in the language of the address, and nothing else; without a cookie."""

import datetime as dt
import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from activities.models import Activity, LogEntry, Photo, PublicText
from activities.services import propose_public_text, withdraw_public_text
from partnerships.models import Milestone, Partnership, PartnershipPeriod
from portal.roof.demonstration.publishing import publish_made
from portal.roof.models import PublishedReport, ReportJob
from portal.roof.reports.publishing import publish_report, withdraw_report
from tests.cast import in_all_languages
from tests.public_site import LANGUAGES, REPORT, every_address, photo_of, published, released
from tests.report_rows import fill

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script>\"'&{{ 7|add:7 }}"


@pytest.fixture
def visitor():
    """Somebody who is not signed in, and whose browser keeps no cookie."""
    return Client()


@pytest.fixture
def film(cast):
    return released(cast.jette.partner, cast, photos=[photo_of(cast.jette.partner, cast)])


def read(client, path, status=200):
    page = client.get(path)
    assert page.status_code == status, path
    return page.getvalue().decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_answers_in_the_language_of_its_address(visitor, cast, film, language):
    published(cast)
    for path in every_address(language):
        page = visitor.get(path, HTTP_ACCEPT_LANGUAGE="fr")
        assert (page.status_code, dict(page.cookies)) == (200, {}), path
        if page["Content-Type"].startswith("text/html"):
            direction = "rtl" if language == "ar" else "ltr"
            assert f'<html lang="{language}" dir="{direction}">' in page.content.decode(), path


def test_the_front_page_leads_strangers_to_their_language_and_members_to_their_overview(visitor, cast, client_of):
    led = visitor.get("/", HTTP_ACCEPT_LANGUAGE="ar;q=0.9, de")
    assert (led.status_code, led["Location"], led["Cache-Control"]) == (302, "/ar/", "no-store")
    assert visitor.get("/")["Location"] == "/nl/"
    assert visitor.get("/", HTTP_ACCEPT_LANGUAGE="fr-x" * 5000)["Location"] == "/nl/"
    assert client_of(cast.viewer).get("/").context["name"] == "viewer"


def test_who_is_signed_in_reads_the_very_same_page(visitor, cast, film, client_of):
    member = client_of(cast.officer)
    for path in every_address("en"):
        theirs, ours = member.get(path), visitor.get(path)
        assert theirs.getvalue() == ours.getvalue(), path
        assert (theirs["Cache-Control"], theirs.get("Vary", "")) == (ours["Cache-Control"], ours.get("Vary", ""))
        assert dict(theirs.cookies) == {}


def test_only_what_was_released_shows(visitor, cast):
    activity = cast.jette.partner
    Activity.objects.filter(pk=activity.pk).update(**in_all_languages(title="Inside", summary="Inside too"))
    texts = in_all_languages(title="Not yet", text="Still waiting")
    key = "9d3ae7a2-6b63-4f2f-8ad8-3b0c8f8f1f10"
    row, _new = propose_public_text(activity, texts, photos=[], actor=cast.coordinator_north, key=key)
    told = "".join(read(visitor, path) for path in every_address("en"))
    assert not [word for word in ("Inside", "Not yet", "Still waiting") if word in told]
    assert visitor.get(f"/en/jette-belfaa/activities/{row.slug}/").status_code == 404


def test_a_withdrawn_text_is_gone_with_its_photos(visitor, cast, film):
    photo = film.photos.get()
    paths = [
        f"/en/jette-belfaa/activities/{film.slug}/{end}" for end in ("", f"{photo.pk}.jpg", f"{photo.pk}-small.jpg")
    ]
    assert [visitor.get(path).status_code for path in paths] == [200, 200, 200]
    withdraw_public_text(film, actor=cast.officer, reason="A face")
    assert [visitor.get(path).status_code for path in paths] == [404, 404, 404]
    assert "Young people make a film" not in read(visitor, "/en/jette-belfaa/")


def test_a_photo_is_asked_for_its_consent_each_time(visitor, cast, film):
    photo = film.photos.get()
    path = f"/en/jette-belfaa/activities/{film.slug}/{photo.pk}.jpg"
    seal = visitor.get(path)["ETag"]
    assert visitor.get(path, HTTP_IF_NONE_MATCH=seal).status_code == 304
    Photo.objects.update(consent="missing")
    assert visitor.get(path, HTTP_IF_NONE_MATCH=seal).status_code == 404


def test_a_photo_that_was_not_released_is_not_served(visitor, cast, film):
    other = photo_of(cast.jette.partner, cast)
    assert visitor.get(f"/en/jette-belfaa/activities/{film.slug}/{other.pk}.jpg").status_code == 404


def test_no_caption_nor_log_of_an_activity_is_told(visitor, cast, film):
    LogEntry.objects.update(text="A word of the log", difficulties="A difficulty")
    told = "".join(read(visitor, path) for path in every_address("en"))
    assert not [word for word in ("A caption", "A word of the log", "A difficulty") if word in told]


def test_a_partnership_without_public_pages_is_nowhere(visitor, cast, film):
    gone = every_address("en")
    Partnership.objects.filter(slug="jette-belfaa").update(is_public=False)
    assert {visitor.get(path).status_code for path in gone if "jette-belfaa" in path} == {404}
    assert "belfaa" not in "".join(read(visitor, path) for path in every_address("en"))


def test_the_history_tells_titles_and_no_reasons(visitor, cast):
    of = {"partnership": cast.jette.partnership}
    Milestone.objects.create(
        slug="m",
        kind="start",
        happened_on=dt.date(2007, 1, 1),
        precision="year",
        **in_all_languages(title="It began", text="For the partners alone"),
        **of,
    )
    PartnershipPeriod.objects.create(
        number=1, state="interrupted", months=24, **in_all_languages(reason="A quarrel"), **of
    )
    told = read(visitor, "/en/jette-belfaa/")
    assert "It began" in told
    assert "2 years" in told
    assert not [word for word in ("For the partners alone", "A quarrel") if word in told]


def test_figures_are_those_that_an_officer_validated(visitor, cast):
    fill(cast)
    assert "Where the money came from" not in read(visitor, "/en/jette-belfaa/")
    published(cast)
    told = read(visitor, "/en/jette-belfaa/")
    assert "Federal cooperation" in told
    assert "100.00" in told


def test_a_published_report_is_the_file_of_the_register(visitor, cast):
    row = published(cast)
    path = f"/nl/jette-belfaa/reports/{row.pk}.pdf"
    page = visitor.get(path)
    assert (page.getvalue(), page["Content-Type"]) == (REPORT, "application/pdf")
    assert path in read(visitor, "/nl/jette-belfaa/")
    withdraw_report(row.job, actor=cast.officer)
    assert visitor.get(path).status_code == 404
    assert path not in read(visitor, "/nl/jette-belfaa/")


def test_of_the_reports_of_a_year_the_one_in_the_readers_language_stands_first(visitor, cast):
    dutch = published(cast)
    french = ReportJob.objects.get(pk=dutch.job.pk)
    french.pk, french.key, french.asked = None, "k2", dutch.job.asked | {"language": "fr"}
    french.save()
    other = PublishedReport.objects.create(job=french, published_by=cast.officer)
    for language, first, second in (("nl", dutch, other), ("fr", other, dutch), ("ar", dutch, other)):
        page = read(visitor, f"/{language}/jette-belfaa/")
        places = [page.index(f"/{language}/jette-belfaa/reports/{row.pk}.pdf") for row in (first, second)]
        assert places == sorted(places), language


def test_a_report_with_a_photo_that_may_no_longer_be_shown_is_gone(visitor, cast):
    row, photo = published(cast), photo_of(cast.jette.partner, cast)
    ReportJob.objects.update(photos=[photo.pk])
    path = f"/nl/jette-belfaa/reports/{row.pk}.pdf"
    assert visitor.get(path).status_code == 200
    Photo.objects.update(consent="missing")
    assert visitor.get(path).status_code == 404
    assert path not in read(visitor, "/nl/jette-belfaa/")


def test_only_the_public_edition_of_a_validated_year_is_published(visitor, cast, client_of):
    job = published(cast).job
    withdraw_report(job, actor=cast.officer)
    client = client_of(cast.officer)
    url = reverse("reports:job_publish", args=["jette-belfaa", job.pk])
    for asked in (
        {"language": "nl"},
        {"language": "nl", "edition": "full"},
        {"language": "nl", "edition": "public", "kind": "xlsx"},
    ):
        ReportJob.objects.update(asked=asked)
        client.post(url)
        assert not job.publications.standing().exists(), asked
    ReportJob.objects.update(asked={"language": "nl", "edition": "public"})
    client_of(cast.coordinator_north).post(url)
    assert not job.publications.standing().exists()
    client.post(url)
    assert job.publications.standing().get().published_by == cast.officer


def test_hostile_text_is_shown_as_it_is_written(visitor, cast):
    released(cast.jette.partner, cast, **in_all_languages(title=HOSTILE, text=HOSTILE))
    for path in every_address("en"):
        told = read(visitor, path)
        assert "<script>alert" not in told, path
        assert "14" not in told.partition("alert(1)")[2][:40], path


@pytest.mark.parametrize(
    "path",
    [
        "/nl/nowhere/",
        "/nl/jette-belfaa/activities/nowhere/",
        "/nl/jette-belfaa/programmes/nowhere/",
        "/nl/jette-belfaa/reports/99999999999999999999.pdf",
        "/nl/jette-belfaa/activities/nowhere/1.jpg",
        "/nl/jette-belfaa/" + "x" * 3000 + "/",
        "/nl/%F0%9F%98%80/",
    ],
)
def test_what_is_not_there_is_told_in_the_language_of_the_address(visitor, cast, path):
    page = visitor.get(path, HTTP_ACCEPT_LANGUAGE="fr")
    assert (page.status_code, page["Cache-Control"], dict(page.cookies)) == (404, "no-store", {})
    assert '<html lang="nl"' in page.content.decode()
    assert "Op dit adres staat geen pagina" in page.content.decode()


def test_an_unknown_language_and_a_hostile_address_are_no_page(visitor, cast):
    assert visitor.get("/de/").status_code == 404
    assert visitor.get("/nlx/").status_code == 404
    assert visitor.get("/nl/?q=%00").status_code == 400
    for number in ("0", "-1", "x", "9" * 400, "1e9", "%00%00"[:0]):
        assert visitor.get(f"/nl/jette-belfaa/activities/?page={number}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/de/", "/xx", "/xx/jette-belfaa/", "/nowhere", "/a/b/c/", "/static/no.js", "/answer/x/y/", "/admin.php"]
)
def test_a_stranger_at_a_wrong_address_gets_no_cookie(visitor, path):
    page = visitor.get(path, headers={"accept-language": "fr"})
    assert (page.status_code, dict(page.cookies)) == (404, {})
    assert ("csrfmiddlewaretoken" in page.content.decode(), 'lang="fr"' in page.content.decode()) == (False, True)


def test_who_is_signed_in_is_told_in_the_portal_that_there_is_no_page(cast, client_of):
    page = client_of(cast.viewer).get("/xx/")
    assert (page.status_code, "There is no page for you" in page.content.decode()) == (404, True)


def test_dates_at_the_ends_of_time_are_told(visitor, cast, film):
    for year in (1, 9999):
        Activity.objects.filter(pk=film.activity_id).update(
            starts_on=dt.date(year, 1, 1), starts_precision="day", ends_on=dt.date(year, 12, 31), ends_precision="day"
        )
        PublicText.objects.filter(pk=film.pk).update(released_at=timezone.now())
        for path in every_address("ar"):
            assert visitor.get(path).status_code == 200


def test_no_page_takes_a_form(visitor, cast, film):
    assert {visitor.post(path).status_code for path in every_address("nl")} == {405}


def test_each_page_names_itself_in_every_language(visitor, cast, film):
    told = read(visitor, "/fr/jette-belfaa/")
    base = "http://127.0.0.1:8000"
    assert f'<link rel="canonical" href="{base}/fr/jette-belfaa/">' in told
    for code in LANGUAGES:
        assert f'<link rel="alternate" hreflang="{code}" href="{base}/{code}/jette-belfaa/">' in told
    assert f'<link rel="alternate" hreflang="x-default" href="{base}/nl/jette-belfaa/">' in told
    assert f'hreflang="x-default" href="{base}/"' in read(visitor, "/fr/")
    forged = visitor.get("/fr/", HTTP_HOST="localhost").content.decode()
    assert "localhost" not in forged


def test_the_feed_tells_the_newest_release_first(visitor, cast, film):
    other = released(cast.gillis.home, cast, **in_all_languages(title="Later", text="A market"))
    feed = ET.fromstring(read(visitor, "/en/feed.xml"))
    assert [entry.find(f"{ATOM}title").text for entry in feed.iter(f"{ATOM}entry")] == [
        "Later",
        "Young people make a film",
    ]
    links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
    assert links[0] == f"http://127.0.0.1:8000/en/sint-gillis-berkane/activities/{other.slug}/"


def test_a_text_with_signs_of_html_stays_a_text_in_the_feed(visitor, cast):
    released(cast.gillis.home, cast, **in_all_languages(title="Later", text="a < b <img src=x>"))
    feed = ET.fromstring(read(visitor, "/en/feed.xml"))
    summary = next(feed.iter(f"{ATOM}summary"))
    # What its reader takes for HTML, told as HTML.
    assert (summary.get("type"), summary.text) == ("html", "a &lt; b &lt;img src=x&gt;")


def test_the_map_of_the_site_holds_every_page_in_every_language(visitor, cast, film):
    told = read(visitor, "/sitemap.xml")
    places = {found.text for found in ET.fromstring(told).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    for language in LANGUAGES:
        pages = [path for path in every_address(language) if path.endswith("/")]
        assert {f"http://127.0.0.1:8000{path}" for path in pages} <= places
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in read(visitor, "/robots.txt")


def test_nothing_behind_the_sign_in_is_listed(visitor, client_of, cast):
    noindex = '<meta name="robots" content="noindex">'
    asked = visitor.get("/activities/log/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/login/")
    assert noindex in asked.content.decode()
    assert noindex not in client_of(cast.coordinator_north).get("/activities/log/").content.decode()
    closed = [line for line in read(visitor, "/robots.txt").splitlines() if line.startswith("Disallow")]
    assert closed == ["Disallow: /answer/", "Disallow: /api/", "Disallow: /sheets/"]


@pytest.mark.parametrize(
    "path", ["/en/", "/en/jette-belfaa/", "/en/jette-belfaa/activities/", "/en/feed.xml", "/sitemap.xml"]
)
def test_a_page_asks_as_often_however_much_there_is(visitor, cast, film, path, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as few:
        visitor.get(path)
    released(cast.jette.home, cast, **in_all_languages(title="Another", text="One more"))
    with django_assert_num_queries(len(few)):
        visitor.get(path)


def test_publishing_twice_makes_one(cast):
    job = published(cast).job
    assert publish_report(job, actor=cast.officer).pk == job.publications.get().pk


def test_the_demonstration_publishes_a_report_once_it_is_made(cast):
    job = published(cast).job
    withdraw_report(job, actor=cast.officer)
    publish_made.enqueue(job.pk, cast.officer.pk)
    assert job.publications.standing().get().published_by == cast.officer
    withdraw_report(job, actor=cast.officer)
    ReportJob.objects.update(state="failed")
    publish_made.enqueue(job.pk, cast.officer.pk)
    assert not job.publications.standing().exists()
