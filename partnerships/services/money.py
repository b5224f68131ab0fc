"""The lock that everybody takes who writes money."""

from __future__ import annotations

from collections.abc import Iterable

from partnerships.models import Partnership


def hold_money(partnership_ids: Iterable[int]) -> None:
    """Hold the money of partnerships until the transaction ends, so that no two people spend the last euro.

    Whoever writes money holds it, after the activity and before the years, always in the order of the numbers.
    """
    rows = Partnership.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(partnership_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))
