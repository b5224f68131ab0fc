"""Spreadsheets of what indicators came to, each value with its parts in one cell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beneficiaries.models import AgeBand, IndicatorPart, Sex, TargetGroup
from beneficiaries.parts import Slice, check_parts, parts_of
from beneficiaries.small_figures import VALUE_TEXTS, Stored, figures_of_value
from partnerships.forms.pointing import in_one_sentence
from partnerships.models import IndicatorValue, Validation
from partnerships.resources.targets import OfIndicatorResource, StepOfIndicator
from partnerships.services import hold_value
from partnerships.services.keeping import kept_inside
from portal.ground.columns import BySlug, BySlugs, Choice, Column, Figure, Widget, YesNo

ALL = "*"
HOW = gettext_lazy("“%(part)s” is no part: write it as women / 15-18: 12, with sex / age / target group in this order.")


class Parts(BySlugs):
    """Parts of a value, `women / 15-18: 12; * / * / youth: 9`: sex, age band, target group, and how many."""

    def __init__(self):
        super().__init__(IndicatorPart)
        self.sex, self.figure = Choice(list(Sex.choices)), Figure()
        self.bands, self.groups = BySlug(AgeBand), BySlug(TargetGroup)

    def read(self, value):
        parts: dict[Slice, Decimal | None] = {}
        for text in filter(None, (piece.strip() for piece in Widget.read(self, value).split(";"))):
            told, _colon, number = text.rpartition(":")
            names = ["" if name.strip() == ALL else name.strip() for name in told.split("/")]
            if not number.strip() or not any(names) or len(names) > len(Slice._fields):
                raise ValidationError(HOW, params={"part": text})
            part = self._slice(*names)
            if part in parts:
                raise ValidationError(_("“%(part)s” is told already.") % {"part": told.strip()})
            parts[part] = self.figure.read(number.strip())
        return list(parts.items())

    def _slice(self, sex: str, band: str = "", group: str = "") -> Slice:
        rows = self.bands.read(band), self.groups.read(group)
        return Slice(self.sex.read(sex), *(row.pk if row else None for row in rows))

    @cached_property
    def slugs(self) -> list[dict[Any, str]]:
        """The short names of all age bands and of all target groups, by their keys."""
        return [dict(model.objects.values_list("pk", "slug")) for model in (AgeBand, TargetGroup)]

    def write(self, value):
        parts = parts_of(value.all()) if isinstance(value, models.Manager) else dict(value or [])
        bands, groups = self.slugs
        told = [
            ([part.sex or ALL, bands.get(part.band, ALL), groups.get(part.group, ALL)], number)
            for part, number in parts.items()
        ]
        return "; ".join(f"{' / '.join(names)}: {number.normalize():f}" for names, number in sorted(told))


class ValueResource(OfIndicatorResource):
    """Actual values; the indicator and the first day tell one from the others. Officers validate them on the page."""

    value = Column("value", Figure())
    level = StepOfIndicator()
    parts = Column("parts", Parts(), label=gettext_lazy("parts"))
    state = Column("state", Choice(list(Validation.choices)), readonly=True)
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    told_by = "starts_on"
    related = ["indicator__outcome__partnership", "indicator__outcome__programme", "level"]
    prefetched = ["parts"]

    class Meta:
        model = IndicatorValue
        fields = [
            "indicator",
            "starts_on",
            "ends_on",
            "value",
            "level",
            "parts",
            "source",
            "comment",
            "language",
            "state",
            "is_demonstration",
        ]

    stay = gettext_lazy(
        "Values that count people of vulnerable groups do not leave the portal one by one, so that nobody can be "
        "recognised. The logframe as a spreadsheet and the report tell them as far as they may be told."
    )

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        indicators = set(records.order_by().values_list("indicator", flat=True))
        return records.exclude(indicator__in=kept_inside(indicators))

    def check_stored(self, instance: Any) -> None:
        super().check_stored(instance)
        hold_value(instance)
        if instance.state == Validation.VALIDATED:
            raise ValidationError(_("This value is validated: an officer can take that back first."))

    def check(self, instance: Any) -> None:
        super().check(instance)
        hold_value(instance)
        try:
            check_parts(instance.indicator, instance.value, self.parts_after)
        except ValidationError as error:
            raise ValidationError({"parts": error}) from None

    def after_init_instance(self, instance, new, row, **kwargs):
        self.parts_before = {} if new else parts_of(instance.parts.all())
        texts = {name: getattr(instance, name) for name in VALUE_TEXTS}
        self.before = Stored(texts, [instance.value, *self.parts_before.values()])
        super().after_init_instance(instance, new, row, **kwargs)

    @property
    def parts_after(self) -> Mapping[Slice, Decimal | None]:
        """The parts that the row gives its value."""
        return dict(self.links["parts"]) if "parts" in self.links else self.parts_before

    def warning(self, instance: Any) -> str:
        texts = {name: getattr(instance, name) for name in VALUE_TEXTS}
        numbers = [instance.value, *self.parts_after.values()]
        return in_one_sentence(figures_of_value(instance.indicator_id, texts, numbers, before=self.before))

    def before_save_instance(self, instance, row, **kwargs):
        if instance._state.adding:
            instance.author = self.actor
        else:
            instance.version += 1
            instance.is_counted = instance.is_counted and self.cells_before["value"] == instance.value

    def link(self, instance: models.Model, name: str, linked: list[Any]) -> None:
        instance.parts.all().delete()
        for part, number in linked:
            row = IndicatorPart(
                value=instance, sex=part.sex, age_band_id=part.band, target_group_id=part.group, number=number
            )
            row.full_clean(exclude=["value", "age_band", "target_group"])
            row.save()
