"""The parts of values speak against what their indicator becomes (see partnerships.services.guards)."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from beneficiaries.parts import check_parts, parts_of
from partnerships.models import Indicator
from partnerships.services.guards import Guarded

TOLD_BY = ["by_sex", "by_age", "by_group", "adds_parts"]


def guard(row: Guarded, *, is_gone: bool) -> None:
    """Refuse an indicator that is no longer told by what its parts tell of, or whose parts would not add up."""
    if is_gone or not isinstance(row, Indicator):
        return
    stored = Indicator.objects.get(pk=row.pk)
    changed = [name for name in TOLD_BY if getattr(row, name) != getattr(stored, name)]
    if not changed:
        return
    for value in row.values.filter(parts__isnull=False).distinct().prefetch_related("parts"):
        try:
            check_parts(row, value.value, parts_of(value.parts.all()))
        except ValidationError as error:
            raise ValidationError({changed[0]: f"{value.span_text}: {' '.join(error.messages)}"}) from None
