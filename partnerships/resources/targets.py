"""Spreadsheets of what indicators should come to, year by year."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from partnerships.models import Indicator, IndicatorTarget, ScaleLevel
from partnerships.resources.records import LANGUAGES, OwnPartnershipResource
from partnerships.services import hold_years_open
from portal.ground.columns import Column, Figure, Number, as_text


class StepOfIndicator(Column):
    """A step of the scale of the row's indicator, by its value."""

    def __init__(self):
        super().__init__("level", Number())

    def save(self, instance, row, is_m2m=False, **kwargs):  # noqa: FBT002 - the library's signature
        value = self.widget.read(row[self.column_name])
        scale = instance.indicator.scale_id if instance.indicator_id else None
        level = ScaleLevel.objects.filter(scale=scale, value=value).first() if value is not None else None
        if value is not None and level is None:
            raise ValidationError(_("This step is not on the scale of the indicator."))
        instance.level = level

    def export(self, instance, **kwargs):
        return instance.level.value if instance.level else None


class OfIndicatorResource(OwnPartnershipResource):
    """Rows of indicators, told apart by the indicator and one more column; the indicators are held meanwhile."""

    told_by = ""

    def key(self, row: dict[str, Any]) -> tuple[str, Any]:
        missing = [name for name in ("indicator", self.told_by) if not as_text(row.get(name))]
        if missing:
            raise ValidationError(dict.fromkeys(missing, _("This column tells the record from others.")))
        return as_text(row["indicator"]), self.fields[self.told_by].clean(row)

    def load(self, rows: list[dict[str, Any]]) -> dict[tuple[str, Any], models.Model]:
        slugs = {as_text(row.get("indicator")).replace("\0", "") for row in rows}
        mine = Indicator.objects.visible_to(self.actor).filter(slug__in=slugs)
        held = mine.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True)
        known: Any = self._meta.model._default_manager
        loaded = known.filter(indicator__in=list(held)).select_related(*self.related).select_for_update(of=("self",))
        return {(record.indicator.slug, getattr(record, self.told_by)): record for record in loaded}

    def parent_of(self, instance: Any) -> models.Model:
        return instance.indicator


class TargetResource(OfIndicatorResource):
    """Targets; the indicator and the year tell one from the others. One of a locked year stays as it is."""

    value = Column("value", Figure())
    level = StepOfIndicator()
    told_by = "year"
    related = ["indicator__outcome__partnership", "indicator__outcome__programme", "level"]

    class Meta:
        model = IndicatorTarget
        fields = ["indicator", "year", "value", "level", *(f"note_{code}" for code in LANGUAGES)]

    def check(self, instance: Any) -> None:
        super().check(instance)
        partnership = instance.indicator.outcome.partnership
        hold_years_open(partnership, days=[dt.date(instance.year, 12, 31)], field="year")

    def warning(self, instance: Any) -> str:
        return instance.warning

    def why(self, instance: Any) -> str:
        return " – ".join(filter(None, [instance.warning, super().why(instance)]))
