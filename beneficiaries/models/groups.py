"""For whom the work is done: target groups, and the sex and ages by which people are counted."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import Partnership
from portal.ground.natural import Slugged


class Sex(models.TextChoices):
    """The sex by which people are counted."""

    WOMEN = "women", _("women")
    MEN = "men", _("men")
    OTHER = "other", _("other or not said")


AGES_IN_ORDER = _("The highest age lies below the lowest.")


def ages_in_order(name: str) -> models.CheckConstraint:
    """Return the rule that ages lie in 0–120 and the lowest is not above the highest."""
    return models.CheckConstraint(
        name=name,
        condition=(models.Q(min_age__isnull=True) | models.Q(min_age__range=(0, 120)))
        & (models.Q(max_age__isnull=True) | models.Q(max_age__range=(0, 120)))
        & (
            models.Q(min_age__isnull=True) | models.Q(max_age__isnull=True) | models.Q(max_age__gte=models.F("min_age"))
        ),
        violation_error_code="max_age",
        violation_error_message=AGES_IN_ORDER,
    )


class AgeBand(Slugged):
    """A range of ages, both ends included; a band without ends stands for an age not said."""

    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    is_common = models.BooleanField(
        _("common"), default=True, help_text=_("By it every target group is counted that has no age bands of its own.")
    )
    position = models.PositiveSmallIntegerField(_("order"), unique=True)

    class Meta:
        verbose_name = _("age band")
        verbose_name_plural = _("age bands")
        ordering = ["position"]
        constraints = [ages_in_order("beneficiaries_age_band_in_order")]

    def __str__(self):
        if self.min_age is None:
            return str(_("age not said"))
        if self.max_age is None:
            return f"{self.min_age}+"
        return f"{self.min_age}–{self.max_age}"


class TargetGroup(Slugged):
    """A group for and with whom the partners work."""

    name = models.CharField(_("name"), max_length=150)
    is_vulnerable = models.BooleanField(_("vulnerable"), default=False)
    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_("Who belongs to it shows something of health, origin, belief or violence suffered."),
    )
    min_age = models.PositiveSmallIntegerField(_("from age"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("to age"), null=True, blank=True)
    age_bands = models.ManyToManyField(
        AgeBand,
        blank=True,
        related_name="target_groups",
        verbose_name=_("own age bands"),
        help_text=_("Without any, the group is counted by the common ones. An age that is not said is always there."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    partnerships = models.ManyToManyField(
        Partnership, blank=True, related_name="target_groups", verbose_name=_("partnerships")
    )

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ["position", "slug"]
        constraints = [
            ages_in_order("beneficiaries_target_group_ages_in_order"),
            models.CheckConstraint(
                name="beneficiaries_target_group_sensitive",
                condition=models.Q(is_sensitive=False) | models.Q(is_vulnerable=True),
                violation_error_code="is_vulnerable",
                violation_error_message=_("A sensitive group is a vulnerable one: its small counts are not told."),
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self) -> None:
        """Refuse that a group is vulnerable no more once something names it: what was kept back of it would be told."""
        super().clean()
        if self.is_vulnerable or not TargetGroup.objects.filter(pk=self.pk, is_vulnerable=True).exists():
            return
        if self._is_named():
            sentence = _("This group is used: to tell it otherwise would point at people. It stays a vulnerable one.")
            raise ValidationError({"is_vulnerable": sentence})

    def _is_named(self) -> bool:
        """Say whether people are counted in it, or a row of any room asks for it; its own lists name it too."""
        own = {field.remote_field.through for field in self._meta.many_to_many}
        # A room above names it without being known here, and some leave no way back.
        links = (link for link in self._meta.get_fields(include_hidden=True) if isinstance(link, models.ManyToOneRel))
        return any(
            link.related_model._default_manager.filter(**{link.field.name: self.pk}).exists()
            for link in links
            if link.related_model not in own
        )

    def bands_among(self, bands: Iterable[AgeBand]) -> list[AgeBand]:
        """Return those of some age bands by which the group is counted: its own, or the common ones.

        Prefetch `age_bands` where many groups are asked. The band of an age that is not said belongs to each, as last.
        """
        own = {band.pk for band in self.age_bands.all()}
        mine = [band for band in bands if band.min_age is None or (band.pk in own if own else band.is_common)]
        return sorted(mine, key=lambda band: band.min_age is None)
