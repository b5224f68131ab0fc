"""What a year is told in words: sections that the funder asks for, and an officer's remarks on them."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models.funding import FundingSource
from partnerships.models.partnership import ScopedQuerySet
from partnerships.models.programme import ProgrammeYear
from partnerships.models.results import Outcome
from portal.ground.constraints import AppendOnly
from portal.ground.dates import Span
from portal.ground.natural import Slugged


class SectionHeading(Span, Slugged):
    """A section of the yearly report that a funder asks for: context, progress per outcome, lessons."""

    title = models.CharField(_("title"), max_length=150)
    guidance = models.TextField(_("what it should tell"), blank=True, default="")
    source = models.ForeignKey(
        FundingSource,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="section_headings",
        verbose_name=_("funding source that asks for it"),
        help_text=_("Left out: every programme writes it."),
    )
    is_per_outcome = models.BooleanField(_("one for each outcome"), default=False)
    is_required = models.BooleanField(_("required"), default=True)
    languages = models.JSONField(
        _("languages that the funder asks for"),
        default=list,
        blank=True,
        help_text=_("Left out: the language that its writer chooses."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("section of the yearly report")
        verbose_name_plural = _("sections of the yearly report")
        ordering = ["position", "slug"]
        constraints = [*Span.Meta.constraints]

    def __str__(self):
        return self.title


class OfYearQuerySet(ScopedQuerySet):
    """Rows that hang on a programme year."""

    partnership_path = "year__programme__partnership"


ONE_ORIGINAL = _("This section is written in another language already: say of which text this is the translation.")


class NarrativeSection(models.Model):
    """One section of one year in one language; a translation remembers which text it was made from."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        READY = "ready", _("ready")
        RETURNED = "returned", _("returned with remarks")

    year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="sections", verbose_name=_("programme year"))
    heading = models.ForeignKey(SectionHeading, models.PROTECT, related_name="sections", verbose_name=_("section"))
    outcome = models.ForeignKey(
        Outcome, models.PROTECT, null=True, blank=True, related_name="sections", verbose_name=_("outcome")
    )
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    text = models.TextField(_("text"), blank=True, default="")
    is_nothing_to_tell = models.BooleanField(_("nothing to tell this year"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    translation_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="translations",
        verbose_name=_("translation of"),
    )
    # The number of the original's text that this translation says; behind it, the translation is out of date.
    translated_edition = models.PositiveIntegerField(_("edition that it translates"), default=0, editable=False)
    edition = models.PositiveIntegerField(_("edition of the text"), default=1, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("narrative section")
        verbose_name_plural = _("narrative sections")
        ordering = ["year", "heading", "outcome", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "heading", "outcome", "language"],
                name="partnerships_section_once",
                violation_error_code="language",
                violation_error_message=_("This section is there in this language already."),
            ),
            models.UniqueConstraint(
                fields=["year", "heading", "language"],
                condition=models.Q(outcome__isnull=True),
                name="partnerships_whole_section_once",
                violation_error_code="language",
                violation_error_message=_("This section is there in this language already."),
            ),
            models.UniqueConstraint(
                fields=["year", "heading", "outcome"],
                condition=models.Q(translation_of__isnull=True),
                name="partnerships_section_original",
                violation_error_code="translation_of",
                violation_error_message=ONE_ORIGINAL,
            ),
            models.UniqueConstraint(
                fields=["year", "heading"],
                condition=models.Q(outcome__isnull=True, translation_of__isnull=True),
                name="partnerships_whole_section_original",
                violation_error_code="translation_of",
                violation_error_message=ONE_ORIGINAL,
            ),
            models.CheckConstraint(
                name="partnerships_section_nothing",
                condition=models.Q(is_nothing_to_tell=False) | models.Q(text=""),
                violation_error_code="is_nothing_to_tell",
                violation_error_message=_("There is a text: take it out, or take this mark away."),
            ),
            models.CheckConstraint(
                name="partnerships_section_other_text",
                condition=models.Q(translation_of__isnull=True) | ~models.Q(translation_of=models.F("pk")),
                violation_error_code="translation_of",
                violation_error_message=_("No text is the translation of itself."),
            ),
        ]

    def __str__(self):
        return f"{self.heading} – {self.outcome}" if self.outcome else str(self.heading)

    def clean(self) -> None:
        """Refuse a result of another programme, and a translation of another section or of a translation."""
        super().clean()
        errors: dict[str, ValidationError] = {}
        if self.outcome and self.year_id and self.outcome.programme_id != self.year.programme_id:
            errors["outcome"] = ValidationError(_("This result belongs to another programme."), code="programme")
        original = self.translation_of
        if self.state == self.State.READY and not self.is_told:
            sentence = _("It is still empty: write it, or mark that there is nothing to tell this year.")
            errors["text"] = ValidationError(sentence, code="empty")
        if original and original.translation_of_id:
            errors["translation_of"] = ValidationError(_("This is a translation itself: choose the first text."))
        elif original and original.place != self.place:
            errors["translation_of"] = ValidationError(_("This is the text of another section."))
        if errors:
            raise ValidationError(errors)

    @property
    def place(self) -> tuple[int, int, int | None]:
        """What tells sections of a year apart, whatever their language."""
        return self.year_id, self.heading_id, self.outcome_id

    @property
    def is_told(self) -> bool:
        """Whether there is a text, or nothing to tell."""
        return bool(self.text.strip()) or self.is_nothing_to_tell

    @property
    def is_out_of_date(self) -> bool:
        """Whether it translates a text that its original no longer has."""
        return bool(self.translation_of) and self.translated_edition < self.translation_of.edition  # type: ignore[union-attr]


class ReviewRemark(models.Model):
    """What an officer asks to mend before the year is validated: of one section, or of the whole."""

    year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="remarks", verbose_name=_("programme year"))
    section = models.ForeignKey(
        NarrativeSection, models.PROTECT, null=True, blank=True, related_name="remarks", verbose_name=_("section")
    )
    text = models.TextField(_("remark"))
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = OfYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark of an officer")
        verbose_name_plural = _("remarks of officers")
        ordering = ["year", "written_at", "pk"]
        constraints = [AppendOnly(name="partnerships_remark_append_only")]

    def __str__(self):
        return self.text[:80]
