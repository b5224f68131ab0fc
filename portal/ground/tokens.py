"""Personal access tokens: with one, a program asks and writes in its owner's name, as far as its scope reaches."""

from __future__ import annotations

import hashlib
import secrets
import uuid

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.ground import audit
from portal.ground.accounts import lacks_second_factor
from portal.ground.models import AccessToken, AuditEntry, User
from portal.ground.once import once

# A prefix that a scanner for leaked keys can look for.
PREFIX = "portal_"
MAX_LIVE = 20


@transaction.atomic
def make_token(user: User, *, label: str, scope: str, actor: User) -> tuple[AccessToken, str]:
    """Make a token of a person; returns it and its secret, which nobody can read again. Raises ValidationError."""
    User.objects.select_for_update().get(pk=user.pk)
    if live_tokens(user).count() >= MAX_LIVE:
        sentence = _("At most %(count)s tokens are in use at once: withdraw one first.")
        raise ValidationError(sentence % {"count": MAX_LIVE})
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    row = AccessToken.objects.create(user=user, label=label, scope=scope, secret_sha256=_hash(secret))
    audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, parent=user, changes=audit.snapshot(row))
    return row, secret


def make_token_once(user: User, *, label: str, scope: str, key: uuid.UUID) -> str:
    """Make a token of a person for themselves and return its secret; empty where the same form made it before.

    Raises ValidationError, as `make_token` does.
    """
    secret = ""

    def make() -> AccessToken:
        nonlocal secret
        row, secret = make_token(user, label=label, scope=scope, actor=user)
        return row

    _row, is_new = once(key, make, actor=user, rows=AccessToken.objects.filter(user=user))
    return secret if is_new else ""


@transaction.atomic
def withdraw_token(token: AccessToken, *, actor: User) -> None:
    """Withdraw a token for good. Twice is once."""
    row = AccessToken.objects.select_for_update().get(pk=token.pk)
    if row.withdrawn_at:
        return
    row.withdrawn_at = timezone.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record(row, actor=actor, verb=AuditEntry.Verb.WITHDRAW, parent=row.user)


def live_tokens(user: User) -> models.QuerySet[AccessToken]:
    """Return the tokens of a person that are not withdrawn."""
    return AccessToken.objects.filter(user=user, withdrawn_at__isnull=True)


def token_of(secret: str) -> AccessToken | None:
    """Return the token in use that a secret opens; none for an owner who may not sign in either."""
    if not secret.startswith(PREFIX):
        return None
    found = AccessToken.objects.filter(secret_sha256=_hash(secret), withdrawn_at__isnull=True, user__is_active=True)
    row = found.select_related("user").first()
    return row if row and not lacks_second_factor(row.user) else None


def note_use(token: AccessToken) -> None:
    """Keep the day of the last use: one write a day, the only one that reading through the API leaves."""
    today = timezone.localdate()
    if token.last_used_on != today:
        AccessToken.objects.filter(pk=token.pk).update(last_used_on=today)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
