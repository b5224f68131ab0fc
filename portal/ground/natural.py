"""Natural keys: how fixtures and spreadsheets name a row without its number."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class NaturalKeyQuerySet(models.QuerySet):
    """Rows that fixtures find again by `natural_key_fields`."""

    def get_by_natural_key(self, *values):
        """Return the first row with these values of its model's `natural_key_fields`; raises DoesNotExist."""
        model: Any = self.model
        row = self.filter(**dict(zip(model.natural_key_fields, values, strict=True))).order_by("pk").first()
        if row is None:
            raise model.DoesNotExist
        return row


class NaturalKey(models.Model):
    """A row named by the lookups in `natural_key_fields`, for example `partnership__slug`."""

    natural_key_fields: list[str] = []

    objects = NaturalKeyQuerySet.as_manager()

    class Meta:
        abstract = True

    def natural_key(self):
        values = []
        for lookup in self.natural_key_fields:
            value = self
            for name in lookup.split("__"):
                value = getattr(value, name)
            values.append(str(value))
        return tuple(values)


class Slugged(NaturalKey):
    """A row with a lasting short name, used in addresses, fixtures and spreadsheets."""

    natural_key_fields = ["slug"]

    slug = models.SlugField(_("short name"), max_length=80, unique=True)

    class Meta:
        abstract = True
