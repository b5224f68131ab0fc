"""What the forms of this room have in common: they are about one row, with the version that its reader saw."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import KeptForm
from portal.ground.forms import PortalModelForm

# The box that is shown beside a question, and what it says until it is ticked.
CHECKED = _("I checked it: this is right")
TICK = _("Mend it, or tick this if it is right.")


class RowForm(KeptForm, PortalModelForm):
    """A KeptForm for one row, which carries the version that its reader saw."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = getattr(self.instance, "version", 0) if self.instance.pk else 0

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return list(self.Meta.fields)

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}
