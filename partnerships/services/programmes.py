"""What a programme holds already speaks against other days, and against another partnership."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from partnerships.models import IndicatorTarget, IndicatorValue, PerformanceScore, Programme


def check_programme(programme: Programme) -> None:
    """Refuse another partnership for a programme with records, and days that leave out what its years hold.

    In another partnership its locked years would be open, and lock those of others. Raises ValidationError by field.
    """
    if _moves(programme):
        raise ValidationError({"partnership": _("A programme with records stays in its partnership.")})
    first, last = programme.starts_on.year, programme.ends_on.year
    outside = Q(year__lt=first) | Q(year__gt=last)
    values = IndicatorValue.objects.filter(indicator__outcome__programme=programme)
    years = {
        *programme.years.filter(outside).values_list("year", flat=True),
        *IndicatorTarget.objects.filter(outside, indicator__outcome__programme=programme).values_list(
            "year", flat=True
        ),
        *PerformanceScore.objects.filter(outside, programme=programme).values_list("year", flat=True),
    }
    days = {
        *values.filter(starts_on__lt=programme.starts_on).values_list("starts_on", flat=True),
        *values.filter(ends_on__gt=programme.ends_on).values_list("ends_on", flat=True),
    }
    found = years | {day.year for day in days}
    if found:
        is_early = min(found) < first or any(day < programme.starts_on for day in days)
        sentence = _("The programme has a year, a target, a value or a score of %(year)s that would lie outside.")
        year = min(found) if is_early else max(found)
        raise ValidationError({"starts_on" if is_early else "ends_on": sentence % {"year": year}})


def _moves(programme: Programme) -> bool:
    """Say whether a programme that anything belongs to would go to another partnership."""
    if Programme.objects.filter(pk=programme.pk, partnership=programme.partnership_id).exists():
        return False
    links = Programme._meta.related_objects
    return any(link.related_model._default_manager.filter(**{link.field.name: programme.pk}).exists() for link in links)
