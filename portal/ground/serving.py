"""What the server itself answers, before a request reaches the portal."""

from __future__ import annotations

import socket
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """A worker that says in words why it does not read a request whose address never ends."""

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer what could not be read; an address beyond the limit with a page, all else as gunicorn does."""
        if not isinstance(exc, LimitRequestLine):
            super().handle_error(req, client, addr, exc)
            return
        page = too_long().encode()
        head = (
            "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(page)}\r\nCache-Control: no-store\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode() + page)
        except OSError:
            self.log.debug("Who sent too long an address did not wait for the answer.")


def too_long() -> str:
    """Return the page about too long an address, in each language: which one its reader has was not read."""
    words = []
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            words.append(
                {
                    "code": code,
                    "direction": "rtl" if translation.get_language_bidi() else "ltr",
                    "title": _("This address is too long"),
                    "sentence": _("Go back and shorten it. A search takes 200 letters at most."),
                }
            )
    return render_to_string("414.html", {"words": words})
