"""Accounts: whose time is over, and forgetting whose one was."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from beneficiaries.services.erasing import Erased
from partnerships.models import Membership
from partnerships.services.memberships import end_memberships
from portal.ground import audit
from portal.ground.accounts import erase_identity
from portal.ground.models import AuditEntry, User


def may_erase_account(user: User, actor: User) -> tuple[bool, str]:
    """Return whether somebody may forget whose account it is, and else the reason."""
    if not actor.is_superuser:
        return False, _("Only an administrator erases an account.")
    if user.pk == actor.pk:
        return False, _("Another administrator erases your account.")
    return True, ""


@transaction.atomic
def erase_account(user: User, *, actor: User | None, on: dt.date) -> Erased:
    """Forget whose account it is and end what it may do; sent twice it is done once.

    `actor` is an administrator, or None for the server. Raises PermissionDenied, and ValidationError for the last
    administrator.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if actor is not None:
        allowed, reason = may_erase_account(held, actor)
        if not allowed:
            raise PermissionDenied(reason)
    if held.erased_on is not None:
        return Erased()
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=held.pk)
    if held.is_superuser and held.is_active and not others.exists():
        raise ValidationError(_("This is the last administrator: name another one first."))
    told = end_memberships(held, on=on)
    entries = audit.empty(told, at=timezone.now()) + erase_identity(held, on=on)
    audit.record(held, actor=actor, verb=AuditEntry.Verb.ERASE)
    return Erased(1, entries)


def accounts_at_rest(before: dt.date) -> models.QuerySet[User]:
    """Return the accounts without a role since a day, that did not sign in since either; administrators stay."""
    roles = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=before), user=OuterRef("pk"))
    seen = Q(last_login__date__gte=before) | Q(last_login__isnull=True, date_joined__date__gte=before)
    rows = User.objects.filter(erased_on__isnull=True, is_superuser=False, is_demonstration=False)
    return rows.exclude(seen).exclude(Exists(roles)).order_by("pk")
