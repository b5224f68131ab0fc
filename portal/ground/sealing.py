"""Texts that are kept sealed: encrypted in the database, with keys that only the environment knows."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _


class SealingError(Exception):
    """A text cannot be sealed or opened; the message says why, for people, and nothing of the text."""


def has_keys() -> bool:
    """Say whether the environment gives a key: without one no confidential text is taken."""
    return bool(settings.NOTE_KEYS)


def seal(text: str) -> str:
    """Return a text sealed with the first key. Raises SealingError."""
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return the text that was sealed with any of the keys. Raises SealingError."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except (InvalidToken, UnicodeError):
        raise SealingError(_("This text cannot be opened: its key is not among those of this server.")) from None


def reseal(sealed: str) -> str:
    """Return a sealed text sealed anew with the first key. Raises SealingError."""
    return seal(unseal(sealed))


def _keys() -> MultiFernet:
    try:
        keys = [Fernet(key) for key in settings.NOTE_KEYS]
    except ValueError:
        raise SealingError(_("A key for confidential notes is not a key: make one as the README says.")) from None
    if not keys:
        raise SealingError(_("This server has no key for confidential notes: its administrator can give it one."))
    return MultiFernet(keys)
