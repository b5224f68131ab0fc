"""Who may do what in a partnership. Every view, form, import and command asks here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.models import Membership, Partnership, Programme, ProgrammeYear, Role
from partnerships.models.partnership import MembershipQuerySet, PartnershipQuerySet, ScopedQuerySet
from portal.ground.compiled import asked_together, compiled_once
from portal.ground.lists import NAMES, labelled
from portal.ground.models import User
from portal.ground.plain import plain


def role_in(user: User, partnership: Partnership) -> Role | None:
    """Return the highest role that `user` holds now in the partnership; an administrator is an officer in all."""
    if not user.is_authenticated:
        return None
    if user.is_superuser:
        return Role.OFFICER
    return _highest(memberships_of(user=user.pk, on=timezone.localdate()), partnership)


def _highest(held: Iterable[Membership], partnership: Partnership) -> Role | None:
    roles = [Role(row.role) for row in held if row.partnership_id == partnership.pk]
    return max(roles, key=list(Role).index, default=None)


# As the database takes them (partnerships_year_plausible).
YEARS = range(1990, 2101)


def year_for(request: HttpRequest, slug: str, year: int) -> tuple[ProgrammeYear, Role, list[Membership]]:
    """Return a year of a programme, the reader's role in its partnership, and all that the reader may do today.

    Http404 where there is no such year, or no role. What the frame of the page is going to ask is asked along.
    """
    # A compiled query asks the database also for what no column of it could hold.
    if year not in YEARS:
        raise Http404
    return _with_role(request, _years_named, {"slug": slug, "year": year}, lambda row: row.programme.partnership)


def programme_for(request: HttpRequest, slug: str) -> tuple[Programme, Role]:
    """Return a programme and the reader's role in its partnership.

    Http404 where there is no such programme, or no role. What the frame of the page is going to ask is asked along.
    """
    row, role, _held = _with_role(request, _programmes_named, {"slug": slug}, lambda row: row.partnership)
    return row, role


def _with_role(
    request: HttpRequest, query: compiled_once, named: dict[str, Any], home: Callable[[Any], Partnership]
) -> tuple[Any, Role, list[Membership]]:
    """Return the one row of a query, the reader's role in its `home`, and all that the reader may do; else Http404."""
    user: User = request.user  # type: ignore[assignment]  # its page asks who reads
    of_reader = {"user": user.pk, "on": timezone.localdate()}
    own = None if user.is_superuser else _own_named.of(of_reader)
    with asked_together([memberships_of.of(of_reader), query.of(named), own]):
        held, rows = memberships_of(**of_reader), query(**named)
        partnership_choices(request)
    for row in rows:
        role = Role.OFFICER if user.is_superuser else _highest(held, home(row))
        if role:
            return row, role, held
    raise Http404


@compiled_once
def _programmes_named(*, slug: str) -> QuerySet[Programme]:
    return plain(Programme).filter(slug=slug).select_related("partnership")


@compiled_once
def _years_named(*, slug: str, year: int) -> QuerySet[ProgrammeYear]:
    return plain(ProgrammeYear).filter(programme__slug=slug, year=year).select_related("programme__partnership")


@compiled_once
def memberships_of(*, user: int, on: dt.date) -> QuerySet[Membership]:
    """Return what a user may do on a day, in which partnership."""
    return MembershipQuerySet(Membership).filter(user=user).active(on).order_by("pk")


def may(user: User, role: Role, partnership: Partnership) -> tuple[bool, str]:
    """Return whether `user` may do what `role` may in the partnership, and else the reason for people."""
    held = role_in(user, partnership)
    if held and held.includes(role):
        return True, ""
    reasons = {
        Role.VIEWER: _("You have no role in this partnership."),
        Role.COORDINATOR: _("You may read this partnership. Only its coordinators and officers may change it."),
        Role.OFFICER: _("Only an officer of this partnership may do this."),
    }
    return False, reasons[role]


def require(user: User, role: Role, partnership: Partnership) -> None:
    """Raise PermissionDenied, with the reason, unless `user` may do what `role` may in the partnership."""
    allowed, reason = may(user, role, partnership)
    if not allowed:
        raise PermissionDenied(reason)


def may_report(user: User, year: ProgrammeYear) -> tuple[bool, str]:
    """Return whether `user` may write the report of a year now, and else the reason for people.

    What is submitted is read by the officers, who may mend it; what is validated is frozen. The log goes on.
    """
    allowed, reason = may(user, Role.COORDINATOR, year.programme.partnership)
    if not allowed:
        return False, reason
    state, of = ProgrammeYear.State(year.state), {"year": year.year}
    if state == ProgrammeYear.State.LOCKED:
        return False, _("The year %(year)s is locked: an officer can open it again.") % of
    if state == ProgrammeYear.State.VALIDATED:
        return False, _("The report of %(year)s is validated: an officer can open the year again.") % of
    if state == ProgrammeYear.State.SUBMITTED and not may(user, Role.OFFICER, year.programme.partnership)[0]:
        return False, _("The report of %(year)s is submitted: its officers read it, and can return it to you.") % of
    return True, ""


def partnerships_of(user: User, role: Role) -> QuerySet[Partnership]:
    """Return the partnerships in which `user` may now do what `role` may."""
    if user.is_superuser:
        return Partnership.objects.all()
    enough = [held.value for held in Role if held.includes(role)]
    held = Membership.objects.filter(user=user, role__in=enough).active(timezone.localdate())
    return Partnership.objects.filter(pk__in=list(held.values_list("partnership", flat=True)))


def path_of(model: type[Model]) -> str:
    """Return the lookup that leads from a row to its partnership; empty where partnerships share the list."""
    rows = model._default_manager.all()
    return rows.partnership_path if isinstance(rows, ScopedQuerySet) else ""


def partnership_id_of(row: Model, path: str = "") -> int | None:
    """Return the number of the partnership that a row belongs to; None where it has none, or not yet."""
    path = path or path_of(type(row))
    if not path:
        return None
    *way, last = path.split("__")
    try:
        for name in way:
            row = getattr(row, name)
    except ObjectDoesNotExist:
        return None
    if row is None:
        return None
    return row.pk if last == "pk" else getattr(row, f"{last}_id", None)


def partnership_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the reader's partnerships as (number, name), asked once in a request: the frame shows them too."""
    kept = vars(request)
    if "partnership_choices" not in kept:
        user = request.user
        found = _all_named() if user.is_superuser else _own_named(user=user.pk, on=timezone.localdate())
        kept["partnership_choices"] = labelled(found)
    return kept["partnership_choices"]


@compiled_once
def _all_named() -> QuerySet:
    return PartnershipQuerySet(Partnership).values_list("pk", *NAMES)


@compiled_once
def _own_named(*, user: int, on: dt.date) -> QuerySet:
    own = memberships_of.rows(user=user, on=on).order_by()
    return PartnershipQuerySet(Partnership).filter(pk__in=own.values("partnership")).values_list("pk", *NAMES)
