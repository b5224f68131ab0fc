"""What is sent to the API: JSON that a form can read, or a sentence that says what is wrong with it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.roof.api.answers import Refused

MAX_BYTES = 64 * 1024
MAX_KEY = 100
KEY_HEADER = "Idempotency-Key"
AMOUNT = re.compile(r"[+-]?\d{1,30}(\.\d{1,2})?", re.ASCII)
RATE = re.compile(r"\d{1,30}(\.\d{1,6})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SLUG = re.compile(r"[-\w]{1,100}")
NUMBER = re.compile(r"\d{1,18}", re.ASCII)


class Number(str):
    """A number as it was written: amounts are never made into floating-point numbers on the way."""

    __slots__ = ()


class Kind(NamedTuple):
    """How a value is written in JSON: what it has to match, and the sentence where it does not."""

    pattern: re.Pattern[str]
    sentence: str


def kind_of(name: str) -> Kind | None:
    """Return how a field is written; None for a text, whose form says what is wrong with it."""
    if name in {"amount", "voucher_total"}:
        return Kind(AMOUNT, _("Write the amount with a point and at most two decimals, for example 1234.56."))
    if name == "rate":
        return Kind(RATE, _("Write the rate with a point and at most six decimals, for example 10.85."))
    if name in {"spent_on", "voucher_date"}:
        return Kind(DAY, _("Write the day as 2024-12-31."))
    if name in {"activity", "source", "heading"}:
        return Kind(SLUG, _("Give the short name, as the list of expenses shows it."))
    if name == "transfer":
        return Kind(NUMBER, _("Give the number of the transfer."))
    return None


def body_of(request: HttpRequest, fields: frozenset[str]) -> dict[str, str]:
    """Return the fields of the JSON object in a request as texts; an absent one and null are empty.

    Raises Refused: 413 too large, 400 no JSON object, 422 with sentences by field.
    """
    sent = _json(request)
    if not isinstance(sent, dict):
        raise Refused(400, _("Send one JSON object with the fields of the expense."))
    errors: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for name, value in sent.items():
        sentence = _fault(name, value, fields)
        if sentence:
            errors[_shown(name)] = [sentence]
        elif value is not None:
            texts[name] = str(value)
    if errors:
        raise Refused(422, _("Some fields cannot be read."), errors)
    return texts


def key_of(request: HttpRequest) -> uuid.UUID:
    """Return the key that makes a creation safe to send twice, from the header Idempotency-Key. Raises Refused."""
    text = request.headers.get(KEY_HEADER, "").strip()
    if not text:
        sentence = _("Send a header %(name)s, a text of your own for each expense: sent twice is then once.")
        raise Refused(400, sentence % {"name": KEY_HEADER})
    if len(text) > MAX_KEY:
        raise Refused(
            400, _("The header %(name)s holds at most %(count)s characters.") % {"name": KEY_HEADER, "count": MAX_KEY}
        )
    # One person's key says nothing about another's.
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{request.user.pk}:{text}")


def number_of(rows: models.QuerySet, slug: str) -> str:
    """Return the number of the row with a short name as a form takes it; one that does not exist is no choice."""
    return str(rows.filter(slug=slug).values_list("pk", flat=True).first() or "0") if slug else ""


def _json(request: HttpRequest) -> Any:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MAX_BYTES:
        raise Refused(413, _("More than %(count)s bytes were sent.") % {"count": MAX_BYTES})
    try:
        return json.loads(
            request.body.decode(),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_number,
            object_pairs_hook=_once_each,
        )
    except (ValueError, RecursionError):
        raise Refused(400, _("This is no valid JSON.")) from None


def _no_number(name: str) -> None:
    raise ValueError(name)


def _once_each(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _fault(name: str, value: Any, fields: frozenset[str]) -> str:
    if name not in fields:
        return _("There is no such field.")
    if value is not None and not isinstance(value, str):
        return _("Give a text or a number.")
    if value and not _is_storable(value):
        return _("The text holds characters that cannot be shown.")
    kind = kind_of(name)
    return "" if not value or kind is None or kind.pattern.fullmatch(value) else kind.sentence


def _is_storable(text: str) -> bool:
    """Say whether a text is one: JSON can hold a NUL, and half of a character."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def _shown(name: str) -> str:
    """Return the name of a field as an answer can hold it, however it was sent."""
    return name[:60].encode(errors="replace").decode()
