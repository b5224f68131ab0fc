"""The form of a log entry: one page and one submit for all that belongs to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from activities.forms.expense import ExpenseChoices, ExpenseRows, initials
from activities.forms.participants import MAX_COUNT, ParticipantGrid, cell_name
from activities.forms.rows import DocumentRows, PhotoRows
from activities.models import Activity, Counting, Expenditure, LogEntry, Product, Status
from activities.services import EntryValues, stored_expenses
from activities.small_counts import TEXTS, small_counts_of, small_sums
from beneficiaries.models import TargetGroup
from beneficiaries.small_figures import newly_told
from partnerships.access import partnerships_of
from partnerships.forms.pointing import SMALL_COUNTS, AskingForm, asked_about
from partnerships.models import Role, Side
from portal.ground.carry import author_token
from portal.ground.dates import END_BEFORE_START
from portal.ground.forms import DayInput, PortalForm, RowsField, TextField, as_key
from portal.ground.money import Currency

MAX_CHOICES = 200


class EntryForm(AskingForm, PortalForm):
    """The text of a log entry and the activity that it belongs to."""

    why_asked = SMALL_COUNTS

    activity: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Activity"), queryset=Activity.objects.none())
    starts_on = forms.DateField(label=_("Date"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until, if it lasted longer"),
        required=False,
        widget=DayInput(),
    )
    text = TextField(label=_("What happened"), rows=5)
    difficulties = TextField(label=_("Difficulties"), required=False, rows=3)
    next_step = TextField(label=_("Next step"), required=False, rows=3)
    unique_people = forms.IntegerField(
        label=_("Different people"),
        required=False,
        min_value=1,
        max_value=MAX_COUNT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=_("Who came on three days counts three times above, and once here. Leave it empty if nobody knows."),
    )
    unique_counting = forms.ChoiceField(label=_("This number was"), choices=Counting, required=False)
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES)
    products = RowsField(
        label=_("Shown on this occasion"),
        queryset=Product.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    author = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, user, chosen: Activity | None, **kwargs):
        super().__init__(*args, **kwargs)
        mine = partnerships_of(user, Role.COORDINATOR)
        self.fields["activity"].queryset = Activity.objects.filter(partnership__in=mine).select_related(
            "partnership", "programme", "place", "host_event"
        )
        self.fields["activity"].widget.choices = activity_choices(mine, chosen)
        shown = Product.objects.filter(partnership__in=mine)
        if chosen:
            shown = shown.filter(partnership=chosen.partnership_id)
        self.fields["products"].queryset = shown
        self.initial["author"] = author_token(user)

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and "ends_on" not in self.errors:
            cleaned["ends_on"] = ends_on or starts_on
            if cleaned["ends_on"] < starts_on:
                self.add_error("ends_on", ValidationError(END_BEFORE_START, code="order"))
        return cleaned


class LogForm:
    """The whole page: the entry, the grid of participants, and the rows of expenses, photos and documents."""

    def __init__(self, data=None, files=None, *, user, entry: LogEntry, today: dt.date):
        self.user, self.entry, self.added = user, entry, ""
        self.data = data.copy() if data is not None else None
        self.chosen = self._chosen_activity()
        at_hand = {"data": self.data, "files": files}
        self.form = EntryForm(**at_hand, user=user, chosen=self.chosen, initial=self._initial(today))
        self.people = ParticipantGrid(
            **at_hand,
            groups=self._groups(),
            wanted=self._wanted_groups(),
            initial=_participants_of(entry) if entry.pk else None,
        )
        rows = {"owner": user}
        spent = stored_expenses(entry.expenditures) if entry.pk else {}
        choices = ExpenseChoices.load(self.chosen.partnership_id if self.chosen else None)
        self.expenses = ExpenseRows(
            **at_hand,
            prefix="expense",
            initial=initials(spent.values(), entry.starts_on),
            form_kwargs={
                **rows,
                "choices": choices,
                "stored": spent,
                "usual_rate": None if choices.transfers else self._usual_rate(),
            },
        )
        self.photos = PhotoRows(**at_hand, prefix="photo", initial=_photos_of(entry), form_kwargs=rows)
        self.documents = DocumentRows(**at_hand, prefix="document", initial=_documents_of(entry), form_kwargs=rows)
        self._propose_dirham()

    @property
    def row_sets(self) -> list:
        """The three kinds of rows."""
        return [self.expenses, self.photos, self.documents]

    @property
    def parts(self) -> list[forms.Form]:
        """Each form of the page but the first, for the summary of errors."""
        return [self.people, *(row for rows in self.row_sets for row in rows)]

    @property
    def opened(self) -> dict[str, bool]:
        """Which parts of the page are open: those with something in them, or something to mend."""
        return {
            "more": any(self.form[name].value() or self.form[name].errors for name in ("difficulties", "next_step")),
            "people": any(
                cell.value() for name, cell in zip(self.people.fields, self.people, strict=True) if name != "counting"
            )
            or bool(self.form["unique_people"].value() or self.form["unique_people"].errors),
            "products": bool(self.form["products"].value()),
        } | {
            rows.prefix: rows.prefix == self.added or any(row.has_changed() or row.is_old or row.errors for row in rows)
            for rows in self.row_sets
        }

    def is_valid(self) -> bool:
        """Check every part, so that all sentences show at once; a row to be removed may hold anything."""
        verdicts = [self._judge(), self._ask()]
        return all(verdicts)

    def _judge(self) -> bool:
        verdicts = [self.form.is_valid(), self.people.is_valid()]
        # The same is wrong with several kinds of rows, or with one.
        sentences = {str(sentence): None for rows in self.row_sets for sentence in rows.non_form_errors()}
        verdicts.append(not sentences)
        for sentence in sentences:
            self.form.add_error(None, sentence)
        for rows in self.row_sets:
            verdicts.extend([row.is_valid() or _is_removed(row) for row in rows])
        return all(verdicts)

    def _ask(self) -> bool:
        """Ask about figures in the texts that are small counts of vulnerable people in the grid; say if none is left.

        What stood there before beside the same counts was asked about then.
        """
        if self.form.is_confirmed or not self.people.is_valid():
            return True
        vulnerable = {group.pk for group in self.people.groups if group.is_vulnerable}
        counts = small_sums(self.people.participants(), vulnerable, self.form.cleaned_data.get("unique_people"))
        counted = small_counts_of(self.entry) if counts else set()
        texts = {name: self.form.cleaned_data.get(name, "") for name in TEXTS}
        before = {name: getattr(self.entry, name) for name in TEXTS}
        self.form.ask(newly_told(texts, counts, before=before, counted=counted))
        found = False
        for rows, name in ((self.photos, "caption"), (self.documents, "title"), (self.expenses, "description")):
            for row in (row for row in rows if row.has_changed() and row.is_valid() and not _is_removed(row)):
                said = {name: row.cleaned_data.get(name)}
                for figures in newly_told(said, counts, before=row.initial, counted=counted).values():
                    row.add_error(name, asked_about(figures, SMALL_COUNTS))
                    found = True
        if found:
            self.form.want_tick()
        return not found and not self.form.errors

    def values(self) -> EntryValues:
        """Return the input of the services. Call it after `is_valid`."""
        cleaned = self.form.cleaned_data
        filled = {rows.prefix: [row for row in rows if row.has_changed()] for rows in self.row_sets}
        self._order = {prefix: [row.prefix for row in rows] for prefix, rows in filled.items()}
        return EntryValues(
            **{name: cleaned[name] for name in ("activity", "starts_on", "ends_on", "language", "text")},
            difficulties=cleaned["difficulties"],
            next_step=cleaned["next_step"],
            counting=self.people.cleaned_data["counting"],
            participants=self.people.participants(),
            unique_people=cleaned["unique_people"],
            unique_counting=cleaned["unique_counting"] or Counting.COUNTED,
            expenses=[row.values(cleaned["starts_on"]) for row in filled["expense"]],
            photos=[row.values() for row in filled["photo"]],
            documents=[row.values() for row in filled["document"]],
            products=list(cleaned["products"]),
            corrects=self.entry.corrects,
        )

    def place(self, error: ValidationError) -> None:
        """Put each sentence of a service beside its field; `expense-0-amount` is a field of the first filled row."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, sentences in by_field.items():
            form, field = self._home_of(name)
            form.add_error(field if field in form.fields else None, ValidationError(sentences))

    def stage_files(self) -> None:
        """Keep the files that were accepted, while their sender puts the rest in order."""
        for rows in self.row_sets:
            for row in rows:
                row.stage()

    def rebase(self, current: LogEntry) -> None:
        """Let the form continue from the record as it stands now, with what was typed still in it."""
        self.data["version"] = current.version

    def add_row(self, kind: str) -> None:
        """Show one row more of a kind, for who has no JavaScript; what was typed stays, unjudged."""
        self.added = kind
        self._judge()
        self.stage_files()
        self._unjudge()
        for rows in self.row_sets:
            if rows.prefix == kind and rows.total_form_count() < rows.max_num:
                name = f"{kind}-TOTAL_FORMS"
                self.data[name] = str(rows.total_form_count() + 1)
                rows.__dict__.pop("forms", None)
                rows.__dict__.pop("management_form", None)
        self._unjudge()

    def _unjudge(self) -> None:
        for form in [self.form, *self.parts]:
            form._errors = ErrorDict()  # noqa: SLF001 - Django has no other word for "do not judge yet"

    def _home_of(self, name: str) -> tuple[forms.Form, str]:
        prefix, _dash, rest = name.partition("-")
        index, _dash, field = rest.partition("-")
        for rows in self.row_sets:
            if rows.prefix == prefix and index.isdigit():
                wanted = self._order[prefix][int(index)]
                return next(row for row in rows if row.prefix == wanted), field
        return self.form, name

    def _chosen_activity(self) -> Activity | None:
        if self.entry.activity_id:
            return self.entry.activity
        given = (self.data or {}).get("activity", "")
        return Activity.objects.visible_to(self.user).filter(pk=as_key(given)).first()

    def _groups(self) -> list[TargetGroup]:
        """Return the groups of the activity's partnership, those of every partnership, and any with a number.

        Who chooses another activity after counting loses no number.
        """
        mine = [self.chosen.partnership_id] if self.chosen else partnerships_of(self.user, Role.COORDINATOR)
        cells = [name.split("-") for name, value in (self.data or {}).items() if value and name.startswith("people-")]
        typed = {as_key(cell[1]) for cell in cells} - {None}
        theirs = Q(partnerships__in=mine) | Q(partnerships__isnull=True) | Q(pk__in=typed)
        if self.entry.pk:
            theirs |= Q(participations__log_entry=self.entry)
        return list(TargetGroup.objects.filter(theirs).distinct().prefetch_related("age_bands"))

    def _wanted_groups(self) -> set[int]:
        return set(self.chosen.target_groups.values_list("pk", flat=True)) if self.chosen else set()

    def _initial(self, today: dt.date) -> dict[str, Any]:
        entry = self.entry
        if not entry.pk:
            return {"activity": entry.activity_id, "starts_on": today, "language": get_language()}
        names = ["activity", "starts_on", "ends_on", "language", "text", "difficulties", "next_step", "version"]
        names += ["unique_people", "unique_counting"]
        return {name: getattr(entry, f"{name}_id" if name == "activity" else name) for name in names} | {
            "products": list(entry.showings.values_list("product", flat=True))
        }

    def _usual_rate(self) -> Decimal | None:
        """Return the rate of the partnership's last expense in dirham, for work on the Moroccan side."""
        if self.chosen is None or self.chosen.side != Side.PARTNER:
            return None
        used = Expenditure.objects.filter(activity__partnership=self.chosen.partnership_id, rate__isnull=False)
        return used.order_by("-spent_on", "-pk").values_list("rate", flat=True).first()

    def _propose_dirham(self) -> None:
        if self.data is not None or self.chosen is None or self.chosen.side != Side.PARTNER:
            return
        for row in self.expenses.extra_forms:
            row.initial.update(currency=Currency.MAD.value, rate=row.usual_rate)


def _is_removed(row) -> bool:
    return bool(row.data_of("remove")) and not row.errors.get("pk")


def activity_choices(mine, chosen: Activity | None) -> list[tuple[str, Any]]:
    """Return the activities to choose from, those under way first, by partnership; the chosen one is always there."""
    rows = Activity.objects.filter(partnership__in=mine).exclude(status=Status.CANCELLED)
    if chosen:
        rows = rows | Activity.objects.filter(pk=chosen.pk, partnership__in=mine)
    groups: dict[str, list] = {}
    under_way = Q(status__in=[Status.ONGOING, Status.DELAYED, Status.PLANNED])
    for condition in (under_way, ~under_way):
        for row in rows.filter(condition).select_related("partnership").order_by("-starts_on", "-pk")[:MAX_CHOICES]:
            groups.setdefault(str(row.partnership), []).append((row.pk, str(row)))
    return [("", _("Choose…")), *groups.items()]


def _participants_of(entry: LogEntry) -> dict[str, Any]:
    rows = list(entry.participations.all())
    cells: dict[str, Any] = {cell_name(row.target_group_id, row.sex, row.age_band_id): row.count for row in rows}
    return cells | ({"counting": rows[0].counting} if rows else {})


def _photos_of(entry: LogEntry) -> list[dict]:
    if not entry.pk:
        return []
    return [{"pk": row.pk, "caption": row.caption, "consent": row.consent} for row in entry.photos.all()]


def _documents_of(entry: LogEntry) -> list[dict]:
    return [{"pk": row.pk, "title": row.title} for row in entry.documents.all()] if entry.pk else []
