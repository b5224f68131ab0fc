"""The forms of the register of suggestions."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy

from beneficiaries.forms.base import RowForm
from beneficiaries.models import Cohort, Suggestion
from partnerships.forms.base import day_input
from partnerships.models import Organisation
from portal.ground.forms import TextField

LONGEST = 4000


class SuggestionForm(RowForm):
    """A suggestion as it is written down."""

    past = ["made_on"]
    text = TextField(label=gettext_lazy("Suggestion"), max_length=LONGEST)

    class Meta:
        model = Suggestion
        fields = ["text", "language", "theme", "made_on", "cohort", "centre"]
        widgets = {"made_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = self.instance.partnership_id
        cohorts = Cohort.objects.filter(course__partnership=home).select_related("course")
        self.fields["cohort"].queryset = cohorts
        centres = Organisation.objects.filter(Q(cohorts__course__partnership=home) | Q(roles__partnership=home))
        self.fields["centre"].queryset = centres.distinct()
        self.fields["text"].help_text = Suggestion._meta.get_field("text").help_text
        if not self.instance.pk:
            self.initial.setdefault("made_on", self.today)
            self.initial.setdefault("language", get_language())

    def layout(self) -> list[Any]:
        pairs = [("theme", "made_on"), ("cohort", "centre")]
        return ["text", "language", *(Div(*pair, css_class="form-columns") for pair in pairs)]


class ReplyForm(RowForm):
    """What those who suggested something are answered."""

    state = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=[choice for choice in Suggestion.State.choices if choice[0] != Suggestion.State.NEW],
    )
    reply = TextField(
        label=gettext_lazy("Answer"),
        max_length=LONGEST,
        help_text=gettext_lazy("In words that can be read aloud to the group."),
    )
    reply_language = forms.ChoiceField(label=gettext_lazy("Language of the answer"))

    class Meta:
        model = Suggestion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["reply_language"].choices = Suggestion._meta.get_field("language").choices
        self.initial |= {"reply": row.reply, "reply_language": row.reply_language or row.language}
        if row.state != Suggestion.State.NEW:
            self.initial["state"] = row.state

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        return ["state", "reply", "reply_language"]
