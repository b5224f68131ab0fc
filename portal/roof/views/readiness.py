"""The board of a year: what its report still lacks."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.access import year_for
from partnerships.models import ProgrammeYear, Role
from portal.ground.addresses import address_of
from portal.ground.wording import translated
from portal.roof.overviews.readiness import Kind, board_of
from portal.roof.views.programme import trail


@login_required
@require_safe
def year_readiness(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show what the report of a year lacks, the reader's own first; `?kind=` and `?page=` show all of one kind.

    Of a locked year it is told alone: nobody can mend it, so nothing of it is late or anybody's.
    """
    row, role, held = year_for(request, slug, year)
    asked = request.GET.get("kind", "")
    kind = Kind(asked) if asked in Kind.values else None
    number = request.GET.get("page", "")
    page = min(max(int(number), 1), 1000) if number.isdecimal() and len(number) < 5 else 1
    board = board_of(row, request.user, on=timezone.localdate(), held=held, kind=kind, page=page)
    if kind and page > (last := _last(board.count)):
        # Behind the last page stands the last one; where none of that kind is missing any more, what else is.
        kind, page = (kind, last) if last else (None, 1)
        board = board_of(row, request.user, on=timezone.localdate(), held=held, kind=kind, page=page)
    is_locked = row.state == ProgrammeYear.State.LOCKED
    year_url = address_of("partnerships:year_detail", slug, year)
    context = {
        "year": row,
        "heading": _("What report %(year)s still lacks") % {"year": row.year},
        "board": board,
        "is_locked": is_locked,
        "only_told": is_locked or not role.includes(Role.COORDINATOR),
        "kind": kind,
        "pages": _pages(board, kind, page) if kind else None,
        "all_url": address_of("partnerships:year_readiness", slug, year),
        "year_url": year_url,
        "trail": [
            *trail(row.programme)[:-1],
            {
                "label": translated(row.programme, "name"),
                "url": address_of("partnerships:programme_detail", slug),
            },
            {"label": row.year, "url": year_url},
            {"label": _("What is missing")},
        ],
    }
    return render(request, "partnerships/year_readiness.html", context)


def _pages(board, kind: Kind, page: int) -> dict[str, str]:
    """Return the way to the other pages of one kind. Shown by components/pagination.html."""
    return {
        "previous_url": f"?kind={kind}&page={page - 1}" if page > 1 else "",
        "next_url": f"?kind={kind}&page={page + 1}" if page < _last(board.count) else "",
        "summary": "",
    }


def _last(count: int) -> int:
    """Return the number of the last page; 0 where there is none."""
    from portal.roof.overviews.readiness.board import PER_PAGE

    return -(-count // PER_PAGE)
