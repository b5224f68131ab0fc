"""The forms with which a questionnaire is built: its record, one question of each kind, and its codes."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Div
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from beneficiaries.models import Cohort, Course, EvaluationForm, Question
from beneficiaries.services.answers import MOST_CODES
from beneficiaries.small_figures import small_figures
from partnerships.forms.base import KeptForm, day_input
from partnerships.forms.trails import FindingForm, RecordForm
from portal.ground.forms import FigureField, RowsField, TextField

Kind = Question.Kind


def written_in(form: EvaluationForm) -> list[tuple[str, str]]:
    """Return the languages that a form is written in, with their names."""
    return [(code, name) for code, name in settings.LANGUAGES if getattr(form, f"title_{code}", "")]


MOST_CHOICES, LONGEST_CHOICE = 20, 150


class EvaluationFormForm(RecordForm):
    """The record of a form: what it is called, who answers it and from when to when."""

    texts = {"title": True, "subject": True, "introduction": False}

    class Meta:
        model = EvaluationForm
        fields = ["target_group", "course", "cohort", "opens_on", "closes_on", "needs_code"]
        widgets = {"opens_on": day_input(), "closes_on": day_input()}

    def narrow(self) -> None:
        """Offer the courses and cohorts of the partnership."""
        self.fields["course"].queryset = Course.objects.filter(partnership=self.partnership)
        cohorts = Cohort.objects.filter(course__partnership=self.partnership).select_related("course")
        self.fields["cohort"].queryset = cohorts
        self.fields["target_group"].help_text = _(
            "Left out, the answers are kept as carefully as those of a vulnerable group."
        )
        self.fields["closes_on"].help_text = _("The last day. It can be put off as long as paper is typed in.")

    def layout(self) -> list[Any]:
        pairs = [("target_group", "course"), ("opens_on", "closes_on")]
        columns = [Div(*pair, css_class="form-columns") for pair in pairs]
        return [columns[0], "cohort", columns[1], "needs_code"]


class QuestionForm(RecordForm):
    """One question: the fields that its kind needs, and no others."""

    needed = ["text"]
    lowest = FigureField(label=gettext_lazy("Lowest number"), required=False)
    highest = FigureField(label=gettext_lazy("Highest number"), required=False)

    class Meta:
        model = Question
        fields = ["steps", "lowest", "highest", "is_required"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kind = kwargs["instance"].kind
        self.texts = {"text": True} | ({"low": True, "high": True} if kind == Kind.SCALE else {})
        super().__init__(*args, **kwargs)

    def narrow(self) -> None:
        """Leave out what belongs to other kinds, and add the answers on offer."""
        kind = self.instance.kind
        own = {Kind.SCALE: ["steps"], Kind.NUMBER: ["lowest", "highest"]}.get(Kind(kind), [])
        for name in {"steps", "lowest", "highest"} - set(own):
            del self.fields[name]
        if "steps" in self.fields:
            self.fields["steps"] = forms.TypedChoiceField(
                label=_("Steps of the scale"), choices=[(number, str(number)) for number in range(3, 11)], coerce=int
            )
            self.initial["steps"] = self.instance.steps or 5
        self.offers = kind in {Kind.CHOICE, Kind.CHOICES}
        if self.offers:
            self._add_choices()

    def _add_choices(self) -> None:
        rows = list(self.instance.choices.all()) if self.instance.pk else []
        offered = _("Answers on offer")
        for code, language in self.languages:
            name = f"choices_{code}"
            attrs = {"rows": 5, "lang": code, "dir": "rtl" if code == "ar" else "ltr"}
            label = f"{offered} ({language})"
            self.fields[name] = TextField(
                label=label, required=False, max_length=4000, widget=forms.Textarea(attrs=attrs)
            )
            self.initial[name] = "\n".join(getattr(row, f"label_{code}") or "" for row in rows).strip()
        own = self.fields[f"choices_{self.languages[0][0]}"]
        own.help_text = _("One answer a line. In every language the same answers in the same order.")

    def text_layout(self) -> list[Any]:
        """Return the texts in the writer's language, and the others folded."""
        (first, _name), *others = self.languages
        names = [*self.texts, *(["choices"] if self.offers else [])]
        folded = [f"{name}_{code}" for code, _language in others for name in names]
        opened = " open" if any(self[name].errors for name in folded) else ""
        summary = format_html(
            "<details class='form-part mb-3'{}><summary>{}</summary>", opened, _("In other languages")
        )
        return [*(f"{name}_{first}" for name in names), HTML(summary), *folded, HTML("</details>")]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.labels = self._labels(values) if self.offers else []
        return values

    def _labels(self, values: dict[str, Any]) -> list[dict[str, str]]:
        """Return the answers on offer, {column: label} of each."""
        first = f"choices_{self.languages[0][0]}"
        lines = {
            code: [
                " ".join(line.split()) for line in (values.get(f"choices_{code}") or "").splitlines() if line.strip()
            ]
            for code, _language in self.languages
        }
        written = {code: some for code, some in lines.items() if some}
        count = max(map(len, written.values()), default=0)
        if not 2 <= count <= MOST_CHOICES:
            sentence = _("Write 2 to %(limit)s answers, one a line.") % {"limit": MOST_CHOICES}
            self.add_error(first, ValidationError(sentence, code="count"))
        for code, some in written.items():
            self._check_lines(f"choices_{code}", some, count)
        codes = [code for code, _language in settings.LANGUAGES]
        return [
            {f"label_{code}": written[code][place] if len(written.get(code, [])) > place else "" for code in codes}
            for place in range(count)
        ]

    def _check_lines(self, name: str, some: list[str], count: int) -> None:
        if len(some) != count:
            sentence = _("Here stand %(here)s answers, in another language %(there)s: write the same ones.")
            self.add_error(name, ValidationError(sentence % {"here": len(some), "there": count}, code="count"))
        if len(set(some)) != len(some):
            self.add_error(name, ValidationError(_("The same answer stands here twice."), code="twice"))
        if any(len(line) > LONGEST_CHOICE for line in some):
            sentence = _("An answer is at most %(limit)s characters long.") % {"limit": LONGEST_CHOICE}
            self.add_error(name, ValidationError(sentence, code="long"))

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the question."""
        return [name for name in super().columns() if not name.startswith("choices_")]


class CodesForm(KeptForm):
    """How many codes are printed, and in which of the form's languages they say what to do."""

    count = forms.IntegerField(
        label=gettext_lazy("How many codes"),
        min_value=1,
        max_value=MOST_CODES,
        initial=30,
        help_text=gettext_lazy("One for each person. They are shown once: print them at once."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the sheet"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, asked: EvaluationForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = written_in(asked)
        self.fields["language"].choices = own
        self.initial["language"] = next((code for code, _name in own if code == get_language()), own[0][0])


class ConclusionForm(FindingForm):
    """A finding, and the questions that it rests on."""

    questions = RowsField(
        label=gettext_lazy("Questions that it rests on"),
        queryset=Question.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(FindingForm.Meta):
        fields = ["found_on", "precision"]

    def __init__(self, *args: Any, asked: EvaluationForm, **kwargs: Any) -> None:
        self.asked = asked
        super().__init__(*args, **kwargs)

    def narrow(self) -> None:
        """Offer the questions of the form."""
        self.fields["questions"].queryset = self.asked.questions.all()

    def layout(self) -> list[Any]:
        asked, *others = super().layout()
        return [asked, "questions", *others]

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures that the results of the form do not tell."""
        return small_figures([self.asked], self.written(), on=self.today)

    def columns(self) -> list[str]:
        """Return the names of the fields that are columns of the finding."""
        return [name for name in super().columns() if name != "questions"]
