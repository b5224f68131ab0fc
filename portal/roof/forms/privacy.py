"""Forms about what is held on people."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.ground.forms import LineField, PortalForm


class EraseForm(PortalForm):
    """Asks whoever erases to type the name of what goes: nobody brings it back."""

    name = LineField(label=_("To confirm, type the code or name that stands above"), max_length=150)

    def __init__(self, *args: Any, expected: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.expected = expected
        self.fields["name"].widget.attrs["dir"] = "auto"

    def clean_name(self) -> str:
        """Refuse anything else than the name; capitals and spaces make no difference."""
        name = " ".join(self.cleaned_data["name"].split())
        if name.casefold() != self.expected.casefold():
            raise ValidationError(_("This is not what is erased here. Check it, and type it as it stands above."))
        return name
