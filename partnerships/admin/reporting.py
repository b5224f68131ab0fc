"""The report of a year: what funders ask to be told and judged, the texts, the remarks, and the scores."""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.access import may_report
from partnerships.admin.base import OwnPartnershipAdmin, OwnVersionedForm
from partnerships.admin.trails import PointingMixin
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm
from partnerships.models import (
    NarrativeSection,
    PerformanceScore,
    ProgrammeYear,
    ReviewRemark,
    ScoreCriterion,
    SectionHeading,
)
from partnerships.services import hold_report, pointing_figures
from portal.ground.admin import AdminForm, TranslatedAdmin, VisibleFilter
from portal.ground.admin.versions import VersionedMixin

SPAN = ("starts_on", "starts_precision", "ends_on", "ends_precision")


class HeadingForm(AdminForm):
    """A section; the languages that a funder asks for are chosen from those of the portal."""

    languages = forms.MultipleChoiceField(
        label=_("languages that the funder asks for"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Left out: the language that its writer chooses."),
    )


@admin.register(SectionHeading)
class SectionHeadingAdmin(TranslatedAdmin):
    """What the report of a year tells in words."""

    form = HeadingForm
    fields = ["slug", "title", "guidance", "source", "is_per_outcome", "is_required", "languages", "position", SPAN]
    list_display = ["title", "source", "is_per_outcome", "is_required", "position", "span_text"]
    list_filter = ["source", "is_required"]
    list_select_related = ["source"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["title"]}


@admin.register(ScoreCriterion)
class ScoreCriterionAdmin(TranslatedAdmin):
    """By what the results of a year are judged, and on which scale."""

    fields = ["slug", "name", "question", "source", "scale", "position", SPAN]
    list_display = ["name", "source", "scale", "position", "span_text"]
    list_filter = ["source", "scale"]
    list_select_related = ["source", "scale"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["name"]}


class SectionForm(AskingForm, OwnVersionedForm):
    """A text of a year's report, asked the same as on its page."""

    why_asked = SMALL_COUNTS

    def pointing(self) -> dict[str, list[str]]:
        """Return what the rooms above say of the figures in the text, beside the text as it was."""
        if not self.instance.year_id:
            return {}
        stored = copy.copy(self.instance)
        stored.text = self.initial.get("text") or ""
        texts = {"text": self.cleaned_data.get("text") or ""}
        return pointing_figures(stored, [], texts, on=timezone.localdate())

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.year_id:
            return
        try:
            hold_report(self.instance.year, actor=self.actor)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(NarrativeSection)
class NarrativeSectionAdmin(PointingMixin, VersionedMixin, OwnPartnershipAdmin):
    """The texts of reports."""

    form = SectionForm
    fields = [
        "year",
        "heading",
        "outcome",
        "language",
        "translation_of",
        "text",
        "is_nothing_to_tell",
        "state",
        "owner",
        "edition",
        "translated_edition",
        "is_demonstration",
    ]
    list_display = ["heading", "outcome", "year", "language", "state", "owner", "is_demonstration"]
    list_filter = ["state", "language", ("year__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["heading", "outcome", "year__programme", "owner"]
    search_fields = ["heading__slug", "heading__title_nl", "heading__title_fr", "text"]
    autocomplete_fields = ["year", "heading", "outcome", "translation_of"]
    parent_field = "year"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep a text that is there in its place: its translations and the remarks on it stay with it."""
        fixed = ["edition", "translated_edition", "is_demonstration"]
        return [*fixed, "year", "heading", "outcome"] if obj else fixed

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may write it now; what is validated or locked is only read."""
        return super().has_change_permission(request, obj) and (obj is None or may_report(request.user, obj.year)[0])

    def save_model(self, request: HttpRequest, obj: NarrativeSection, form: Any, change) -> None:
        """Save the text; another one is a new edition, and a translation says what its original says now."""
        if change and "text" in form.changed_data:
            obj.edition += 1
        if obj.translation_of:
            obj.translated_edition = obj.translation_of.edition
        super().save_model(request, obj, form, change)


class ScoreForm(OwnVersionedForm):
    """A score, asked the same as on the page of its year."""

    def _post_clean(self) -> None:
        super()._post_clean()
        year = _year_of(self.instance)
        if self.errors or year is None:
            return
        try:
            hold_report(year, actor=self.actor)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(PerformanceScore)
class PerformanceScoreAdmin(VersionedMixin, OwnPartnershipAdmin):
    """How the results of years are judged."""

    form = ScoreForm
    fields = [
        "programme",
        "year",
        "outcome",
        "criterion",
        "level",
        "justification",
        "language",
        "author",
        "is_demonstration",
    ]
    readonly_fields = ["author", "is_demonstration"]
    list_display = ["criterion", "level", "outcome", "programme", "year", "is_demonstration"]
    list_filter = ["year", "criterion", ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["criterion", "level", "outcome", "programme"]
    search_fields = ["criterion__slug", "criterion__name_nl", "criterion__name_fr", "justification"]
    autocomplete_fields = ["programme", "outcome", "criterion"]
    parent_field = "programme"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may judge now; what is validated or locked is only read."""
        if not super().has_change_permission(request, obj):
            return False
        year = _year_of(obj) if obj else None
        return year is None or may_report(request.user, year)[0]

    def save_model(self, request: HttpRequest, obj: PerformanceScore, form: Any, change) -> None:
        """Save the score, with its author where it is new."""
        if not change:
            obj.author = request.user
        super().save_model(request, obj, form, change)


def _year_of(score: PerformanceScore) -> ProgrammeYear | None:
    """Return the year of a score, where the programme has it."""
    years = ProgrammeYear.objects.filter(programme=score.programme_id, year=score.year or 0)
    return years.select_related("programme__partnership").first()


@admin.register(ReviewRemark)
class ReviewRemarkAdmin(OwnPartnershipAdmin):
    """What officers asked to mend: written on the page of the year, and changed by nobody."""

    list_display = ["year", "about", "author", "written_at", "is_demonstration"]
    list_filter = [("year__programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["year__programme", "section__heading", "section__outcome", "author"]
    fields = ["year", "section", "text", "language", "author", "written_at", "is_demonstration"]
    readonly_fields = ["written_at", "is_demonstration"]
    search_fields = ["text"]
    parent_field = "year"

    @admin.display(description=_("section"))
    def about(self, obj: ReviewRemark) -> str:
        """Return the section; a list cannot be put in the order of what orders itself by the year too."""
        return str(obj.section or "")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: ReviewRemark | None = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ReviewRemark | None = None) -> bool:
        """Nobody deletes one."""
        return False
