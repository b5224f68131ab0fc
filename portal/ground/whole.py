"""A form that was cut half-way is no form: of what a broken line lets through, nothing is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.utils.http import parse_header_parameters

CUT = "The form was cut before its end."
# A line break, and whatever little a client puts behind the last part.
AFTER_CLOSING = 64


class WholeBody:
    """The body of a request, as the server hands it on; reading past the point where it was cut raises BadRequest.

    Servers hand on what came before the line broke, and Django reads a form of several parts from that as if it were
    the whole: an entry would be saved without its last photos, and its key then say that it was saved already.
    """

    def __init__(self, body: Any, length: int, closing: bytes = b"") -> None:
        """Take a body of `length` bytes; `closing` is what must stand at its end, whatever its length."""
        self.body, self.left, self.closing = body, length, closing
        self.end = b""

    def read(self, size: int = -1) -> bytes:
        """Return `size` bytes, or all that is left. Fewer than that are there only where the line broke."""
        wanted = self.left if size < 0 else min(size, self.left)
        data = self.body.read(wanted)
        if len(data) < wanted:
            raise BadRequest(CUT)
        return self._read(data)

    def readline(self, size: int = -1) -> bytes:
        """Return a line, of at most `size` bytes where that is given."""
        line = self.body.readline(size)
        if not line and self.left and size:
            raise BadRequest(CUT)
        return self._read(line)

    def _read(self, data: bytes) -> bytes:
        self.left -= len(data)
        self.end = (self.end + data)[-len(self.closing) - AFTER_CLOSING :]
        # A proxy may announce as the length what had come when the line broke.
        if data and not self.left and self.closing not in self.end:
            raise BadRequest(CUT)
        return data


def closing_of(content_type: str) -> bytes:
    """Return the boundary that closes a form of several parts (RFC 2046, 5.1.1); nothing for another content.

    Raises ValueError for a content type in an encoding that nobody knows.
    """
    kind, parameters = parse_header_parameters(content_type)
    boundary = parameters.get("boundary", "")
    return f"--{boundary}--".encode() if kind == "multipart/form-data" and boundary else b""


def whole_forms(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Return a WSGI application that answers 400 to what breaks off before the length that it announced."""

    def answer(call: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            closing = closing_of(call.get("CONTENT_TYPE", ""))
        except ValueError:
            # Django reads the same header outside all that would make an answer of it.
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"The content type cannot be read."]
        length = call.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and len(length) <= 18:
            call["wsgi.input"] = WholeBody(call["wsgi.input"], int(length), closing)
        return application(call, start_response)

    return answer
