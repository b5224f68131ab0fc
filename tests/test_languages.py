"""Every word that a person meets stands in Dutch, French and Arabic, and the catalogues are whole."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from html.parser import HTMLParser

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.translation.trans_real import CONTEXT_SEPARATOR, DjangoTranslation

from tests.cast import PASSWORD, Cast, make_entry, make_expense, make_grant, make_transfer
from tests.log_form import expense, filled
from tests.public_site import public_walk
from tests.results_walk import results_walk
from tests.trails_walk import trails_walk

TRANSLATED = ["nl", "fr", "ar"]
# Formats, codes and proper names are written alike in every language.
ALIKE = {
    "CSV",
    "DOCX",
    "EUR",
    "Excel",
    "JavaScript",
    "JPEG",
    "JSON",
    "MAD",
    "Pango",
    "PDF",
    "PNG",
    "SHA",
    "WebP",
    "XLSX",
}
# Django Allauth gives the field of a key's name no label, so that Django makes one of the field's own name.
UNLABELLED = {"Name"}
# Pages of a programme's money, by room.
MONEY_PAGES = {
    "partnerships": ["programme_money", "money_path", "grant_create", "transfer_create"],
    "activities": ["budget", "budget_create"],
}


@pytest.fixture
def unheard(monkeypatch) -> set[str]:
    """The texts that were asked for while the active language had no word of its own for them.

    Django would answer with the default language, Dutch, so that a page in Arabic seems translated.
    """
    missing: set[str] = set()
    plain, plural = DjangoTranslation.gettext, DjangoTranslation.ngettext

    def note(catalogue: DjangoTranslation, text: str) -> None:
        keys = [text, *((text, form) for form in range(6))]
        if catalogue.language() in TRANSLATED and not any(key in catalogue._catalog for key in keys):
            missing.add(text.replace(CONTEXT_SEPARATOR, ": "))

    def gettext(self: DjangoTranslation, message: str) -> str:
        note(self, message)
        return plain(self, message)

    def ngettext(self: DjangoTranslation, singular: str, many: str, number: int) -> str:
        note(self, singular)
        return plural(self, singular, many, number)

    monkeypatch.setattr(DjangoTranslation, "gettext", gettext)
    monkeypatch.setattr(DjangoTranslation, "ngettext", ngettext)
    return missing


class Spoken(HTMLParser):
    """What a page says, in text and in the attributes that are shown or read out."""

    ATTRIBUTES = {"alt", "aria-label", "data-label", "placeholder", "title"}
    SILENT = {"script", "style"}

    def __init__(self, page: str):
        super().__init__()
        self.texts: list[str] = []
        self.tag = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tag = tag
        self.texts += [value for name, value in attrs if name in self.ATTRIBUTES and value]

    def handle_data(self, data):
        if self.tag not in self.SILENT and data.strip():
            self.texts.append(data.strip())


def written_by_people() -> list[str]:
    """Return the texts of the database, longest first: they stay in their writer's language."""
    texts = {name for _code, name in settings.LANGUAGES}
    for model in apps.get_models():
        fields = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        ]
        for row in model._base_manager.values_list(*fields) if fields else []:
            texts |= {value for value in row if isinstance(value, str) and len(value) > 1}
    return sorted(texts, key=len, reverse=True)


def latin_texts(page: str, known: list[str]) -> set[str]:
    """Return the texts of an Arabic page that hold a word in Latin letters which nobody wrote."""
    found = set()
    for text in Spoken(page).texts:
        rest = re.sub(r"\b[A-Z2-7]{26,}\b", " ", text)  # the secret of an authenticator app
        for words in known:
            rest = rest.replace(words, " ")
        if set(re.findall(r"[^\W\d_؀-ۿ]{3,}", rest)) - ALIKE - UNLABELLED:
            found.add(text)
    return found


def visit(client: Client, path: str, status: int = 200, data: dict | None = None) -> HttpResponse:
    """Ask for a page, or send a form to it, and insist on the answer's status."""
    translation.activate("en")  # a server's worker may have answered somebody in another language before
    response = client.get(path) if data is None else client.post(path, data)
    assert response.status_code == status, f"{path}: {response.status_code}"
    return response


def outside(cast: Cast, client: Client) -> Iterator[HttpResponse]:
    """Walk through the pages of who is not signed in, is lost, or may not."""
    login, reset = reverse("account_login"), reverse("account_reset_password")
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    yield visit(client, login)
    yield visit(client, login, data={"login": "viewer", "password": "wrong"})
    yield visit(client, login, data={"login": "", "password": ""})
    yield visit(client, reset)
    yield visit(client, reset, data={"email": "x"})
    yield visit(client, reverse("account_reset_password_done"))
    yield visit(client, "/no-such-page/", 404)
    yield visit(client, "/?q=%00", 400)
    client.force_login(cast.stranger)
    yield visit(client, reverse("dashboard"))
    yield visit(client, reverse("partnerships:list"))
    yield visit(client, reverse("activities:list"))
    client.force_login(cast.viewer)
    yield visit(client, reverse("activities:create"), 403)
    yield visit(client, reverse("activities:detail", args=[cast.jette.partner.pk]))


def reading(cast: Cast, client: Client) -> Iterator[HttpResponse]:
    """Walk through what a coordinator reads."""
    bond = cast.gillis
    make_entry(bond.partner, cast.coordinator_south)
    yield visit(client, reverse("dashboard"))
    yield visit(client, reverse("partnerships:list"))
    yield visit(client, reverse("partnerships:detail", args=[bond.partnership.slug]))
    yield visit(client, reverse("partnerships:programme_detail", args=[bond.programme.slug]))
    yield visit(client, reverse("partnerships:year_detail", args=[bond.programme.slug, 2024]))
    yield visit(client, reverse("partnerships:organisation_list"))
    yield visit(client, reverse("partnerships:organisation_list") + "?q=12345")
    yield visit(client, reverse("activities:list"))
    yield visit(client, reverse("activities:list") + "?q=12345&status=00")
    yield visit(client, reverse("activities:detail", args=[bond.partner.pk]))
    yield visit(client, reverse("activities:detail", args=[cast.jette.partner.pk]), 404)
    yield visit(client, reverse("reports:window", args=[bond.partnership.slug]))


def writing(cast: Cast, client: Client) -> Iterator[HttpResponse]:
    """Walk through the forms of a coordinator and the mistakes that they know."""
    activity, author, log = cast.gillis.partner, cast.coordinator_south, reverse("activities:log_create")
    entry = make_entry(activity, author)
    yield visit(client, f"{log}?activity={activity.pk}")
    wrong = {"starts_on": "2031-05-14", "ends_on": "2024-05-01", "text": "", "language": "00", "products": ["00"]}
    bill = expense(cast.federal, amount="000,0,0", rate="-", currency="MAD", spent_on="00", description="")
    yield visit(client, log, data=filled(activity, author, **wrong, **bill))
    yield visit(client, log, data=filled(activity, author, starts_on="1899-01-01", text="\x07"))
    yield visit(client, log, data=filled(activity, author, starts_on="2019-01-01"))
    yield visit(client, log, data=filled(activity, author, **expense(cast.federal, amount="-1")))
    yield visit(client, log, data=filled(cast.gillis.home, author, **expense(cast.federal)))
    yield visit(client, log, data=filled(cast.jette.partner, author))
    yield visit(client, log, data=filled(activity, author, add="expense"))
    yield visit(client, reverse("activities:log_edit", args=[entry.pk]))
    yield visit(
        client, reverse("activities:log_edit", args=[entry.pk]), 409, filled(activity, author, version="0", text="2024")
    )
    withdraw = reverse("activities:log_withdraw", args=[entry.pk])
    yield visit(client, withdraw)
    yield visit(client, withdraw, data={"reason": ""})
    visit(client, withdraw, 302, {"reason": "2024"})
    yield visit(client, reverse("activities:detail", args=[activity.pk]))
    yield visit(client, reverse("activities:create"))
    yield visit(client, reverse("activities:create"), data={"starts_on": "00", "ends_on": "2019-01-01"})
    yield visit(client, reverse("activities:edit", args=[activity.pk]))


def officiating(cast: Cast, client: Client) -> Iterator[HttpResponse]:
    """Walk through an officer's pages of money, and the mistakes that they know."""
    programme, activity, source = cast.gillis.programme, cast.gillis.partner, cast.federal
    client.force_login(cast.officer)
    make_grant(programme, source)
    make_transfer(programme, source)
    paid = make_expense(activity, source=source)
    yield visit(client, reverse("dashboard"))
    yield visit(client, reverse("partnerships:money_overview"))
    yield visit(client, reverse("partnerships:money", args=[programme.partnership.slug]))
    for room, names in MONEY_PAGES.items():
        for name in names:
            yield visit(client, reverse(f"{room}:{name}", args=[programme.slug]))
    yield visit(client, reverse("reports:vouchers", args=[programme.partnership.slug]))
    yield visit(client, reverse("partnerships:grant_create", args=[programme.slug]), data={"amount": "-1"})
    yield visit(client, reverse("partnerships:transfer_create", args=[programme.slug]), data={"sent_amount": "0"})
    yield visit(client, reverse("activities:budget_create", args=[programme.slug]), data={"amount": "x"})
    yield visit(client, reverse("activities:expense_list") + "?decision=open")
    yield visit(client, reverse("activities:expense_detail", args=[paid.pk]))
    yield visit(client, reverse("activities:expense_create"))
    yield visit(client, reverse("activities:expense_correct", args=[paid.pk]), data={"amount": "0"})
    yield visit(client, reverse("activities:co_funding", args=[activity.pk]))
    yield visit(client, reverse("activities:import"))
    yield visit(client, reverse("activities:import"), data={})


def account(cast: Cast, client: Client) -> Iterator[HttpResponse]:
    """Walk through the pages of one's own account."""
    change, again = reverse("account_change_password"), reverse("account_reauthenticate")
    yield visit(client, change)
    yield visit(client, change, data={"oldpassword": "wrong", "password1": "12345", "password2": "123456"})
    yield visit(client, change, data={"oldpassword": PASSWORD, "password1": "password", "password2": "password"})
    yield visit(client, reverse("mfa_index"))
    yield visit(client, again)
    yield visit(client, again, data={"password": "wrong"})
    visit(client, again, 302, {"password": PASSWORD})
    yield visit(client, reverse("mfa_activate_totp"))
    yield visit(client, reverse("mfa_activate_totp"), data={"code": "000000"})
    yield visit(client, reverse("mfa_add_webauthn"))
    yield visit(client, reverse("mfa_list_webauthn"))
    yield visit(client, reverse("account_email"))
    yield visit(client, reverse("account_logout"))


results, trails, public = (partial(walk, visit=visit) for walk in (results_walk, trails_walk, public_walk))


@pytest.mark.once
@pytest.mark.parametrize("walk", [outside, reading, writing, officiating, results, trails, public, account])
@pytest.mark.parametrize("code", TRANSLATED)
def test_no_word_is_untranslated(cast, client_of, unheard, code, walk: Callable):
    client = client_of(cast.coordinator_south)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    head = f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}"'
    known: list[str] = []
    for answer in walk(cast, client):
        page, name = answer.content.decode(), f"{answer.request['REQUEST_METHOD']} {answer.request['PATH_INFO']}"
        assert head in page, name
        assert unheard == set(), name
        if code == "ar":
            known = known or written_by_people()
            assert latin_texts(page, known) == set(), name


@pytest.mark.once
@pytest.mark.parametrize("code", TRANSLATED)
def test_the_administration_has_no_untranslated_word(cast, client_of, unheard, code):
    client = client_of(cast.administrator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    row = cast.gillis.partner
    activity, user = "admin:activities_activity", "admin:portal_user"
    visit(client, reverse("admin:index"))
    visit(client, reverse(f"{activity}_changelist") + "?q=12345")
    visit(client, reverse(f"{activity}_changelist"), 200, {"action": "", "_selected_action": []})
    visit(client, reverse(f"{activity}_changelist"), data={"action": "delete_selected", "_selected_action": [row.pk]})
    for page, *args in [("changelist",), ("add",), ("change", row.pk), ("history", row.pk), ("delete", row.pk)]:
        visit(client, reverse(f"{activity}_{page}", args=args))
    for page in ["import", "export"]:
        visit(client, reverse(f"{activity}_{page}"))
        visit(client, reverse(f"{activity}_{page}"), data={})
    visit(client, reverse(f"{activity}_add"), data={})
    visit(client, reverse(f"{user}_add"), data={"username": "a b", "password1": "a", "password2": "b"})
    visit(client, reverse(f"{user}_change", args=[cast.viewer.pk]))
    with translation.override(code):
        # Django asks for the plural of a model's name that is translated already.
        names = {str(model._meta.verbose_name) for model in apps.get_models()}
    assert unheard - names == set()


def test_the_switch_is_remembered_by_browser_and_account(cast, client_of):
    client = client_of(cast.viewer)
    answer = client.post(reverse("set_language"), {"language": "ar", "next": "/partnerships/"})
    assert answer.headers["Location"] == "/partnerships/"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ar"
    assert '<html lang="ar" dir="rtl"' in client.get("/partnerships/").content.decode()
    elsewhere = client_of(cast.viewer)
    assert '<html lang="ar" dir="rtl"' in elsewhere.get("/partnerships/").content.decode()


@pytest.mark.parametrize("code", ["xx", "", "de", "../nl"])
def test_an_unknown_language_changes_nothing(cast, client_of, code):
    client = client_of(cast.viewer)
    client.post(reverse("set_language"), {"language": code, "next": "https://elsewhere.example/"})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    assert '<html lang="en"' in client.get("/partnerships/").content.decode()


DAY, MOMENT = dt.date(2026, 8, 3), dt.datetime(2026, 8, 3, 14, 7)  # noqa: DTZ001 - written as it is read


@pytest.mark.once
@pytest.mark.parametrize(
    ("code", "day", "short", "moment", "amount"),
    [
        ("nl", "3 augustus 2026", "03/08/2026", "03/08/2026 14:07", "1.234.567,50"),
        ("fr", "3 août 2026", "03/08/2026", "03/08/2026 14:07", "1\xa0234\xa0567,50"),
        ("en", "3 August 2026", "03/08/2026", "03/08/2026 14:07", "1,234,567.50"),
        ("ar", "3 غشت 2026", "03/08/2026", "03/08/2026 14:07", "1.234.567,50"),
    ],
)
def test_dates_and_numbers_read_as_their_readers_write_them(code, day, short, moment, amount):
    with translation.override(code):
        assert date_format(DAY) == day
        assert date_format(DAY, "SHORT_DATE_FORMAT") == short
        assert date_format(MOMENT, "SHORT_DATETIME_FORMAT") == moment
        assert number_format(Decimal("1234567.5"), decimal_pos=2, use_l10n=True, force_grouping=True) == amount
        assert forms.DateField().clean("03/08/2026") == DAY
        assert forms.DateField().clean("2026-08-03") == DAY
