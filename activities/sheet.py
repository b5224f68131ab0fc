"""One activity with all that hangs on it, gathered for its page in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.badges import Badge, decision_badge
from activities.crowds import Crowd, crowds_of, hides_some, people_in, people_note
from activities.expense_sheet import described
from activities.models import (
    Activity,
    Counting,
    Document,
    Expenditure,
    LogEntry,
    Participation,
    Photo,
    Product,
    Showing,
    Voucher,
)
from activities.services.values import EntryValues
from partnerships.models import Place, ProgrammeYear
from portal.ground.dates import format_date
from portal.ground.money import format_amount, format_rate
from portal.ground.numbers import format_number
from portal.ground.stored_file import StoredFile
from portal.ground.wording import Wording, joined, listed, translated, written

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class FileLink:
    """A file and the view that serves it. Shown by components/file_list.html."""

    name: str
    url: str
    size_text: str
    note: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Picture:
    """A photo with its caption. Shown by components/photo_grid.html."""

    url: str
    thumbnail_url: str
    alt: str
    width: int
    height: int
    caption: str
    lang: str
    credit: str
    review_url: str


@dataclass(frozen=True)
class Expense:
    """One expenditure with its vouchers."""

    url: str
    date_text: str
    description: Wording
    source: str
    heading: str
    amount: str
    original: str
    vouchers: list[FileLink]
    badge: Badge | None


@dataclass(frozen=True)
class Shown:
    """A product and where it was shown."""

    product: Wording
    text: str


@dataclass(frozen=True)
class EntryLink:
    """Another entry of the log, that this one corrects or that corrects it."""

    date_text: str
    url: str


@dataclass(frozen=True)
class EntrySheet:
    """One log entry as its page shows it."""

    pk: int
    day: dt.date
    date_text: str
    text: Wording
    difficulties: Wording
    next_step: Wording
    byline: str
    withdrawn: str
    crowds: list[Crowd]
    people: int | None
    people_note: str
    unique: str
    expenses: list[Expense]
    spent: str
    pictures: list[Picture]
    waiting: list[str]
    documents: list[FileLink]
    showings: list[Shown]
    corrects: EntryLink | None
    corrected_by: list[EntryLink]
    is_locked: bool


@dataclass(frozen=True)
class Log:
    """The log of an activity with its sums; withdrawn entries count in none of them, nor what is not told."""

    entries: list[EntrySheet]
    crowds: list[Crowd]
    people: int | None
    people_note: str
    has_unique: bool
    spent: str
    by_source: list[tuple[str, str]]
    without_entry: list[Expense]


def log_of(activity: Activity, *, with_withdrawn: bool, true_figures: bool) -> Log:
    """Return the log of an activity, newest first.

    `true_figures` is for who works in the partnership; others read of vulnerable groups that they came, as in a report.
    """
    rows = activity.log_entries.select_related("author", "corrects").order_by("-starts_on", "-pk")
    rows = rows.prefetch_related(Prefetch("corrections", LogEntry.objects.standing()))
    entries = list(rows if with_withdrawn else rows.standing())
    parts = _parts_of(activity, [entry.pk for entry in entries], true_figures=true_figures)
    standing = [entry.pk for entry in entries if entry.withdrawn_at is None]
    counted = [row for key in standing for row in parts.crowds[key]]
    paid = [row for key in (*standing, None) for row in parts.spent[key]]
    locked = set(ProgrammeYear.objects.locked_in(activity.partnership_id).values_list("year", flat=True))
    return Log(
        entries=[_entry(entry, parts, locked) for entry in entries],
        crowds=crowds_of(counted, true_figures=true_figures, with_detail=False),
        people=people_in(counted, true_figures=true_figures),
        people_note=people_note(counted, true_figures=true_figures),
        has_unique=any(entry.unique_people for entry in entries if entry.withdrawn_at is None),
        spent=format_amount(_sum(paid)),
        by_source=_by_source(paid),
        without_entry=[_expense(row, "") for row in parts.spent[None]],
    )


@dataclass(frozen=True)
class _Parts:
    """What hangs on log entries, by the number of the entry."""

    crowds: defaultdict[int | None, list[Participation]]
    spent: defaultdict[int | None, list[Expenditure]]
    photos: defaultdict[int | None, list[Photo]]
    documents: defaultdict[int | None, list[Document]]
    showings: defaultdict[int | None, list[Showing]]
    true_figures: bool


def _parts_of(activity: Activity, entries: list[int], *, true_figures: bool) -> _Parts:
    crowds = Participation.objects.filter(log_entry__in=entries).select_related("target_group", "age_band")
    spent = activity.expenditures.select_related("source", "heading").prefetch_related("vouchers")
    showings = Showing.objects.filter(log_entry__in=entries)
    return _Parts(
        _by_entry(crowds.order_by("target_group__position", "target_group", "sex", "age_band__position")),
        _by_entry(spent.order_by("spent_on", "pk")),
        _by_entry(
            Photo.objects.filter(log_entry__in=entries).select_related("log_entry__activity__place").order_by("pk")
        ),
        _by_entry(Document.objects.filter(log_entry__in=entries).order_by("pk")),
        _by_entry(
            showings.select_related("product", "venue", "place__municipality", "host_event").order_by(
                "product", "number"
            )
        ),
        true_figures,
    )


def products_of(activity: Activity) -> list[tuple[Product, list[Shown]]]:
    """Return the products that were made in an activity, each with its showings."""
    rows = activity.products.prefetch_related(
        "showings__venue", "showings__place__municipality", "showings__host_event"
    )
    return [(row, [Shown(translated(row, "title"), whereabouts(item)) for item in row.showings.all()]) for row in rows]


def place_text(place: Place | None) -> str:
    """Return a place with its municipality; of a confidential place nothing finer than the municipality."""
    if place is None:
        return ""
    parts = [str(place), "" if place.is_confidential else place.district, str(place.municipality)]
    return listed(dict.fromkeys(part for part in parts if part))


def whereabouts(showing: Showing) -> str:
    """Return when and where a product was shown."""
    return joined(
        format_date(showing.shown_on, showing.precision),
        showing.venue or "",
        showing.host_event or "",
        place_text(showing.place),
        showing.get_side_display(),
    )


def _by_entry(rows: Iterable) -> defaultdict[int | None, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.log_entry_id].append(row)
    return found


def _entry(entry: LogEntry, parts: _Parts, locked: set[int]) -> EntrySheet:
    writer = entry.author.get_full_name() or str(entry.author)
    crowds, spent = parts.crowds[entry.pk], parts.spent[entry.pk]
    withdrawn = ""
    if entry.withdrawn_at:
        on = date_format(entry.withdrawn_at, "SHORT_DATE_FORMAT")
        withdrawn = _("Withdrawn on %(date)s: it counts in no sum and in no report.") % {"date": on}
    return EntrySheet(
        pk=entry.pk,
        day=entry.starts_on,
        date_text=entry.span_text,
        text=written(entry.text, entry.language),
        difficulties=written(entry.difficulties, entry.language),
        next_step=written(entry.next_step, entry.language),
        byline=_("written by %(person)s on %(date)s")
        % {"person": writer, "date": date_format(entry.created_at, "SHORT_DATE_FORMAT")},
        withdrawn=withdrawn,
        crowds=crowds_of(crowds, true_figures=parts.true_figures),
        people=people_in(crowds, true_figures=parts.true_figures),
        people_note=people_note(crowds, true_figures=parts.true_figures),
        unique="" if hides_some(crowds, true_figures=parts.true_figures) else unique_text(entry),
        expenses=[_expense(row, entry.language) for row in spent],
        spent=format_amount(_sum(spent)),
        pictures=[_picture(photo, entry) for photo in parts.photos[entry.pk] if photo.is_shown],
        waiting=[
            reverse("activities:photo_review", args=[photo.pk])
            for photo in parts.photos[entry.pk]
            if photo.consent_withdrawn_on is None and not photo.is_shown
        ],
        documents=[_file(row, "activities:document", name=row.title) for row in parts.documents[entry.pk]],
        showings=[Shown(translated(row.product, "title"), whereabouts(row)) for row in parts.showings[entry.pk]],
        corrects=_link(entry.corrects) if entry.corrects else None,
        corrected_by=[_link(row) for row in entry.corrections.all()],
        is_locked=bool({entry.starts_on.year, entry.ends_on.year} & locked),
    )


def _link(entry: LogEntry) -> EntryLink:
    return EntryLink(entry.span_text, f"{reverse('activities:detail', args=[entry.activity_id])}#entry-{entry.pk}")


def unique_text(told: LogEntry | EntryValues) -> str:
    """Return how many different people came, and whether that is an estimate; an empty text where nobody knows."""
    if told.unique_people is None:
        return ""
    number = format_number(told.unique_people)
    if told.unique_counting == Counting.ESTIMATED:
        return _("about %(number)s different people") % {"number": number}
    return ngettext("%(number)s person", "%(number)s different people", told.unique_people) % {"number": number}


def _sum(rows: Iterable[Expenditure]) -> Decimal:
    return sum((row.amount for row in rows), ZERO)


def _by_source(rows: list[Expenditure]) -> list[tuple[str, str]]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        sums[str(row.source)] += row.amount
    return [(source, format_amount(amount)) for source, amount in sorted(sums.items(), key=lambda item: -item[1])]


def _expense(row: Expenditure, language: str) -> Expense:
    original = ""
    if row.original_amount is not None and row.rate is not None:
        original = _("%(amount)s at %(rate)s for one euro") % {
            "amount": format_amount(row.original_amount, row.original_currency),
            "rate": format_rate(row.rate),
        }
    return Expense(
        url=reverse("activities:expense_detail", args=[row.pk]),
        date_text=date_format(row.spent_on, "SHORT_DATE_FORMAT"),
        description=described(row.description, language),
        source=str(row.source),
        heading=str(row.heading or ""),
        amount=format_amount(row.amount),
        original=original,
        vouchers=[_voucher(voucher) for voucher in row.vouchers.all()],
        badge=decision_badge(row.decision) if row.decision else None,
    )


def _voucher(row: Voucher) -> FileLink:
    name = _("voucher %(number)s") % {"number": row.number} if row.number else row.original_name
    if not row.file:
        return FileLink(name, "", "", note=_("The file is still missing."), icon="file-earmark-text")
    return _file(row, "activities:voucher", name=name)


def _file(row: StoredFile, view: str, *, name: str = "") -> FileLink:
    icon = "file-earmark-pdf" if row.content_type == "application/pdf" else "file-earmark-image"
    return FileLink(
        name or row.original_name or _("file"), reverse(view, args=[row.pk]), filesizeformat(row.size), icon=icon
    )


def _picture(row: Photo, entry: LogEntry) -> Picture:
    caption = written(row.caption, entry.language)
    return Picture(
        url=reverse("activities:photo", args=[row.pk]),
        thumbnail_url=reverse("activities:photo_thumbnail", args=[row.pk]),
        alt=row.caption or _("Photo without caption, %(date)s") % {"date": entry.span_text},
        width=row.width,
        height=row.height,
        caption=row.caption,
        lang=caption.lang,
        credit="" if row.may_be_published else _("Consent is missing: only inside the portal."),
        review_url=reverse("activities:photo_review", args=[row.pk]),
    )
