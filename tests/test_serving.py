"""What the server itself answers: an address that it does not read is told in words."""

import socket

import pytest
from gunicorn.http.errors import LimitRequestLine

from portal import gunicorn
from portal.ground.serving import Worker

pytestmark = pytest.mark.once


def test_too_long_an_address_is_answered_with_a_page_in_each_language():
    assert gunicorn.worker_class == f"{Worker.__module__}.{Worker.__qualname__}"
    here, there = socket.socketpair()
    with here, there:
        worker = Worker.__new__(Worker)
        worker.handle_error(None, here, ("127.0.0.1", 1), LimitRequestLine(60_000, gunicorn.limit_request_line))
        here.shutdown(socket.SHUT_WR)
        head, page = there.makefile("rb").read().decode().split("\r\n\r\n")
    assert head.startswith("HTTP/1.1 414 ")
    assert f"Content-Length: {len(page.encode())}" in head
    for code, words in [("nl", "is te lang"), ("fr", "trop longue"), ("en", "too long"), ("ar", "أطول من اللازم")]:
        assert f'<div lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}">' in page
        assert words in page
