"""The forms of findings, decisions with their steps, lessons, risks and the review of a risk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partnerships.forms.base import IN_THE_FUTURE, day_input
from partnerships.forms.pointing import PointingForm
from partnerships.forms.texts import InLanguages
from partnerships.models import (
    Decision,
    DecisionStep,
    Finding,
    Gain,
    Lesson,
    Membership,
    Milestone,
    ObservedOutcome,
    Organisation,
    Outcome,
    Partnership,
    Programme,
    Risk,
    RiskStep,
    Role,
)
from portal.ground.carry import author_token
from portal.ground.dates import Precision
from portal.ground.forms import PortalModelForm, RowsField
from portal.ground.models import User

HIDDEN = ["submission_key", "version", "author"]
# Asked beside the columns of the record, and kept nowhere.
ASKED = ["points_at_nobody"]


class RecordForm(InLanguages, PortalModelForm):
    """A record of a partnership with texts in four languages and, where it has one, a day as far as it is known."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)
    texts = {"title": True, "text": False}
    needed = ["title"]
    day = ""
    # Whether the day may still be to come.
    may_be_ahead = False

    def __init__(self, *args: Any, user: User, today: dt.date, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.partnership = today, partnership
        self.add_texts(self.instance)
        self.initial |= {"author": author_token(user), "version": self.instance.version if self.instance.pk else 0}
        self.narrow()
        if self.day:
            self.fields["precision"].help_text = _(
                "Of a day of which only the month or the year is known, give any day in it."
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*HIDDEN, *self.text_layout(), *self.layout())

    def narrow(self) -> None:
        """Offer only rows of the partnership; a list that partnerships share stays whole."""
        own = {"programme": Programme, "outcome": Outcome, "came_from": Milestone, "milestone": Milestone}
        own |= {"observed_outcome": ObservedOutcome, "findings": Finding}
        for name, model in own.items():
            if name in self.fields:
                self.fields[name].queryset = model.objects.filter(partnership=self.partnership)

    def layout(self) -> list[Any]:
        """Return what is shown below the texts, in order; the day beside how exact it is."""
        names = [name for name in self.Meta.fields if name in self.fields and name not in {self.day, "precision"}]
        asked = [name for name in ASKED if name in self.fields]
        return [*asked, *names, *([Div(self.day, "precision", css_class="form-columns")] if self.day else [])]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.check_texts(values)
        day = values.get(self.day) if self.day else None
        if day and not values.get("precision"):
            values["precision"] = Precision.DAY.value
        elif self.day and not day:
            values["precision"] = ""
        if day and not self.may_be_ahead and Precision(values["precision"]).first_day(day) > self.today:
            self.add_error(self.day, ValidationError(IN_THE_FUTURE))
        return values

    def add_error(self, field: str | None, error: Any) -> None:
        """Put an error beside its field: one about a text beside the writer's own language."""
        if field is None and hasattr(error, "error_dict"):
            for name, sentences in error.error_dict.items():
                homes = [name, f"{name}_{self.languages[0][0]}"]
                for sentence in sentences:
                    super().add_error(next((home for home in homes if home in self.fields), None), sentence)
        else:
            super().add_error(field, error)

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the row."""
        lists = {field.name for field in self.instance._meta.many_to_many}
        return [name for name in self.fields if name not in {*HIDDEN, *ASKED, *lists}]

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the row, as the services take them. Call it after `is_valid`."""
        return {name: self.cleaned_data[name] for name in self.columns()}

    @property
    def links(self) -> dict[str, list[Any]]:
        """The rows of its lists, as the services take them. Call it after `is_valid`."""
        lists = [field.name for field in self.instance._meta.many_to_many if field.name in self.fields]
        return {name: list(self.cleaned_data[name]) for name in lists}


def own_organisations(partnership: Partnership, **chosen: int | None) -> QuerySet[Any]:
    """Return the organisations that have a role in the partnership, and those that the record names already."""
    own = Organisation.objects.filter(roles__partnership=partnership)
    named = {name: pk for name, pk in chosen.items() if pk}
    return (own | Organisation.objects.filter(**named) if named else own).distinct()


class FindingForm(PointingForm, RecordForm):
    """What was learned from a visit or from the work, and asks for a decision."""

    day = "found_on"

    class Meta:
        model = Finding
        fields = ["came_from", "found_on", "precision"]
        widgets = {"found_on": day_input()}


class DecisionForm(PointingForm, RecordForm):
    """What was decided, because of which findings, after hearing whom."""

    day = "decided_on"
    findings = RowsField(
        label=_("What led to it"),
        queryset=Finding.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A finding that is missing here is written down first."),
    )
    consulted = RowsField(
        label=_("After consulting"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Decision
        fields = ["findings", "consulted", "programme", "decided_on", "precision"]
        widgets = {"decided_on": day_input()}

    def narrow(self) -> None:
        """Offer the organisations that have a role in the partnership, and those that were consulted already."""
        super().narrow()
        self.fields["consulted"].queryset = own_organisations(self.partnership, decisions=self.instance.pk)


class DecisionStepForm(PointingForm, RecordForm):
    """What followed from a decision."""

    day = "happened_on"

    class Meta:
        model = DecisionStep
        fields = ["kind", "milestone", "observed_outcome", "happened_on", "precision"]
        widgets = {"happened_on": day_input()}


class LessonForm(RecordForm):
    """What the partners learned and will do differently."""

    day = "learned_on"

    class Meta:
        model = Lesson
        fields = ["programme", "outcome", "learned_on", "precision"]
        widgets = {"learned_on": day_input()}


class GainForm(RecordForm):
    """What one side has from the partnership. Whether everybody may read it, an officer says in the administration."""

    texts = {"title": True, "text": False, "origin": False}
    day = "gained_on"

    class Meta:
        model = Gain
        fields = ["gained_by", "came_from", "gained_on", "precision"]
        widgets = {"gained_on": day_input()}


def _owners(form: Any) -> None:
    """Offer as owner the people who may write in the partnership now."""
    writers = Membership.objects.filter(partnership=form.partnership).exclude(role=Role.VIEWER).active(form.today)
    form.fields["owner"].queryset = User.objects.filter(pk__in=writers.values("user"))


class RiskForm(RecordForm):
    """What may hinder the partnership, or does."""

    texts = {"title": True, "cause": False, "effect": False, "response": False}

    class Meta:
        model = Risk
        fields = ["kind", "side", "likelihood", "gravity", "state", "owner", "review_on"]
        widgets = {"review_on": day_input()}

    def narrow(self) -> None:
        """Offer as owner the people who may write in the partnership now."""
        super().narrow()
        _owners(self)

    def layout(self) -> list[Any]:
        """Return what is shown below the texts, two beside each other."""
        pairs = [("kind", "side"), ("likelihood", "gravity"), ("state", "owner")]
        return [*(Div(*pair, css_class="form-columns") for pair in pairs), "review_on"]


class ReviewForm(RecordForm):
    """A step of a risk, and what the risk is judged to be from now on."""

    texts = {"text": False}
    needed = ["text"]
    day = "happened_on"
    # Columns of the risk; the others are those of the step.
    judged = ["likelihood", "gravity", "state", "owner", "review_on"]
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Owner"), required=False)
    review_on = forms.DateField(label=_("To be reviewed again on"), widget=day_input(), required=False)

    class Meta:
        model = RiskStep
        fields = ["kind", "happened_on", "precision", "likelihood", "gravity", "state"]
        widgets = {"happened_on": day_input()}

    def __init__(self, *args: Any, risk: Risk, **kwargs: Any) -> None:
        self.risk = risk
        super().__init__(*args, **kwargs)
        now = {name: getattr(risk, name) for name in self.judged if name != "owner"}
        self.initial |= now | {"owner": risk.owner_id, "version": risk.version, "kind": RiskStep.Kind.REVIEW}
        if not self.is_bound:
            self.initial |= {"happened_on": self.today, "precision": Precision.DAY}

    def narrow(self) -> None:
        """Offer as owner the people who may write in the partnership now, and who owns the risk already."""
        _owners(self)
        self.fields["owner"].queryset |= User.objects.filter(pk=self.risk.owner_id)

    def layout(self) -> list[Any]:
        """Return the step first, then what the risk is judged to be."""
        return [
            "kind",
            Div("happened_on", "precision", css_class="form-columns"),
            Div("likelihood", "gravity", css_class="form-columns"),
            Div("state", "owner", css_class="form-columns"),
            "review_on",
        ]

    def clean_review_on(self) -> dt.date | None:
        """Return the day of the next review, which is still to come."""
        day = self.cleaned_data["review_on"]
        if day and day < self.today and day != self.risk.review_on:
            raise ValidationError(_("Give a day that is still to come."))
        return day

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the risk."""
        return list(self.judged)

    @property
    def step(self) -> dict[str, Any]:
        """The columns of the step. Call it after `is_valid`."""
        names = ["kind", "happened_on", "precision", *self.text_columns()]
        return {name: self.cleaned_data[name] for name in names}
