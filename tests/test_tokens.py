"""Access tokens: made in the account, shown once, kept as a digest, withdrawn."""

import hashlib
import re

import pytest
from django.contrib import admin
from django.urls import reverse

from portal.ground.models import AccessToken, AuditEntry
from portal.ground.tokens import MAX_LIVE, make_token
from tests.api import token_for

PAGE = "/accounts/tokens/"


@pytest.fixture
def mine(cast, client_of):
    return client_of(cast.viewer)


def form(client, **changes):
    key = client.get(PAGE).context["form"].initial["submission_key"]
    return {"label": "Accounting", "scope": "write", "submission_key": str(key), **changes}


def secret_in(page) -> str:
    found = re.search(r"portal_[-\w]+", page.content.decode())
    return found[0] if found else ""


def test_a_token_is_shown_once_and_kept_as_its_digest(cast, mine):
    page = mine.post(PAGE, form(mine))
    secret, row = secret_in(page), AccessToken.objects.get()
    assert len(secret) == 50
    assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert row.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert (row.user, row.label, row.scope, row.last_used_on) == (cast.viewer, "Accounting", "write", None)
    assert secret_in(mine.get(PAGE)) == ""
    assert mine.get("/api/v1/expenses/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_the_form_sent_twice_makes_one_token(mine):
    sent = form(mine)
    mine.post(PAGE, sent)
    again = mine.post(PAGE, sent, follow=True)
    assert secret_in(again) == ""
    assert "was made already and shown once" in again.content.decode()
    assert AccessToken.objects.count() == 1


def test_what_cannot_be_a_token_is_told(mine):
    errors = mine.post(PAGE, form(mine, label="a\0b" * 40, scope="all")).context["form"].errors
    assert sorted(errors) == ["label", "scope"]
    assert AccessToken.objects.count() == 0


def test_nobody_keeps_more_than_some(cast, mine):
    for _ in range(MAX_LIVE):
        token_for(cast.viewer)
    page = mine.post(PAGE, form(mine))
    assert page.context["form"].non_field_errors() == [
        f"At most {MAX_LIVE} tokens are in use at once: withdraw one first."
    ]


def test_a_token_is_withdrawn_by_its_owner_alone(cast, mine, client_of):
    row, _secret = make_token(cast.viewer, label="Old", scope="read", actor=cast.viewer)
    address = reverse("token_withdraw", args=[row.pk])
    assert client_of(cast.administrator).post(address).status_code == 404
    assert mine.get(address).status_code == 200
    assert AccessToken.objects.get().withdrawn_at is None
    assert [mine.post(address).status_code for _ in range(2)] == [302, 302]
    row.refresh_from_db()
    assert row.withdrawn_at is not None
    assert "Old" not in mine.get(PAGE).content.decode().partition("tokens-heading")[2]
    verbs = AuditEntry.objects.about(row).values_list("verb", flat=True)
    assert list(verbs) == ["withdraw", "create"]


def test_the_digest_stands_in_no_history_and_in_no_page(cast, client_of):
    row, _secret = make_token(cast.viewer, label="Accounting", scope="read", actor=cast.viewer)
    assert row.secret_sha256 not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    boss = client_of(cast.administrator)
    for name, args in [("changelist", []), ("change", [row.pk]), ("history", [row.pk])]:
        page = boss.get(reverse(f"admin:portal_accesstoken_{name}", args=args)).content.decode()
        assert "Accounting" in page
        assert row.secret_sha256 not in page
    assert not hasattr(admin.site.get_model_admin(AccessToken), "resource_class")
    assert boss.post(reverse("admin:portal_accesstoken_change", args=[row.pk]), {}).status_code == 403
    assert boss.post(reverse("admin:portal_accesstoken_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_who_works_in_the_administration_sets_up_the_second_factor_first(cast, client_of):
    cast.administrator.is_demonstration = False
    cast.administrator.save()
    boss = client_of(cast.administrator)
    for page in (boss.get(PAGE), boss.post(PAGE, {"label": "x", "scope": "read"})):
        assert (page.status_code, page.url) == (302, reverse("mfa_index"))
    assert AccessToken.objects.count() == 0
