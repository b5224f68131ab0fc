"""Of whom the actual value of an indicator tells."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.groups import AgeBand, Sex, TargetGroup
from partnerships.models import IndicatorValue
from partnerships.models.partnership import ScopedQuerySet


def _or_none(link: str) -> Coalesce:
    """Return the number of a linked row, or 0: two parts without an age band are the same to the database."""
    nothing = models.Value(0, output_field=models.BigIntegerField())
    return Coalesce(models.F(link), nothing, output_field=models.BigIntegerField())


class IndicatorPart(models.Model):
    """The part of an actual value that tells of one sex, one age band, one target group, or several of these."""

    value = models.ForeignKey(IndicatorValue, models.CASCADE, related_name="parts", verbose_name=_("actual value"))
    sex = models.CharField(_("sex"), max_length=5, choices=Sex, blank=True, default="")
    age_band = models.ForeignKey(
        AgeBand, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("age band")
    )
    target_group = models.ForeignKey(
        TargetGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("target group")
    )
    number = models.DecimalField(_("part of the value"), max_digits=14, decimal_places=2)

    class OwnQuerySet(ScopedQuerySet):
        """Questions about parts."""

        partnership_path = "value__indicator__outcome__partnership"

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a value")
        verbose_name_plural = _("parts of values")
        ordering = ["value", "target_group", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(
                "value",
                "sex",
                _or_none("age_band"),
                _or_none("target_group"),
                name="beneficiaries_indicator_part_once",
                violation_error_code="number",
                violation_error_message=_("This part is told already."),
            ),
            models.CheckConstraint(
                name="beneficiaries_indicator_part_of",
                condition=~models.Q(sex="", age_band__isnull=True, target_group__isnull=True),
                violation_error_code="sex",
                violation_error_message=_("A part tells of a sex, an age band or a target group."),
            ),
        ]

    def __str__(self):
        names = [self.target_group, self.get_sex_display(), self.age_band]
        return ", ".join(str(name) for name in names if name)
