"""Public pages are answered from memory until anything is written, alike to everybody, and packed for the way."""

import gzip

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.models import PublicText
from activities.services import withdraw_public_text
from partnerships.models import Partnership
from tests.public_site import released

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in_memory")]
PATH = "/en/jette-belfaa/"


@pytest.fixture
def film(cast):
    return released(cast.jette.partner, cast)


@pytest.fixture
def visitor():
    return Client()


def asked(visitor, path=PATH, **headers):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = visitor.get(path, **headers)
    return page, len(queries)


def test_the_second_visitor_costs_no_more_than_the_question_what_was_written_last(visitor, film):
    (first, many), (second, few) = asked(visitor), asked(Client())
    assert first.content == second.content
    assert many > 5
    assert few == 1


def test_what_is_withdrawn_is_gone_with_the_next_request(visitor, film, cast):
    assert "Young people make a film" in visitor.get(PATH).content.decode()
    withdraw_public_text(film, actor=cast.officer, reason="A face")
    assert "Young people make a film" not in visitor.get(PATH).content.decode()


def test_while_nothing_is_written_the_page_stays(visitor, film):
    before = visitor.get(PATH).content
    PublicText.objects.update(title_en="Past the services")
    assert visitor.get(PATH).content == before


def test_who_has_the_page_already_is_told_so(visitor, film, cast):
    seal = visitor.get(PATH)["ETag"]
    page = visitor.get(PATH, HTTP_IF_NONE_MATCH=seal)
    assert (page.status_code, page.content) == (304, b"")
    withdraw_public_text(film, actor=cast.officer, reason="A face")
    assert visitor.get(PATH, HTTP_IF_NONE_MATCH=seal).status_code == 200


def test_the_seal_is_that_of_the_text_however_it_is_packed(visitor, film):
    plain, packed = visitor.get(PATH), visitor.get(PATH, HTTP_ACCEPT_ENCODING="gzip, br")
    assert (plain["ETag"], plain.content) == (packed["ETag"], gzip.decompress(packed.content))
    assert (packed["Content-Encoding"], packed["Content-Length"]) == ("gzip", str(len(packed.content)))
    assert "Content-Encoding" not in plain
    assert plain["Cache-Control"] == packed["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [("gzip;q=0", False), ("br, gzip; q=0.000", False), ("gzip;q=0.5", True), ("GZip", True), ("br", False)],
)
def test_a_page_is_packed_only_for_who_takes_it(visitor, film, accepted, packed):
    assert ("Content-Encoding" in visitor.get(PATH, HTTP_ACCEPT_ENCODING=accepted)) is packed


def test_what_a_signed_in_reader_asked_for_is_kept_for_everybody_and_holds_nothing_of_theirs(
    visitor, film, cast, client_of
):
    theirs = client_of(cast.officer).get(PATH)
    ours, queries = asked(visitor)
    assert theirs.content == ours.content
    assert "officer" not in theirs.content.decode()
    assert queries < 3


def test_nothing_that_is_missing_is_kept(visitor, cast):
    Partnership.objects.filter(slug="jette-belfaa").update(is_public=False)
    assert visitor.get(PATH).status_code == 404
    Partnership.objects.filter(slug="jette-belfaa").update(is_public=True)
    assert visitor.get(PATH).status_code == 200


def test_an_address_with_anything_else_in_it_fills_no_memory(visitor, film, monkeypatch):
    kept = []

    def keep(_self, key, *_rest, **_more):
        kept.append(key)

    monkeypatch.setattr(type(caches["public"]), "set", keep)
    for query in ("?x=1", "?page=0", "?page=99999", "?page=1&x=2", "?page=١"):
        assert visitor.get(f"{PATH}activities/{query}").status_code == 200
    assert kept == []
    visitor.get(f"{PATH}activities/?page=1")
    assert len(kept) == 1


def test_the_head_of_a_page_is_that_of_the_page(visitor, film):
    page, head = visitor.get(PATH), visitor.head(PATH)
    assert (head.status_code, head["ETag"], head.content) == (200, page["ETag"], b"")
