"""What those who take part suggest, and what they were answered: nothing stays without a word."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.answers import Answer
from beneficiaries.models.courses import Cohort
from partnerships.models import Organisation, Partnership
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import format_date
from portal.ground.wording import Wording, written


class SuggestionQuerySet(ScopedQuerySet):
    """Questions about suggestions."""

    def waiting(self) -> SuggestionQuerySet:
        """Return those that nobody answered yet."""
        return self.filter(reply="")


class Suggestion(models.Model):
    """A suggestion by people who take part, without a name: what it is about, its answer, and who gave that."""

    class Theme(models.TextChoices):
        CONTENT = "content", _("what is taught")
        TEACHING = "teaching", _("how it is taught")
        HOURS = "hours", _("days and hours")
        PLACE = "place", _("the place and what is in it")
        CARE = "care", _("how we treat each other")
        AFTER = "after", _("what comes after the course")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        NEW = "new", _("not answered yet")
        CONSIDERED = "considered", _("being looked at")
        TAKEN_UP = "taken_up", _("taken up")
        DONE = "done", _("done")
        DECLINED = "declined", _("not possible")

    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="suggestions", verbose_name=_("partnership")
    )
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.OTHER)
    made_on = models.DateField(_("made on"))
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="suggestions", verbose_name=_("cohort")
    )
    centre = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="suggestions",
        verbose_name=_("training centre"),
    )
    text = models.TextField(
        _("suggestion"),
        help_text=_("All members of the partnership read it: write nobody's name, nor what would give somebody away."),
    )
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    # The words of a form that it was taken from, if any.
    answer = models.OneToOneField(
        Answer, models.SET_NULL, null=True, editable=False, related_name="suggestion", verbose_name=_("taken from")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW, editable=False)
    reply = models.TextField(_("answer"), blank=True, default="", editable=False)
    reply_language = models.CharField(
        _("language of the answer"), max_length=2, choices=settings.LANGUAGES, blank=True, default="", editable=False
    )
    replied_on = models.DateField(_("answered on"), null=True, editable=False)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-made_on", "-pk"]
        indexes = [models.Index(fields=["partnership", "-made_on", "-id"], name="beneficiaries_suggestion_order")]
        constraints = [
            models.CheckConstraint(
                name="beneficiaries_suggestion_reply",
                condition=models.Q(
                    reply="", reply_language="", replied_on__isnull=True, replied_by__isnull=True, state="new"
                )
                | (
                    models.Q(replied_on__isnull=False, replied_by__isnull=False)
                    & ~models.Q(reply="")
                    & ~models.Q(reply_language="")
                    & ~models.Q(state="new")
                ),
                violation_error_code="reply",
                violation_error_message=_("An answer has its text, its day and who gave it."),
            ),
            models.CheckConstraint(
                name="beneficiaries_suggestion_replied_after",
                condition=models.Q(replied_on__isnull=True) | models.Q(replied_on__gte=models.F("made_on")),
                violation_error_code="made_on",
                violation_error_message=_("An answer comes after the suggestion."),
            ),
        ]

    def __str__(self):
        return f"{self.get_theme_display()}, {self.date_text}"

    def clean(self) -> None:
        """Refuse a cohort of another partnership."""
        super().clean()
        if self.cohort and self.cohort.course.partnership_id != self.partnership_id:
            raise ValidationError({"cohort": ValidationError(_("This belongs to another partnership."))})

    @property
    def date_text(self) -> str:
        """The day on which it was made, in the active language."""
        return format_date(self.made_on)

    @property
    def wording(self) -> Wording:
        """The suggestion in the language that it was written in."""
        return written(self.text, self.language)

    @property
    def reply_wording(self) -> Wording:
        """The answer in the language that it was written in."""
        return written(self.reply, self.reply_language)
