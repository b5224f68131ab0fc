"""Log entries with the people, money and files that hang on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from activities.admin.budget import HeadingsMixin
from activities.admin.files import PhotoForm, StoredFileForm, StoredFileMixin
from activities.admin.money import COLUMNS, EntryExpenditureForm, EntryExpenditureFormSet
from activities.models import Activity, Document, Expenditure, LogEntry, Participation, Photo, Showing
from activities.rules import check_entry, check_home, check_move, check_origin, check_unique, is_locked
from activities.services.entry import record_departure
from activities.services.money import fixed_because
from activities.small_counts import TEXTS, Cell, small_counts_of, small_sums
from beneficiaries.small_figures import newly_told
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular, OwnVersionedForm
from partnerships.admin.dated import DatedTabular
from partnerships.admin.trails import PointingMixin
from partnerships.forms.pointing import POINTS_AT_NOBODY, SMALL_COUNTS, TAKE_OUT, AskingForm, asked_about
from partnerships.services import hold_money
from portal.ground.admin import VisibleFilter
from portal.ground.admin.base import NamedFormSet
from portal.ground.admin.trail import record_change, state
from portal.ground.admin.versions import VersionedMixin


class LogEntryForm(OwnVersionedForm):
    """What happened; inside the programme's years and outside the locked ones.

    The list of participants, which is judged after it, asks about figures in its texts.
    """

    points_at_nobody = forms.BooleanField(label=POINTS_AT_NOBODY, required=False)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        # The money in it is asked about later, and is held before the years.
        hold_money([self.instance.activity.partnership_id])
        try:
            check_entry(self.instance)
            if "corrects" in self.changed_data:
                check_origin(self.instance.corrects)
            if self.instance.pk and "activity" in self.changed_data:
                check_home(self.instance, to=self.instance.activity)
                check_move(self.instance, to=self.instance.activity)
                self._keep_judged()
        except ValidationError as error:
            self.add_error(None, error)

    def _keep_judged(self) -> None:
        """Refuse to move an entry with money that an officer judged."""
        judged = next((row for row in self.instance.expenditures.prefetch_related("corrections") if row.is_fixed), None)
        if judged:
            raise ValidationError({"activity": fixed_because(judged)})


class PartForm(OwnPartnershipForm):
    """Something that hangs on a log entry, and is closed with it."""

    def _post_clean(self) -> None:
        super()._post_clean()
        entry = self.cleaned_data.get("log_entry")
        if entry is None or self.errors or not entry.activity_id:
            return
        try:
            check_entry(entry)
        except ValidationError as error:
            self.add_error("log_entry", [sentence for found in error.message_dict.values() for sentence in found])


class FilePartForm(AskingForm, PartForm):
    """A file in a list of its own; a small count of its entry in what is said of it is asked about."""

    why_asked = SMALL_COUNTS
    said = ""

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in what is said of the file that are small counts of the entry."""
        entry = self.cleaned_data.get("log_entry")
        counts = small_counts_of(entry) if entry else set()
        text = {self.said: self.cleaned_data.get(self.said)}
        return newly_told(text, counts, before=self.initial, counted=counts)


class PhotoPartForm(FilePartForm, PhotoForm):
    """A photo."""

    said = "caption"


class DocumentPartForm(FilePartForm, StoredFileForm):
    """A document."""

    said = "title"


class ParticipationForm(AskingForm, PartForm):
    """How many came; a small count that the texts of its entry tell is asked about."""

    why_asked = SMALL_COUNTS

    def pointing(self) -> dict[str, list[str]]:
        """Return the figures in the texts of the entry that become small counts with this row."""
        if self.errors:
            return {}
        row, entry = self.instance, self.instance.log_entry
        rows = [*entry.participations.exclude(pk=row.pk).select_related("target_group"), row]
        texts = {name: getattr(entry, name) for name in TEXTS}
        found = newly_told(texts, _small_in(rows, entry), before=texts, counted=small_counts_of(entry))
        figures = [figure for figures in found.values() for figure in figures]
        return {"count": figures} if figures else {}


def _small_in(rows: Iterable[Participation], entry: LogEntry) -> set[int]:
    cells: Counter[Cell] = Counter()
    for row in rows:
        cells[row.target_group_id, row.sex, row.age_band_id] += row.count
    vulnerable = {row.target_group_id for row in rows if row.target_group.is_vulnerable}
    return small_sums(cells, vulnerable, entry.unique_people)


class ParticipationFormSet(NamedFormSet):
    """The participations of an entry, judged together with its different people and its texts."""

    def clean(self) -> None:
        """Refuse more different people than participations, and ask about figures that are small counts."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        try:
            check_unique(self.instance.unique_people, sum(form.cleaned_data.get("count") or 0 for form in kept))
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        if not self.data.get("points_at_nobody"):
            self._ask([form.instance for form in kept])

    def _ask(self, rows: list[Participation]) -> None:
        entry = self.instance
        texts = {name: getattr(entry, name) for name in TEXTS}
        before = LogEntry.objects.filter(pk=entry.pk).values(*TEXTS).first() or {}
        counts = _small_in(rows, entry)
        found = newly_told(texts, counts, before=before, counted=small_counts_of(entry) if counts else ())
        if found:
            figures = list(dict.fromkeys(figure for figures in found.values() for figure in figures))
            raise ValidationError([asked_about(figures, SMALL_COUNTS), TAKE_OUT])


class ParticipationInline(OwnTabular):
    """People reached, as counts."""

    model = Participation
    formset = ParticipationFormSet
    fields = ["target_group", "sex", "age_band", "count", "counting"]
    select_related = ["target_group", "age_band"]


class ExpenditureInline(HeadingsMixin, OwnTabular):
    """Money spent; vouchers stand on the page of each expenditure."""

    model = Expenditure
    form = EntryExpenditureForm
    formset = EntryExpenditureFormSet
    fields = COLUMNS
    show_change_link = True
    select_related = ["source", "heading"]


class PartFormSet(NamedFormSet):
    """Files of an entry; small counts of it in what is said of them are asked about."""

    texts = ("caption", "title")

    def clean(self) -> None:
        """Ask about texts that are new beside the participations that are stored."""
        super().clean()
        if any(self.errors) or self.data.get("points_at_nobody"):
            return
        counts = small_counts_of(self.instance)
        for form in self.forms:
            texts = {name: form.cleaned_data.get(name) for name in self.texts}
            for figures in newly_told(texts, counts, before=form.initial, counted=counts).values():
                raise ValidationError([asked_about(figures, SMALL_COUNTS), TAKE_OUT])


class PhotoInline(StoredFileMixin, OwnTabular):
    """Photos with their consent."""

    model = Photo
    formset = PartFormSet
    form = PhotoForm
    fields = ["caption", "consent", "consented_on", "file", "stored"]


class DocumentInline(StoredFileMixin, OwnTabular):
    """Documents."""

    model = Document
    formset = PartFormSet
    fields = ["title", "file", "stored"]


class ShowingInline(DatedTabular):
    """Works that were shown; each has a day of its own."""

    model = Showing
    fields = ["product", "number", "side", "shown_on", "precision", "venue", "place", "host_event"]
    autocomplete_fields = ["product", "venue", "place", "host_event"]
    select_related = ["product"]


@admin.register(LogEntry)
class LogEntryAdmin(PointingMixin, VersionedMixin, OwnPartnershipAdmin):
    """Log entries. They are withdrawn and restored on their own page, for a reason."""

    form = LogEntryForm
    list_display = ["span_text", "activity", "author", "language", "withdrawn_at", "is_demonstration"]
    list_filter = ["language", ("activity__partnership", VisibleFilter), "is_demonstration"]
    list_select_related = ["activity", "author"]
    search_fields = ["activity__slug", "activity__title_nl", "activity__title_fr", "text"]
    autocomplete_fields = ["activity", "corrects"]
    fields = [
        "activity",
        "corrects",
        "starts_on",
        "ends_on",
        "language",
        "text",
        "difficulties",
        "next_step",
        ("unique_people", "unique_counting"),
        "author",
        "created_at",
        "withdrawn_at",
        "is_demonstration",
    ]
    readonly_fields = ["author", "created_at", "withdrawn_at", "is_demonstration"]
    inlines = [ParticipationInline, ExpenditureInline, PhotoInline, DocumentInline, ShowingInline]
    parent_field = "activity"

    def is_closed(self, obj: LogEntry) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start with the writer's own language."""
        return {"language": request.user.language} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: LogEntry, form: Any, change) -> None:
        """Save the entry; the money in it follows it to another activity."""
        if not change:
            obj.author = request.user
        origin = Activity.objects.get(log_entries=obj) if change else obj.activity
        super().save_model(request, obj, form, change)
        if origin != obj.activity:
            record_departure(obj, origin=origin, actor=request.user)
        for expenditure in obj.expenditures.exclude(activity=obj.activity_id):
            before = state(expenditure)
            expenditure.activity = obj.activity
            expenditure.save()
            record_change(expenditure, actor=request.user, before=before, parent=obj)

    def save_part(self, row: Any, parent: LogEntry) -> None:
        """Save a part; money belongs to the activity of its entry."""
        if isinstance(row, Expenditure):
            row.activity = parent.activity
        super().save_part(row, parent)


class PartAdmin(OwnPartnershipAdmin):
    """What hangs on a log entry, in a list of its own."""

    form = PartForm
    autocomplete_fields = ["log_entry"]
    list_select_related = ["log_entry__activity"]
    parent_field = "log_entry"

    def is_closed(self, obj: Any) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj.log_entry)


@admin.register(Participation)
class ParticipationAdmin(PointingMixin, PartAdmin):
    """People reached, as counts."""

    form = ParticipationForm
    list_display = ["log_entry", "target_group", "sex", "age_band", "count", "counting"]
    list_filter = ["sex", "age_band", "target_group", "counting"]
    list_select_related = ["log_entry__activity", "target_group", "age_band"]
    search_fields = ["log_entry__activity__slug"]


@admin.register(Photo)
class PhotoAdmin(PointingMixin, StoredFileMixin, PartAdmin):
    """Photos with their consent."""

    form = PhotoPartForm
    fields = [
        "log_entry",
        "caption",
        ("consent", "consented_on", "consent_withdrawn_on"),
        ("added_by", "approved_by", "approved_at"),
        "file",
        "stored",
    ]
    readonly_fields = ["stored", "consent_withdrawn_on", "added_by", "approved_by", "approved_at"]
    list_display = ["original_name", "caption", "consent", "consented_on", "log_entry", "added_at"]
    list_filter = ["consent"]
    search_fields = ["original_name", "caption"]


@admin.register(Document)
class DocumentAdmin(PointingMixin, StoredFileMixin, PartAdmin):
    """Documents."""

    form = DocumentPartForm
    fields = ["log_entry", "title", "file", "stored"]
    list_display = ["original_name", "title", "log_entry", "added_at"]
    search_fields = ["original_name", "title"]
