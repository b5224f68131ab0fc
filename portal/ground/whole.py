"""A form that was cut half-way is no form: of what a broken line lets through, nothing is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest

CUT = "The form was cut before its end."


class WholeBody:
    """The body of a request, as the server hands it on; reading past the point where it was cut raises BadRequest.

    Servers hand on what came before the line broke, and Django reads a form of several parts from that as if it were
    the whole: an entry would be saved without its last photos, and its key then say that it was saved already.
    """

    def __init__(self, body: Any, length: int) -> None:
        self.body, self.left = body, length

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, or all that is left. Fewer than that are there only where the line broke."""
        wanted = self.left if size < 0 else min(size, self.left)
        data = self.body.read(wanted)
        if len(data) < wanted:
            raise BadRequest(CUT)
        self.left -= len(data)
        return data

    def readline(self, size: int = -1) -> bytes:
        """Return a line, of at most `size` bytes where that is given."""
        line = self.body.readline(size)
        if not line and self.left and size:
            raise BadRequest(CUT)
        self.left -= len(line)
        return line


def whole_forms(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers 400 to what breaks off before the length that it announced."""

    def answer(call: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = call.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and len(length) <= 18:
            call["wsgi.input"] = WholeBody(call["wsgi.input"], int(length))
        return application(call, start_response)

    return answer
