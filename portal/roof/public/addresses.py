"""Addresses of the public pages. Each carries its language, so that it can be passed on, kept and found."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

CODES = [code for code, _name in settings.LANGUAGES]
_WITH_LANGUAGE = re.compile(rf"/({'|'.join(CODES)})(?:/|$)")
_WITHOUT = {"/robots.txt", "/sitemap.xml"}


class LanguageConverter:
    """A language of the portal, in an address."""

    regex = "|".join(CODES)

    def to_python(self, value: str) -> str:
        """Return the code of the language."""
        return value

    def to_url(self, value: str) -> str:
        """Return the part of the address."""
        return value


def language_of(path: str) -> str:
    """Return the language that an address names; empty where it names none."""
    found = _WITH_LANGUAGE.match(path)
    return found[1] if found else ""


def is_public(path: str) -> bool:
    """Say whether an address is one of the public pages, or would be."""
    return bool(language_of(path)) or path in _WITHOUT


def address(name: str, *arguments: Any, language: str = "") -> str:
    """Return the path of a public page, in the active language unless another is given."""
    return reverse(f"public:{name}", args=[language or get_language(), *arguments])


def absolute(path: str) -> str:
    """Return a whole address. The portal knows its own: what a visitor claims it to be called must not be passed on."""
    return settings.PORTAL_URL.rstrip("/") + path


def in_languages(path: str) -> list[dict[str, str]]:
    """Return a public page in each language: code, name of the language, path and whole address."""
    rest = path[len(language_of(path)) + 1 :]
    return [
        {"code": code, "name": str(name), "path": f"/{code}{rest}", "url": absolute(f"/{code}{rest}")}
        for code, name in settings.LANGUAGES
    ]
