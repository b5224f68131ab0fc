"""Administration of evaluation forms and suggestions. What people answered is counted on the form's own pages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Answer, AnswerCode, AnswerSheet, EvaluationForm, Question, QuestionChoice, Suggestion
from beneficiaries.services.evaluation_forms import check_settled
from beneficiaries.small_figures import small_figures
from partnerships.admin.base import OwnPartnershipAdmin, OwnTranslatedAdmin, OwnVersionedForm
from partnerships.admin.trails import PointingMixin
from partnerships.forms.pointing import TEXTS, AskingForm
from portal.ground.admin import ReadOnlyMixin, VisibleFilter
from portal.ground.admin.versions import VersionedMixin

TITLES = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]


class EvaluationFormForm(AskingForm, OwnVersionedForm):
    """A form whose answers, once there are some, keep meaning what they did.

    What it is tied to from now on may tell figures that its results do not tell.
    """

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        if self.instance.pk:
            try:
                check_settled(EvaluationForm.objects.get(pk=self.instance.pk), values)
            except ValidationError as error:
                self.add_error(None, error)
        return values

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in the texts of findings and decisions that the form is tied to from now on."""
        if not self.instance.pk:
            return {}
        found = {}
        for name in ("findings", "decisions"):
            tied = set(getattr(self.instance, name).values_list("pk", flat=True))
            rows = [row for row in self.cleaned_data.get(name) or [] if row.pk not in tied]
            columns = [f"{text}_{code}" for text in TEXTS for code, _language in settings.LANGUAGES]
            texts = {f"{row.pk} {column}": getattr(row, column, "") or "" for row in rows for column in columns}
            figures = small_figures([self.instance], texts, on=timezone.localdate())
            if figures:
                found[name] = list(dict.fromkeys(figure for of in figures.values() for figure in of))
        return found


@admin.register(EvaluationForm)
class EvaluationFormAdmin(PointingMixin, VersionedMixin, OwnTranslatedAdmin):
    """Questionnaires and the decisions that came of them."""

    form = EvaluationFormForm
    list_display = ["title", "partnership", "course", "target_group", "date_text", "open_text", "is_demonstration"]
    list_filter = ["is_demonstration", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "course", "target_group"]
    search_fields = TITLES
    date_hierarchy = "sent_on"
    autocomplete_fields = ["partnership", "course", "cohort", "target_group", "findings", "decisions"]
    readonly_fields = ["is_demonstration"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "partnership"

    def view_on_site(self, obj: EvaluationForm) -> str:
        """Return the address of its page."""
        return reverse("forms:detail", args=[obj.slug])


@admin.register(Question)
class QuestionAdmin(ReadOnlyMixin, OwnTranslatedAdmin):
    """Questions, written on the pages of their form."""

    list_display = ["text", "kind", "form", "position", "is_required"]
    list_filter = ["kind"]
    list_select_related = ["form__partnership"]
    search_fields = ["text_nl", "text_fr", "text_en", "text_ar", "form__slug"]
    parent_field = "form"


@admin.register(QuestionChoice)
class QuestionChoiceAdmin(ReadOnlyMixin, OwnTranslatedAdmin):
    """Answers on offer, written with their question."""

    list_display = ["label", "question", "position"]
    list_select_related = ["question__form__partnership"]
    search_fields = ["label_nl", "label_fr", "label_en", "label_ar"]
    parent_field = "question"


@admin.register(AnswerCode)
class AnswerCodeAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """How many codes there are; the codes stand on paper."""

    list_display = ["__str__", "form", "state"]
    list_filter = ["state"]
    list_select_related = ["form__partnership"]
    fields = ["form", "state"]
    parent_field = "form"


@admin.register(AnswerSheet)
class AnswerSheetAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Which filled-in forms there are."""

    list_display = ["__str__", "form", "way", "language", "received_on", "typed_by", "is_demonstration"]
    list_filter = ["way", "language", "is_demonstration"]
    list_select_related = ["form__partnership", "typed_by"]
    fields = ["form", "way", "language", "received_on", "typed_by", "is_demonstration"]
    parent_field = "form"


@admin.register(Answer)
class AnswerAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Which answers there are, never what somebody wrote; for administrators, for they stand together as given."""

    list_display = ["__str__", "question", "choice", "number"]
    list_select_related = ["question", "choice", "sheet__form__partnership"]
    fields = ["sheet", "question", "choice", "number"]
    parent_field = "sheet"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person is an administrator."""
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say the same of the list."""
        return bool(request.user.is_superuser)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows, without the words."""
        return super().get_queryset(request).defer("text")


@admin.register(Suggestion)
class SuggestionAdmin(VersionedMixin, OwnPartnershipAdmin):
    """Suggestions and their answers; the answer is given on the suggestion's own page."""

    form = OwnVersionedForm
    list_display = ["__str__", "partnership", "cohort", "centre", "state", "replied_on", "is_demonstration"]
    list_filter = ["theme", "state", "is_demonstration", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "cohort__course", "centre"]
    search_fields = ["text", "reply"]
    date_hierarchy = "made_on"
    autocomplete_fields = ["partnership", "cohort", "centre"]
    readonly_fields = ["state", "reply", "replied_on", "replied_by", "is_demonstration"]
    parent_field = "partnership"

    def view_on_site(self, obj: Suggestion) -> str:
        """Return the address of its page."""
        return reverse("suggestions:detail", args=[obj.pk])
