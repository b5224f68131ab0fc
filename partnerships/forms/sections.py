"""The form of one section of a year's report."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.forms.years import SignedForm
from partnerships.models import NarrativeSection, Role
from partnerships.services import pointing_figures
from portal.ground.forms import TextField
from portal.ground.models import User

State = NarrativeSection.State


class SectionForm(AskingForm, SignedForm):
    """A text, or that there is nothing to tell; whose it is, and whether it is ready.

    A translation, or a text in a language that the funder asks for, keeps its language.
    """

    why_asked = SMALL_COUNTS
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    section = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # The edition of the original that stands beside the form.
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000)
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    text = TextField(label=_("Text"), required=False, rows=14)
    is_nothing_to_tell = forms.BooleanField(label=_("There is nothing to tell this year"), required=False)
    owner = forms.ModelChoiceField(
        label=_("Who writes it"), queryset=User.objects.none(), required=False, empty_label=_("none")
    )
    is_ready = forms.BooleanField(label=_("It is ready"), required=False)

    def __init__(self, *args: Any, section: NarrativeSection, keeps_language: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = section
        partnership = section.year.programme.partnership
        writers = partnership.memberships.filter(role__in=[Role.COORDINATOR, Role.OFFICER]).values("user")
        people = User.objects.filter(pk__in=writers) | User.objects.filter(pk=section.owner_id)
        self.fields["owner"].queryset = people.order_by("username")
        original = section.translation_of
        self.initial |= {
            "section": section.pk,
            "version": section.version if section.pk else 0,
            "seen": original.edition if original else 0,
            "language": section.language or get_language(),
            "text": section.text,
            "is_nothing_to_tell": section.is_nothing_to_tell,
            "owner": section.owner_id or kwargs["user"].pk,
            "is_ready": section.state == State.READY,
        }
        if keeps_language:
            del self.fields["language"]
            self.fields["text"].widget.attrs |= {"lang": section.language, "dir": _direction(section.language)}
        else:
            self.fields["text"].widget.attrs["dir"] = "auto"
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        shown = [
            "text",
            "points_at_nobody",
            "is_nothing_to_tell",
            Div("owner", *self._language(), css_class="form-columns"),
            "is_ready",
        ]
        self.helper.layout = Layout("submission_key", "section", "version", "seen", "author", *shown)

    def pointing(self) -> dict[str, list[str]]:
        """Return what the rooms above say of the figures in the text."""
        texts = {"text": self.cleaned_data.get("text") or ""}
        return pointing_figures(self.of, [], texts, on=timezone.localdate())

    def _language(self) -> list[str]:
        return ["language"] if "language" in self.fields else []

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return ["text", "is_nothing_to_tell", "owner", *self._language()]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the service takes them; what was returned stays so until it is ready again."""
        values = {name: self.cleaned_data[name] for name in self.columns()}
        is_ready = self.cleaned_data["is_ready"]
        unready = State.RETURNED if self.of.state == State.RETURNED else State.DRAFT
        return values | {"state": State.READY if is_ready else unready}


def _direction(language: str) -> str:
    return "rtl" if language == "ar" else "ltr"
