"""Who is signed in: every page asks for the session and the account, so both are found by queries compiled once."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from portal.ground.compiled import compiled_once
from portal.ground.models import User
from portal.ground.plain import plain


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        # A cookie may hold a NUL, which PostgreSQL cannot be asked for.
        known = self.session_key and "\0" not in self.session_key
        for session in _sessions(key=self.session_key, now=timezone.now()) if known else ():
            return session
        self._session_key = None
        return None


@compiled_once
def _sessions(*, key: str, now: dt.datetime) -> QuerySet[Session]:
    return plain(Session).filter(session_key=key, expire_date__gt=now)


class AccountBackend(ModelBackend):
    """Django's own way to sign in by name and password."""

    def get_user(self, user_id: int) -> User | None:
        """Return the account of a session, unless it may not sign in any more."""
        for user in _accounts(pk=user_id):
            return user if self.user_can_authenticate(user) else None
        return None


@compiled_once
def _accounts(*, pk: int) -> QuerySet[User]:
    return plain(User).filter(pk=pk)
