"""The steps of the work, and what goes on after a programme or ends: phases, ideas, posts, calls, codes, closures."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.badges import Badge, badge
from activities.models import Status
from partnerships.models import (
    Call,
    ClosingBalance,
    Closure,
    Deliverable,
    Partnership,
    Phase,
    Post,
    Programme,
    ProgrammeCode,
    SubGrant,
)
from portal.ground.dates import format_date
from portal.ground.money import format_amount
from portal.ground.wording import Wording, joined, listed, translated
from portal.roof.overviews.parts import Item, Section, lines, section

_IDEAS = [Status.IDEA, Status.UNDER_STUDY]


def phases_of(partnership: Partnership, programme: Programme | None, *, may_write: bool) -> Section:
    """Return the phases, each with what it is to bring forth and what it did."""
    rows = partnership.phases.prefetch_related("deliverables", "products")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return section("phases", _("Phases"), [_phase(row, may_write=may_write) for row in rows.order_by("number")])


def _phase(row: Phase, *, may_write: bool) -> Item:
    deliverables = list(row.deliverables.all())
    told = [(_delivered(item), translated(item, "title")) for item in deliverables]
    if not deliverables:
        told = lines((_("Delivered"), Wording(listed(str(product) for product in row.products.all()))))
    return Item(
        translated(row, "title"),
        joined(_("phase %(number)s") % {"number": row.number}, row.span_text),
        translated(row, "text"),
        lines=told,
        anchor=f"phase-{row.pk}",
        actions=_ways(row, "phase", (_("Add a deliverable"), "deliverable_create")) if may_write else (),
        parts=_parts(deliverables, "deliverable_edit") if may_write else (),
    )


def _delivered(row: Deliverable) -> str:
    """Return how far a deliverable is, as the label beside its title."""
    if row.is_delivered:
        return _("Delivered, %(date)s") % {"date": row.date_text} if row.delivered_on else _("Delivered")
    return _("Due on %(date)s") % {"date": format_date(row.due_on)} if row.due_on else _("To be delivered")


def ideas_of(partnership: Partnership, programme: Programme | None) -> Section:
    """Return the pipeline: what the partners think of, or study, and have not decided."""
    rows = partnership.activities.filter(status__in=_IDEAS)
    if programme is not None:
        rows = rows.filter(Q(programme=programme) | Q(programme=None))
    items = [
        Item(
            translated(row, "title"),
            joined(row.get_kind_display(), row.span_text, row.get_initiated_by_display()),
            translated(row, "summary") or translated(row, "status_note"),
            reverse("activities:detail", args=[row.pk]),
            side=row.side,
            badge=badge(row.status),
        )
        for row in rows.order_by("status", "pk")
    ]
    return section("ideas", _("Ideas for later"), items)


def posts_of(partnership: Partnership, programme: Programme | None, *, may_write: bool) -> Section:
    """Return the posts that the programme pays, and who takes each over."""
    rows = partnership.posts.select_related("paid_by", "taken_over_by")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return section("posts", _("Posts"), [_post(row, may_write=may_write) for row in rows])


def _post(row: Post, *, may_write: bool) -> Item:
    taken = listed([row.taken_over_by or "", row.date_text])
    return Item(
        translated(row, "title"),
        joined(row.span_text, row.paid_by or ""),
        translated(row, "text"),
        side=row.side,
        lines=lines((_("Taken over by"), Wording(taken))),
        actions=_ways(row, "post") if may_write else (),
    )


def calls_of(partnership: Partnership, programme: Programme | None, *, may_write: bool) -> Section:
    """Return the calls for initiatives: how many came in, how many were chosen, and which."""
    rows = partnership.calls.select_related("source").prefetch_related("sub_grants__organisation")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return section("calls", _("Calls for initiatives"), [_call(row, may_write=may_write) for row in rows])


def _call(row: Call, *, may_write: bool) -> Item:
    sub_grants = list(row.sub_grants.all())
    return Item(
        translated(row, "title"),
        joined(row.span_text, row.source or "", _counts(row)),
        translated(row, "text"),
        lines=[_sub_grant(item) for item in sub_grants],
        anchor=f"call-{row.pk}",
        actions=_ways(row, "call", (_("Add an initiative"), "sub_grant_create")) if may_write else (),
        parts=_parts(sub_grants, "sub_grant_edit") if may_write else (),
    )


def _ways(row: Phase | Post | Call, name: str, part: tuple[str, str] | None = None) -> list[tuple[str, str, str]]:
    """Return what a writer may do with a record: add a part to it, and change it."""
    edit = (_("Edit"), reverse(f"partnerships:{name}_edit", args=[row.pk]), "pencil")
    return [(part[0], reverse(f"partnerships:{part[1]}", args=[row.pk]), "plus-lg"), edit] if part else [edit]


def _parts(rows: list[Any], name: str) -> list[tuple[Wording, str]]:
    """Return the parts of a record with the address at which each is changed."""
    return [(translated(row, "title"), reverse(f"partnerships:{name}", args=[row.pk])) for row in rows]


def _counts(row: Call) -> str:
    parts = []
    if row.submitted is not None:
        parts.append(_("submitted: %(count)s") % {"count": row.submitted})
    if row.chosen is not None:
        parts.append(_("chosen: %(count)s") % {"count": row.chosen})
    return listed(parts)


def _sub_grant(row: SubGrant) -> tuple[str, Wording]:
    title = translated(row, "title")
    told = joined(title, row.organisation or "", format_amount(row.amount) if row.amount else "")
    return str(capfirst(row.get_state_display())), Wording(told, title.lang)


def codes_of(programme: Programme, *, may_write: bool) -> Section:
    """Return the policy markers of a programme and the goals that it serves."""
    rows = programme.codes.select_related("code", "programme").order_by("code__position", "pk")
    return section("codes", _("Policy markers and goals"), [_code(row, may_write=may_write) for row in rows])


def _code(row: ProgrammeCode, *, may_write: bool) -> Item:
    edit = reverse("partnerships:code_edit", args=[row.pk]) + f"?programme={row.programme.slug}"
    significance = f"{row.significance} – {row.get_significance_display()}" if row.significance is not None else ""
    return Item(
        translated(row.code, "name"),
        joined(row.code.label, significance),
        translated(row, "reason"),
        anchor=f"code-{row.pk}",
        actions=[(_("Edit"), edit, "pencil")] if may_write else (),
    )


def closures_of(partnership: Partnership, programme: Programme | None) -> Section:
    """Return what was closed, why, and what was left of each source."""
    rows = partnership.closures.select_related("programme", "partnership").prefetch_related("balances__source")
    if programme is not None:
        rows = rows.filter(programme=programme)
    return section("closures", _("Closure"), [_closure(row) for row in rows])


def _closure(row: Closure) -> Item:
    return Item(
        translated(row.programme or row.partnership, "name"),
        row.date_text,
        translated(row, "reason"),
        badge=Badge(_("closed"), "neutral", "lock"),
        lines=[_balance(item) for item in row.balances.all()],
    )


def _balance(row: ClosingBalance) -> tuple[str, Wording]:
    """Return what was left of a source, after the sums that it follows from."""
    sums = [
        (_("received %(amount)s"), row.received),
        (_("spent %(amount)s"), row.spent),
        (_("left %(amount)s"), row.amount),
    ]
    told = [words % {"amount": format_amount(amount)} for words, amount in sums if amount is not None]
    note = translated(row, "note")
    return str(row.source), Wording(joined(*told, note), note.lang)
