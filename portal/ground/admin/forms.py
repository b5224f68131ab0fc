"""Forms of the administration: constraints speak beside their field, and nobody overwrites unseen work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ground.forms import PortalModelForm, Unseen

if TYPE_CHECKING:
    from portal.ground.models import User

STALE = gettext_lazy(
    "Somebody changed this record after you opened it. What you typed is still here; beside each field that "
    "differs stands what is stored now. Save again to replace it."
)


class AdminForm(PortalModelForm):
    """One row in the administration. `actor` is set on the class that a page makes of it."""

    # The administration knows its row by its number, so a form sent twice makes no second row of it.
    submission_key = None
    actor: User


class VersionedForm(AdminForm):
    """An AdminForm that refuses, once, to replace what somebody else saved meanwhile."""

    seen_version = forms.IntegerField(required=False, widget=Unseen)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        if self.instance.pk:
            self._refuse_stale()
        return values

    def _refuse_stale(self) -> None:
        rows = type(self.instance)._default_manager.select_for_update(of=("self",))
        stored = rows.get(pk=self.instance.pk)
        if self.cleaned_data.get("seen_version") == stored.version:
            return
        for name in self.changed_data:
            if name != "seen_version":
                self.add_error(name, _("Stored now: %(value)s") % {"value": shown(stored, name) or "–"})
        self.add_error(None, STALE)
        # The writer has been told: the next attempt is a decision, not an accident.
        self.data = self.data.copy()
        self.data[self.add_prefix("seen_version")] = stored.version


def shown(row: models.Model, name: str) -> str:
    """Return the value of a field as people read it; several rows are listed."""
    if hasattr(row, f"get_{name}_display"):
        return str(getattr(row, f"get_{name}_display")())
    value = getattr(row, name, None)
    if isinstance(value, models.Manager):
        return ", ".join(str(item) for item in value.all())
    return "" if value is None else str(value)
