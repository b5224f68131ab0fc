"""Spreadsheets of organisations, and the access to those of one partnership."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.access import partnership_id_of, partnerships_of
from partnerships.models import Indicator, Organisation, OrganisationAlias, Outcome, Role, ScaleLevel
from partnerships.services import ask_guards
from partnerships.services.keeping import kept_inside
from portal.ground.columns import BySlug, BySlugs, Column, Number, Widget, YesNo, as_text
from portal.ground.disclosure import smallest_told
from portal.ground.models import User
from portal.ground.resources import SheetResource


class SluggedResource(SheetResource):
    """Records that their short name tells apart."""

    def key(self, row: dict[str, Any]) -> str:
        slug = as_text(row.get("slug"))
        if not slug:
            raise ValidationError({"slug": _("Give the short name: it tells the record from others.")})
        return slug

    def load(self, rows: list[dict[str, Any]]) -> dict[str, models.Model]:
        model = self._meta.model
        known = model._default_manager.all()
        visible = known.visible_to(self.actor) if hasattr(known, "visible_to") else known
        wanted = visible.filter(slug__in={as_text(row.get("slug")).replace("\0", "") for row in rows})
        loaded = wanted.select_related(*self.related).prefetch_related(*self.prefetched)
        return {record.slug: record for record in loaded.select_for_update(of=("self",))}


class OwnPartnershipResource(SheetResource):
    """Records of one partnership, which its officers bring in."""

    def __init__(self, *, actor: User):
        super().__init__(actor=actor)
        self.officer_in = set(partnerships_of(actor, Role.OFFICER).values_list("pk", flat=True))

    def check_stored(self, instance: models.Model) -> None:
        self._require_officer(partnership_id_of(instance))

    def check(self, instance: models.Model) -> None:
        home = partnership_id_of(instance)
        self._require_officer(home)
        for name, column in self.fields.items():
            if not isinstance(column.widget, BySlug):
                continue
            linked = self.links.get(name, []) if column.is_link else [getattr(instance, column.attribute)]
            for row in linked:
                other = partnership_id_of(row) if isinstance(row, models.Model) else None
                if None not in (home, other) and other != home:
                    raise ValidationError({name: _("“%(row)s” belongs to another partnership.") % {"row": row}})

    def _require_officer(self, home: int | None) -> None:
        if home is not None and home not in self.officer_in:
            raise ValidationError(_("Only an officer of this partnership may do this."))


class Aliases(BySlugs):
    """Other names, with a semicolon between them."""

    def __init__(self):
        super().__init__(OrganisationAlias)

    def read(self, value):
        names = [name.strip() for name in Widget.read(self, value).split(";")]
        return [OrganisationAlias(name=name) for name in dict.fromkeys(names) if name]

    def write(self, value):
        rows = value.all() if isinstance(value, models.Manager) else value or []
        return "; ".join(sorted(row.name for row in rows))


class OrganisationResource(SluggedResource):
    """Organisations with their other names."""

    aliases = Column("aliases", Aliases(), label=gettext_lazy("other names"))
    related = ["municipality"]
    prefetched = ["aliases"]

    class Meta:
        model = Organisation
        fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar", "kind", "municipality", "website", "aliases"]

    def link(self, instance: models.Model, name: str, linked: list[Any]) -> None:
        wanted = {alias.name for alias in linked}
        for alias in instance.aliases.all():
            if alias.name not in wanted:
                alias.delete()
        for missing in sorted(wanted - {alias.name for alias in instance.aliases.all()}):
            alias = OrganisationAlias(organisation=instance, name=missing)
            alias.full_clean()
            alias.save()


LANGUAGES = ("nl", "fr", "en", "ar")


class OutcomeResource(SluggedResource, OwnPartnershipResource):
    """Results that are aimed at, each with the one that it leads to. What was invented says so."""

    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["partnership", "programme", "parent"]

    class Meta:
        model = Outcome
        fields = [
            "slug",
            "partnership",
            "programme",
            "level",
            "number",
            "parent",
            *(f"{name}_{code}" for name in ("title", "text", "assumptions") for code in LANGUAGES),
            "iati_identifier",
            "is_demonstration",
        ]

    def check(self, instance: models.Model) -> None:
        super().check(instance)
        if instance.pk:
            ask_guards(instance)  # type: ignore[arg-type]


class Step(Column):
    """A step of the indicator's own scale, by its value."""

    def __init__(self, attribute: str):
        super().__init__(attribute, Number())

    def save(self, instance, row, is_m2m=False, **kwargs):  # noqa: FBT002 - the library's signature
        value = self.widget.read(row[self.column_name])
        step = ScaleLevel.objects.filter(scale=instance.scale_id, value=value).first() if value is not None else None
        if value is not None and step is None:
            raise ValidationError(_("This step is not on the scale of the indicator."))
        setattr(instance, self.attribute, step)

    def export(self, instance, **kwargs):
        step = getattr(instance, self.attribute)
        return step.value if step else None


class IndicatorResource(SluggedResource, OwnPartnershipResource):
    """Indicators with their baselines; targets and values have pages of their own. What was invented says so."""

    baseline_level = Step("baseline_level")
    is_demonstration = Column("is_demonstration", YesNo(), readonly=True)
    related = ["outcome__partnership", "outcome__programme", "scale", "baseline_level"]

    class Meta:
        model = Indicator
        fields = [
            "slug",
            "outcome",
            "number",
            *(f"{name}_{code}" for name in ("title", "text", "verification", "unit") for code in LANGUAGES),
            "measure",
            "whom",
            "scale",
            "is_ascending",
            "accumulation",
            "adds_periods",
            "adds_parts",
            "by_sex",
            "by_age",
            "by_group",
            "baseline",
            "baseline_level",
            "baseline_year",
            "is_demonstration",
        ]

    stay = gettext_lazy(
        "Indicators whose baseline counts a few people, who are or may be of a vulnerable group, or is a share of such "
        "people, do not leave the portal, so that nobody can be recognised."
    )

    def may_leave(self, records: models.QuerySet) -> models.QuerySet:
        few = models.Q(baseline__lt=smallest_told(), measure=Indicator.Measure.NUMBER)
        # Nobody recorded of how many people a percentage is the share.
        share = models.Q(pk__in=Indicator.objects.shares().values("pk"))
        held = kept_inside(set(records.order_by().values_list("pk", flat=True)))
        return records.exclude(few | share, pk__in=held, baseline__gt=0)

    def warning(self, instance: Any) -> str:
        return instance.freeing(self.columns_before.get("whom", ""))

    def check(self, instance: models.Model) -> None:
        super().check(instance)
        if instance.pk:
            ask_guards(instance)  # type: ignore[arg-type]

    def before_save_instance(self, instance, row, **kwargs):
        if not instance._state.adding:
            instance.version += 1
