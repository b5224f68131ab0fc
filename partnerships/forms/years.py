"""The forms of a year's way: what an officer asks to mend, and why a year is opened again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.models import NarrativeSection
from partnerships.services import Remark
from portal.ground.carry import author_token
from portal.ground.forms import PortalForm, TextField
from portal.ground.models import User


class SignedForm(PortalForm):
    """A form whose text is kept for its writer while they sign in again."""

    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["author"] = author_token(user)


class ReopenForm(SignedForm):
    """Why a year is opened again."""

    reason = TextField(
        label=_("Why it is opened again"), rows=3, max_length=1000, help_text=_("It is kept with the history.")
    )


class ReturnForm(SignedForm):
    """What an officer asks to mend: of the whole, and of each section."""

    whole = TextField(label=_("The year as a whole"), required=False, rows=3, max_length=5000)

    def __init__(self, *args: Any, sections: Iterable[NarrativeSection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = list(sections)
        for section in self.sections:
            self.fields[f"section_{section.pk}"] = TextField(
                label=_("Remark on this section"), required=False, rows=2, max_length=5000
            )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of your remarks"), choices=settings.LANGUAGES, initial=get_language()
        )

    def section_fields(self) -> list[tuple[NarrativeSection, forms.BoundField]]:
        """Return each section with the field of its remark."""
        return [(section, self[f"section_{section.pk}"]) for section in self.sections]

    @property
    def remarks(self) -> list[Remark]:
        """What was typed. Call it after `is_valid`."""
        of_sections = [Remark(self.cleaned_data[f"section_{section.pk}"], section) for section in self.sections]
        return [Remark(self.cleaned_data["whole"]), *of_sections]
