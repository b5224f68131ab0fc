"""The accounts of the demonstration."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from partnerships.models import Membership, Partnership
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.demonstration import PASSWORD, texts

SINCE = dt.date(2022, 1, 1)


class DemonstrationError(Exception):
    """Why the demonstration cannot be loaded, in a sentence."""


def make_accounts() -> dict[str, User]:
    """Make the accounts with their roles and return them by name. Raises DemonstrationError."""
    # Hashing is slow on purpose; a password that everybody knows needs it once.
    password = make_password(PASSWORD)
    return {row["username"]: _make(row, password) for row in texts.read("accounts")}


def _make(row: dict, password: str) -> User:
    name, administrator = row["username"], row.get("is_administrator", False)
    if User.objects.filter(username=name).exists():
        raise DemonstrationError(f"An account called {name} exists already: the demonstration needs that name.")
    user = User.objects.create(
        username=name,
        password=password,
        language=row["language"],
        is_demonstration=True,
        is_staff=administrator,
        is_superuser=administrator,
    )
    audit.record(user, actor=None, verb=AuditEntry.Verb.CREATE)
    for partnership, held in row.get("memberships", {}).items():
        membership = Membership.objects.create(
            user=user, partnership=Partnership.objects.get(slug=partnership), starts_on=SINCE, **held
        )
        audit.record(
            membership,
            actor=None,
            verb=AuditEntry.Verb.CREATE,
            parent=membership.partnership,
            changes=audit.snapshot(membership),
        )
    return user
