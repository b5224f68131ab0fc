"""A form that a broken line cut: nothing of it is saved, and the rest of its key's life is its sender's."""

import io

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from activities.models import LogEntry
from portal.ground.whole import whole_forms
from tests.log_form import filled, picture


def sent(environ, body, announced):
    """Send a body of which the server hands on less than was announced; return the status of the answer."""
    seen = []
    changed = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(announced)}
    # The test's own transaction hangs on its connection, as in Django's client.
    request_started.disconnect(close_old_connections)
    try:
        whole_forms(WSGIHandler())({**environ, **changed}, lambda status, _headers: seen.append(status[:3]))
    finally:
        request_started.connect(close_old_connections)
    return seen[0]


@pytest.fixture
def environ(cast, client_of):
    """What a server says of the form of a coordinator."""
    client = client_of(cast.coordinator_north)
    page = client.get("/activities/log/")
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    request = page.wsgi_request.META
    token = str(page.context["csrf_token"])
    return token, {**request, "REQUEST_METHOD": "POST", "CONTENT_TYPE": MULTIPART_CONTENT, "HTTP_COOKIE": cookies}


def test_of_a_form_that_was_cut_nothing_is_saved_and_sent_again_all_of_it_is(cast, environ):
    token, request = environ
    files = {f"photo-{row}-file": picture() for row in range(2)} | {"photo-TOTAL_FORMS": "2"}
    # What was cut away is the caption of the last photo, behind all files.
    data = filled(cast.jette.home, cast.coordinator_north, csrfmiddlewaretoken=token, **files)
    body = encode_multipart(BOUNDARY, {**data, "photo-1-caption": "The last words."})
    cut = body[: body.index(b'name="photo-1-caption"') - 40 - len(BOUNDARY)]
    # A proxy may have announced what was left of it.
    for announced in (len(body), len(cut)):
        assert sent(request, cut, announced) == "400"
    assert not LogEntry.objects.exists()
    assert sent(request, body, len(body)) == "302"
    assert [photo.caption for photo in LogEntry.objects.get().photos.order_by("pk")] == ["", "The last words."]


@pytest.mark.once
def test_what_a_program_sends_is_read_whole_or_not_at_all(cast, environ):
    _token, request = environ
    call = {**request, "PATH_INFO": "/api/v1/expenses/check/", "CONTENT_TYPE": "application/json"}
    assert [sent(call, b'{"a": 1}', length) for length in (8, 9)] == ["401", "401"]
    address = {**request, "PATH_INFO": "/answer/", "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    assert [sent(address, b"code=1", length) for length in (6, 9)] == ["200", "400"]
    nobodys = {**address, "CONTENT_TYPE": "multipart/form-data; boundary*=nobodys'x'y"}
    assert sent(nobodys, b"code=1", 6) == "400"
