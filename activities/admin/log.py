"""Log entries with the people, money and files that hang on them."""

from __future__ import annotations

from typing import Any

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
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular, OwnVersionedForm
from partnerships.services import hold_money
from portal.ground.admin import VisibleFilter
from portal.ground.admin.base import NamedFormSet
from portal.ground.admin.trail import record_change, state
from portal.ground.admin.versions import VersionedMixin


class LogEntryForm(OwnVersionedForm):
    """What happened; inside the programme's years and outside the locked ones."""

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


class PhotoPartForm(PhotoForm, PartForm):
    """A photo in a list of its own."""


class DocumentPartForm(StoredFileForm, PartForm):
    """A document in a list of its own."""


class ParticipationFormSet(NamedFormSet):
    """The participations of an entry, judged together with its different people."""

    def clean(self) -> None:
        """Refuse more different people than participations."""
        super().clean()
        if any(self.errors):
            return
        rows = [form.cleaned_data for form in self.forms if not form.cleaned_data.get("DELETE")]
        try:
            check_unique(self.instance.unique_people, sum(row.get("count") or 0 for row in rows))
        except ValidationError as error:
            raise ValidationError(error.messages) from None


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


class PhotoInline(StoredFileMixin, OwnTabular):
    """Photos with their consent."""

    model = Photo
    form = PhotoForm
    fields = ["caption", "consent", "consented_on", "file", "stored"]


class DocumentInline(StoredFileMixin, OwnTabular):
    """Documents."""

    model = Document
    fields = ["title", "file", "stored"]


class ShowingInline(OwnTabular):
    """Works that were shown."""

    model = Showing
    fields = ["product", "number", "side", "shown_on", "precision", "venue", "place", "host_event"]
    autocomplete_fields = ["product", "venue", "place", "host_event"]
    select_related = ["product"]


@admin.register(LogEntry)
class LogEntryAdmin(VersionedMixin, OwnPartnershipAdmin):
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
class ParticipationAdmin(PartAdmin):
    """People reached, as counts."""

    list_display = ["log_entry", "target_group", "sex", "age_band", "count", "counting"]
    list_filter = ["sex", "age_band", "target_group", "counting"]
    list_select_related = ["log_entry__activity", "target_group", "age_band"]
    search_fields = ["log_entry__activity__slug"]


@admin.register(Photo)
class PhotoAdmin(StoredFileMixin, PartAdmin):
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
class DocumentAdmin(StoredFileMixin, PartAdmin):
    """Documents."""

    form = DocumentPartForm
    fields = ["log_entry", "title", "file", "stored"]
    list_display = ["original_name", "title", "log_entry", "added_at"]
    search_fields = ["original_name", "title"]
