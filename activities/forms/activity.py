"""The forms of an activity: its record, its status, and the withdrawal of an entry."""

from __future__ import annotations

from collections import defaultdict

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, Theme
from activities.services import ActivityValues
from activities.small_counts import told_of
from beneficiaries.models import EvaluationForm, TargetGroup
from partnerships.access import partnerships_of
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import HostEvent, Organisation, Outcome, Place, Programme, Role
from portal.ground.carry import author_token
from portal.ground.forms import DayInput, LineField, PortalForm, PortalModelForm, RowsField, TextField
from portal.ground.wording import translated

COLUMNS = [
    "partnership",
    "programme",
    "outcome",
    "kind",
    "side",
    "starts_on",
    "starts_precision",
    "ends_on",
    "ends_precision",
    "place",
    "host_event",
    "part_of",
    "initiated_by",
    "is_recurring",
    "evaluation_form",
]
MAX_CHOICES = 200
PARTS = ["title", "summary"]
LINKS = ["themes", "target_groups", "organisations"]


def _day() -> DayInput:
    return DayInput()


class ActivityForm(AskingForm, PortalModelForm):
    """The record of an activity, with title and public summary in one language or several."""

    why_asked = SMALL_COUNTS

    themes = RowsField(
        label=_("Themes"), queryset=Theme.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    target_groups = RowsField(
        label=_("Target groups"),
        queryset=TargetGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisations = RowsField(
        label=_("Organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Activity
        fields = [*COLUMNS, *LINKS]
        widgets = {"starts_on": _day(), "ends_on": _day()}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = partnerships_of(user, Role.COORDINATOR)
        self.fields["partnership"].queryset = mine
        self.fields["programme"].queryset = Programme.objects.filter(partnership__in=mine)
        others = Activity.objects.filter(partnership__in=mine).exclude(pk=self.instance.pk)
        self.fields["part_of"].queryset = others
        self.fields["part_of"].widget.choices = _recent(others, self.instance.part_of)
        of = [self.instance.partnership_id] if self.instance.partnership_id else mine
        results = Outcome.objects.filter(partnership__in=of)
        self.fields["outcome"].queryset = results
        self.fields["outcome"].label = _("Toward the result")
        self.fields["outcome"].widget.choices = [("", _("none")), *result_choices(results)]
        self.fields["evaluation_form"].queryset = EvaluationForm.objects.filter(partnership__in=of)
        places = Place.objects.local_to(mine, self.instance.place_id)
        self.fields["place"].queryset = places.select_related("municipality")
        self.fields["host_event"].queryset = HostEvent.objects.local_to(mine, self.instance.host_event_id)
        named = self.instance.organisations.values_list("pk", flat=True) if self.instance.pk else []
        self.fields["organisations"].queryset = Organisation.objects.local_to(mine, *named)
        if self.instance.pk:
            self.fields["partnership"].disabled = True
        else:
            self._propose(mine)
        self.languages = sorted(settings.LANGUAGES, key=lambda language: language[0] != get_language())
        for code, name in self.languages:
            self._add_text(code, name)
        self.fields[f"title_{self.languages[0][0]}"].help_text = _("Needed in at least one language.")
        self.initial |= {"author": author_token(user), "version": self.instance.version}
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = self._layout()

    def _propose(self, mine) -> None:
        """Choose beforehand what leaves no doubt: the only partnership, and its last programme."""
        chosen = self.initial.get("partnership") or (mine[0].pk if len(mine) == 1 else None)
        last = Programme.objects.filter(partnership=chosen).order_by("-starts_on").first() if chosen else None
        self.initial |= {"partnership": chosen, "programme": last.pk if last else None}

    def _add_text(self, code: str, name: str) -> None:
        direction = {"lang": code, "dir": "rtl" if code == "ar" else "ltr"}
        title, summary = f"title_{code}", f"summary_{code}"
        self.fields[title] = LineField(
            label=_("Title (%(language)s)") % {"language": name},
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs=direction),
        )
        self.fields[summary] = TextField(
            label=_("Public summary (%(language)s)") % {"language": name},
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, **direction}),
        )
        self.initial[title] = getattr(self.instance, title) or ""
        self.initial[summary] = getattr(self.instance, summary) or ""

    def _layout(self) -> Layout:
        """Return the page in three parts: what, when and where, for and with whom; other languages are folded."""
        first, *others = [code for code, _name in self.languages]
        status = ["status"] if "status" in self.fields else []
        hidden = ["submission_key", "version", "author"]
        return Layout(
            *hidden,
            Fieldset(
                _("What"),
                f"title_{first}",
                f"summary_{first}",
                *self._folded(others),
                "points_at_nobody",
                "kind",
                *status,
                css_class="panel",
            ),
            Fieldset(
                _("When and where"),
                Div("partnership", "programme", css_class="form-columns"),
                "outcome",
                "side",
                Div("starts_on", "starts_precision", css_class="form-columns"),
                Div("ends_on", "ends_precision", css_class="form-columns"),
                Div("place", "host_event", css_class="form-columns"),
                "part_of",
                "is_recurring",
                css_class="panel",
            ),
            Fieldset(
                _("For and with whom"),
                "target_groups",
                "themes",
                "organisations",
                "initiated_by",
                "evaluation_form",
                css_class="panel",
            ),
        )

    def _folded(self, codes: list[str]) -> list:
        fields = [Field(f"{part}_{code}") for code in codes for part in PARTS]
        opened = " open" if any(self[f"{part}_{code}"].errors for code in codes for part in PARTS) else ""
        summary = format_html("<details class='form-part'{}><summary>{}</summary>", opened, _("In other languages"))
        return [HTML(summary), *fields, HTML("</details>")]

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(f"title_{code}") for code, _name in self.languages):
            first = f"title_{self.languages[0][0]}"
            self.add_error(first, ValidationError(_("Give the activity a title in at least one language.")))
        partnership = cleaned.get("partnership")
        for name in ("programme", "part_of", "outcome", "evaluation_form"):
            if partnership and cleaned.get(name) and cleaned[name].partnership_id != partnership.pk:
                self.add_error(name, ValidationError(_("This belongs to another partnership.")))
        self._check_programme(cleaned)
        return cleaned

    def _check_programme(self, cleaned: dict) -> None:
        programme = cleaned.get("programme")
        for name in ("starts_on", "ends_on"):
            day = cleaned.get(name)
            if programme and day and not programme.starts_on <= day <= programme.ends_on:
                sentence = _("The programme runs in %(years)s: the date lies outside it.")
                self.add_error(name, ValidationError(sentence, params={"years": programme.span_text}))

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in the texts that are small counts of the log."""
        texts = {
            f"{part}_{code}": self.cleaned_data.get(f"{part}_{code}") for code, _n in self.languages for part in PARTS
        }
        return told_of(self.instance, texts, self.initial)

    def values(self) -> ActivityValues:
        """Return the input of the services. Call it after `is_valid`."""
        cleaned = self.cleaned_data
        texts = {f"{part}_{code}": cleaned[f"{part}_{code}"] for code, _n in self.languages for part in PARTS}
        columns = {name: cleaned[name] for name in COLUMNS} | texts
        for end in ("starts", "ends"):
            columns[f"{end}_precision"] = getattr(self.instance, f"{end}_precision")
        return ActivityValues(columns=columns, **{name: list(cleaned[name]) for name in LINKS})


def result_choices(results: models.QuerySet) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the results as a tree to choose from: under each programme, each result below the one it leads to."""
    below: dict[int | None, list[Outcome]] = defaultdict(list)
    rows = list(results.select_related("programme", "partnership").order_by("programme", "number", "pk"))
    known = {row.pk for row in rows}
    for row in rows:
        below[row.parent_id if row.parent_id in known else None].append(row)
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)

    def add(row: Outcome, depth: int) -> None:
        name = "\N{EN DASH} " * depth + f"{translated(row, 'title')} ({row.get_level_display()})"
        groups[str(translated(row.programme or row.partnership, "name"))].append((row.pk, name))
        for part in below[row.pk]:
            add(part, depth + 1)

    for row in below[None]:
        add(row, 0)
    return list(groups.items())


def _recent(activities, chosen: Activity | None) -> list[tuple]:
    """Return at most `MAX_CHOICES` activities to choose from, the latest first; the chosen one is always there."""
    rows = list(activities.order_by("-starts_on", "-pk")[:MAX_CHOICES])
    if chosen and chosen not in rows:
        rows.insert(0, chosen)
    return [("", _("none")), *((row.pk, str(row)) for row in rows)]


class NewActivityForm(ActivityForm):
    """The record of an activity that does not exist yet, with the status that it starts from."""

    class Meta(ActivityForm.Meta):
        fields = [*COLUMNS, "status", *LINKS]

    def values(self) -> ActivityValues:
        values = super().values()
        values.columns["status"] = self.cleaned_data["status"]
        return values


class WithdrawForm(PortalForm):
    """Why an entry is withdrawn."""

    reason = TextField(label=_("Why is the entry withdrawn?"), rows=3, max_length=2000)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["author"] = author_token(user)
