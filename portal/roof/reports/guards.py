"""What was reported speaks against taking away a rule of that year (see partnerships.services.guards)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from partnerships.models import FundingRule
from partnerships.services.guards import Guarded
from portal.roof.models import Snapshot


def guard(row: Guarded, *, is_gone: bool) -> None:
    """Raise ValidationError where a rule goes that held in a year whose report is frozen."""
    if not (isinstance(row, FundingRule) and is_gone):
        return
    rule = FundingRule.objects.get(pk=row.pk)
    pays = Q(year__programme__grants__source=rule.source_id)
    pays |= Q(year__programme__partnership__funding__source=rule.source_id)
    frozen = Snapshot.objects.filter(pays)
    if rule.starts_on:
        frozen = frozen.filter(year__year__gte=rule.starts_on.year)
    if rule.ends_on:
        frozen = frozen.filter(year__year__lte=rule.ends_on.year)
    year = frozen.order_by("year__year").values_list("year__year", flat=True).first()
    if year is not None:
        sentence = _("It held in %(year)s, whose report is frozen: end it on a day, and add its successor.")
        raise ValidationError(sentence % {"year": year})
