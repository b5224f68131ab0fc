"""Signing in: rate limits, the second factor of staff, the language, and what the browser is told."""

import os
import re
import subprocess
import sys

import pytest
from django.test import Client

from portal.ground.models import AuditEntry, User
from tests.cast import PASSWORD

LOGIN = "/accounts/login/"


def test_sign_up_is_closed(client, db):
    assert client.post(
        "/accounts/signup/", {"username": "x", "password1": "a-long-one", "password2": "a-long-one"}
    ).status_code in {200, 404}
    assert User.objects.count() == 0


def test_the_right_password_opens_the_overview(cast, client):
    response = client.post(LOGIN, {"login": "viewer", "password": PASSWORD})
    assert (response.status_code, response.url) == (302, "/")


@pytest.mark.parametrize("login", ["viewer", "nobody", "a\0b", "x" * 5000, "'; DROP TABLE"])
def test_a_wrong_sign_in_is_a_sentence(cast, client, login):
    response = client.post(LOGIN, {"login": login, "password": "wrong"})
    assert response.status_code in {200, 400}
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
    for _ in range(5):
        client.post(LOGIN, {"login": "viewer", "password": "wrong"})
    response = client.post(LOGIN, {"login": "viewer", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert response.status_code in {200, 429}


def test_staff_without_a_second_factor_sets_one_up_first(cast, client_of):
    User.objects.filter(pk=cast.administrator.pk).update(is_demonstration=False)
    client = client_of(cast.administrator)
    response = client.get("/admin/")
    assert (response.status_code, response.url) == (302, "/accounts/2fa/")
    assert client.get("/accounts/2fa/").status_code == 200
    User.objects.filter(pk=cast.administrator.pk).update(is_demonstration=True)
    assert client.get("/admin/").status_code == 200


def test_the_language_is_kept_in_cookie_and_account_and_audited(cast, client_of):
    client = client_of(cast.viewer)
    response = client.post("/language/", {"language": "ar", "next": "/activities/"})
    assert (response.status_code, response.url) == (302, "/activities/")
    assert response.cookies["django_language"].value == "ar"
    assert User.objects.get(pk=cast.viewer.pk).language == "ar"
    assert AuditEntry.objects.get(target_type="portal.user").changes == {"language": ["en", "ar"]}
    elsewhere = client_of(cast.viewer).get("/").content.decode()
    assert re.search(r'<html lang="ar" dir="rtl">', elsewhere)


@pytest.mark.parametrize(
    ("sent", "url"),
    [
        ({"language": "xx", "next": "/"}, "/"),
        ({"language": "nl", "next": "https://elsewhere.example/"}, "/"),
        ({"language": "nl", "next": "//elsewhere.example/"}, "/"),
        ({}, "/"),
    ],
)
def test_a_forged_language_form_leads_nowhere(db, client, sent, url):
    response = client.post("/language/", sent)
    assert (response.status_code, response.url) == (302, url)


def test_a_change_of_password_is_audited_without_it(cast, client_of):
    client = client_of(cast.viewer)
    new = "another-long-one-2026"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", sent).status_code == 302
    entry = AuditEntry.objects.get(target_type="portal.user")
    assert entry.changes == {"security": [None, "password_changed"]}


def test_the_policy_lets_nothing_in_from_elsewhere(db, client):
    first, second = client.get(LOGIN), client.get(LOGIN)
    policy = first["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    assert f'nonce="{nonce}"' in first.content.decode()
    assert nonce not in second["Content-Security-Policy"]
    assert {part.strip().split(" ")[0]: part.strip().split(" ")[1:] for part in policy.split(";")} == {
        "default-src": ["'none'"],
        "script-src": ["'self'", f"'nonce-{nonce}'"],
        "style-src": ["'self'", f"'nonce-{nonce}'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
    assert (first["X-Content-Type-Options"], first["Referrer-Policy"]) == ("nosniff", "same-origin")


@pytest.mark.parametrize(
    "address", ["/?q=%00", "/activities/?q=a%00b", "/activities/?status=%00", "/accounts/login/?next=%00"]
)
def test_a_nul_in_an_address_is_refused(db, client, address):
    assert client.get(address).status_code == 400


def settings_of(**environment: str) -> subprocess.CompletedProcess:
    """Load the settings in a process of its own and print those that guard cookies and transport."""
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "DEBUG"]
    code = f"from portal import settings as s; print([getattr(s, n, None) for n in {names}])"
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | environment, capture_output=True, text=True, check=False
    )


def test_production_guards_cookies_and_needs_a_key():
    ready = settings_of(PORTAL_ENVIRONMENT="production", SECRET_KEY="long-and-random", ALLOWED_HOSTS="portal.example")
    assert ready.stdout.strip() == "[True, True, True, True, False]"
    without = settings_of(PORTAL_ENVIRONMENT="production")
    assert without.returncode == 1
    assert "Set SECRET_KEY" in without.stderr
    misspelt = settings_of(PORTAL_ENVIRONMENT="prod")
    assert "PORTAL_ENVIRONMENT is either demonstration or production." in misspelt.stderr


def test_health(db):
    assert Client().get("/health/").json() == {"status": "ok"}
