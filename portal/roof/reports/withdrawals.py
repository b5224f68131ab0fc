"""What a frozen report no longer shows: a place that must not be found since, and a photo that may not be shown.

The safety of people comes before the bytes of a file. What was frozen is not changed; whatever is made of it leaves
these out, and the register says since when, with the SHA-256 of the data as they are shown since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from activities.models import Photo
from partnerships.models import Place
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.models import PublishedReport, ReportJob, Snapshot, SnapshotWithdrawal
from portal.roof.reports.editions import Edition
from portal.roof.reports.frozen import FrozenReportError, dumps
from portal.roof.reports.sections import Picture, Report
from portal.roof.reports.snapshots import report_of, seal_of
from portal.roof.reports.words import Words

# A shorter name may be any word.
SHORTEST_IN_TEXT = 5


@dataclass
class _Cleaner:
    """Takes the names of hidden places out of a report, and counts the texts that held one."""

    towns: Mapping[str, Words]
    found: int = 0

    def clean(self, value: Any, name: str = "") -> Any:
        """Return a value of a report without the names; one that holds none is the very same object."""
        if isinstance(value, Words):
            return self._words(value, name)
        if is_dataclass(value) and not isinstance(value, type):
            parts = {item.name: (getattr(value, item.name), item.name) for item in fields(value)}
            cleaned = {key: self.clean(*part) for key, part in parts.items()}
            changed = {key: part for key, part in cleaned.items() if part is not parts[key][0]}
            return replace(value, **changed) if changed else value
        if isinstance(value, tuple):
            items = tuple(self.clean(item, name) for item in value)
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        # A member of an enumeration is a text too, and none that anybody wrote.
        return self._text(value, "") if type(value) is str else value

    def _words(self, value: Words, name: str) -> Words:
        if name == "place" and any(text.casefold() in self.towns for _language, text in value.versions):
            self.found += 1
            return Words()
        texts = tuple((language, self._text(text, language)) for language, text in value.versions)
        return value if texts == value.versions else Words(texts)

    def _text(self, text: str, language: str) -> str:
        found = text
        for secret, town in self.towns.items():
            if len(secret) >= SHORTEST_IN_TEXT and secret in found.casefold():
                found = re.sub(re.escape(secret), town.best(language)[1], found, flags=re.IGNORECASE)
        if found == text:
            return text
        self.found += 1
        return found


@dataclass(frozen=True)
class Shown:
    """What a frozen report still shows, and how much of it may no longer be shown."""

    report: Report
    places: int
    photos: frozenset[int]

    @property
    def is_whole(self) -> bool:
        """Whether it shows all that was frozen."""
        return not (self.places or self.photos)


def shown_of(row: Snapshot) -> Shown:
    """Return what a frozen report still shows. Raises FrozenReportError (see `report_of`).

    A photo that may no longer be shown stands there without its caption and its file, so that a line can say so.
    """
    report = report_of(row)
    cleaner = _Cleaner(_hidden(row.year.programme.partnership_id))
    photos = _unpublishable(report)
    pictures = tuple(_blank(picture) if picture.pk in photos else picture for picture in report.pictures)
    return Shown(cleaner.clean(replace(report, pictures=pictures)), cleaner.found, photos)


def edition_of(row: Snapshot, shown: Shown) -> Edition:
    """Return what tells a frozen report from others. Raises FrozenReportError (see `report_of`)."""
    before = Snapshot.objects.filter(year=row.year_id, number=row.number - 1)
    earlier = before.select_related("year__programme").first()
    return Edition(
        year=row.year.year,
        number=row.number,
        taken_on=row.taken_on,
        sha256=row.sha256 if shown.is_whole else seal_of(dumps(shown.report)),
        before=shown_of(earlier).report if earlier else None,
        unpublishable=shown.photos,
    )


def data_of(row: Snapshot) -> tuple[str, str]:
    """Return the data that a frozen report still shows, and their SHA-256. Raises FrozenReportError."""
    shown = shown_of(row)
    data = row.data if shown.is_whole else dumps(shown.report)
    return data, seal_of(data)


@transaction.atomic
def withdraw(partnerships: Collection[int], *, actor: User | None) -> int:
    """Write down what the frozen reports of partnerships no longer show, and remove the files made of all reports.

    It is one of the withdrawers of partnerships.services: hiding a place or a photo calls it. Returns how many of the
    files were published.
    """
    published = PublishedReport.objects.public().filter(job__partnership__in=partnerships).count()
    remove_files(ReportJob.objects.filter(partnership__in=partnerships, state=ReportJob.State.DONE))
    rows = Snapshot.objects.filter(year__programme__partnership__in=partnerships)
    for row in rows.select_related("year__programme__partnership").order_by("pk"):
        _write_down(row, actor)
    return published


def remove_files(jobs: Iterable[ReportJob]) -> None:
    """Remove the files of reports that were made: something in them may no longer be shown."""
    for row in jobs:
        row.file.delete(save=False)
        ReportJob.objects.filter(pk=row.pk).update(state=ReportJob.State.REMOVED, file="", size=0)


def _write_down(row: Snapshot, actor: User | None) -> None:
    try:
        shown = shown_of(row)
    except FrozenReportError:
        # What cannot be read is shown nowhere.
        return
    seal = row.sha256 if shown.is_whole else seal_of(dumps(shown.report))
    last = SnapshotWithdrawal.objects.filter(snapshot=row).order_by("-pk").first()
    if seal == (last.sha256 if last else row.sha256):
        return
    made = SnapshotWithdrawal.objects.create(
        snapshot=row, places=shown.places, photos=len(shown.photos), sha256=seal, taken_back_by=actor
    )
    changes = {name: [None, getattr(made, name)] for name in ("places", "photos", "sha256")}
    audit.record(made, actor=actor, verb=AuditEntry.Verb.WITHDRAW, parent=row, changes=changes)


def _hidden(partnership: int | None) -> dict[str, Words]:
    """Return the names, now and before, of the places of a partnership that must not be found: {name: municipality}."""
    places = Place.objects.filter(is_confidential=True, municipality__partnerships=partnership)
    rows: dict[Any, Any] = {row.pk: row for row in places.select_related("municipality").distinct()}
    columns = [f"name_{code}" for code, _language in settings.LANGUAGES]
    names: dict[Any, list[Any]] = {pk: [getattr(row, column) for column in columns] for pk, row in rows.items()}
    about = AuditEntry.objects.filter(target_type=Place._meta.label_lower, target_id__in=rows)
    for pk, changes in about.values_list("target_id", "changes"):
        for column in columns:
            told = changes.get(column)
            names[pk] += told if isinstance(told, list) else [told]
    return {
        str(name).casefold(): Words.of(rows[pk].municipality, "name") for pk, of in names.items() for name in of if name
    }


def _blank(picture: Picture) -> Picture:
    return replace(picture, file="", caption=Words(), sha256="", consent=None)


def _unpublishable(report: Report) -> frozenset[int]:
    """Return the photos that may no longer be shown: their consent, entry, place or file is not what it was."""
    frozen = {picture.pk: picture.sha256 for picture in report.pictures}
    standing = Photo.objects.filter(pk__in=frozen).standing()
    shown = {row.pk for row in standing if row.may_be_published and row.sha256 == frozen[row.pk]}
    return frozenset(frozen.keys() - shown)
