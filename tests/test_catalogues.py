"""The catalogues are whole: every text of the source in Dutch, French and Arabic, and none besides."""

from __future__ import annotations

import re
import shutil

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils import translation

pytestmark = pytest.mark.once
TRANSLATED = ["nl", "fr", "ar"]
ROOMS = ["portal", "partnerships", "beneficiaries", "activities", "templates"]
# Formats, codes and proper names are written alike in every language.
ALIKE = {"CSV", "EUR", "Excel", "JavaScript", "JPEG", "JSON", "MAD", "Pango", "PDF", "PNG", "SHA", "WebP", "XLSX"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def catalogue(code: str) -> Catalog:
    """Read one of the portal's catalogues."""
    path = settings.LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.po"
    with path.open("rb") as source:
        return read_po(source, locale=code)


def sentences(message: Message) -> list[tuple[str, str, bool]]:
    """Return (source, translation, whether it may leave the number out) for each form of a message."""
    if not message.pluralizable:
        return [(message.id, message.string, False)]
    one, many = message.id
    exact = 3 if len(message.string) == 6 else 0  # Arabic has words of its own for none, one and two
    return [(many if form else one, text, form < exact) for form, text in enumerate(message.string)]


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalogues_are_whole(code):
    texts = catalogue(code)
    assert not texts.fuzzy
    assert not texts.obsolete
    assert texts.num_plurals == {"nl": 2, "fr": 2, "ar": 6}[code]
    wrong = []
    for message in texts:
        for source, text, may_omit in sentences(message) if message.id else []:
            placeholders, wanted = sorted(PLACEHOLDER.findall(text)), sorted(PLACEHOLDER.findall(source))
            kept = placeholders == wanted or (may_omit and set(placeholders) <= set(wanted))
            spaced = "  " not in text and text == text.strip()
            if message.fuzzy or not text or not kept or not spaced:
                wrong.append(source)
    assert wrong == []


def test_arabic_is_written_in_arabic():
    found = []
    for message in catalogue("ar"):
        for _source, text, _may_omit in sentences(message) if message.id else []:
            bare = re.sub(r"@/\./\+/-/_", "", PLACEHOLDER.sub("", text))
            if set(re.findall(r"[A-Za-z]{2,}", bare)) - ALIKE - {"QR"} or re.search(r"[٠-٩,;?](?!\d)", bare):
                found.append(text)
    assert found == []


@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_the_choices_of_a_field_differ(code):
    alike = []
    with translation.override(code):
        for model in apps.get_models():
            for field in model._meta.concrete_fields:
                labels = [str(label).casefold() for _key, label in field.flatchoices]
                if len(labels) != len(set(labels)):
                    alike.append(f"{model.__name__}.{field.name}: {labels}")
    assert alike == []


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed: `make messages` needs it too")
def test_catalogues_hold_the_texts_of_the_source(tmp_path, monkeypatch, settings):
    for room in ROOMS:
        shutil.copytree(settings.BASE_DIR / room, tmp_path / room, ignore=shutil.ignore_patterns("locale", "*.pyc"))
    written = {code: {(message.context, message.id) for message in catalogue(code)} for code in TRANSLATED}
    monkeypatch.chdir(tmp_path)
    settings.LOCALE_PATHS = [tmp_path / "portal" / "locale"]
    (tmp_path / "portal" / "locale" / "nl").mkdir(parents=True)
    call_command("makemessages", locale=["nl"], no_location=True, verbosity=0)
    asked = {(message.context, message.id) for message in catalogue("nl")}
    for code, known in written.items():
        assert asked - known == set(), f"{code} lacks texts: run `make messages` and translate them"
        assert known - asked == set(), f"{code} holds texts that nobody asks for: run `make messages`"


def test_one_word_stands_for_what_was_paid():
    texts = [text for message in catalogue("nl") for text, _translation, _is_plural in sentences(message)]
    assert [text for text in texts if "expenditure" in text.casefold()] == []
