"""What hangs on a log entry: participations, expenditures with vouchers, photos, documents, showings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Document, Expenditure, LogEntry, Participation, Photo, Product, Showing, Voucher
from activities.services.expense_rows import discard, expense_text, save_expense, voucher_text, voucher_texts
from activities.services.values import EntryValues, PhotoValues
from beneficiaries.models import AgeBand, TargetGroup
from portal.ground.dates import Precision
from portal.ground.models import User


def parts_of(entry: LogEntry) -> dict[str, list[str]]:
    """Return what hangs on an entry in words, for its history; `parts_in` says the same of what was typed."""
    return {
        "participations": sorted(map(str, entry.participations.select_related("target_group", "age_band"))),
        "expenditures": sorted(
            expense_text(row, map(voucher_text, row.vouchers.all()))
            for row in entry.expenditures.select_related("source", "heading").prefetch_related("vouchers")
        ),
        "photos": sorted(_photo_text(row.original_name, row) for row in entry.photos.all()),
        "documents": sorted(f"{row.original_name}: {row.title}" for row in entry.documents.all()),
        "showings": sorted(str(row.product) for row in entry.showings.select_related("product")),
    }


def parts_in(values: EntryValues, *, entry: LogEntry) -> dict[str, list[str]]:
    """Return what would hang on `entry` once the typed values are saved, in the words of `parts_of`."""
    groups, bands = TargetGroup.objects.in_bulk(), AgeBand.objects.in_bulk()
    counted = [
        Participation(target_group=groups[group], sex=sex, age_band=bands[band], count=count, counting=values.counting)
        for (group, sex, band), count in values.participants.items()
    ]
    vouchers: dict[int | None, list[Voucher]] = {}
    for voucher in Voucher.objects.filter(expenditure__log_entry=entry):
        vouchers.setdefault(voucher.expenditure_id, []).append(voucher)
    return {
        "participations": sorted(map(str, counted)),
        "expenditures": sorted(
            expense_text(row, voucher_texts(vouchers.get(row.pk, []), row)) for row in values.expenses if not row.remove
        ),
        "photos": sorted(
            _photo_text(name, row) for name, row in _named(entry.photos.all(), values.photos) if not row.remove
        ),
        "documents": sorted(
            f"{name}: {row.title}" for name, row in _named(entry.documents.all(), values.documents) if not row.remove
        ),
        "showings": sorted(map(str, values.products)),
    }


def _photo_text(name: str, row: Photo | PhotoValues) -> str:
    return f"{name}: {row.caption} ({Photo.Consent(row.consent).label})"


def _named(saved: Iterable[Any], typed: Iterable[Any]) -> list[tuple[str, Any]]:
    """Return each typed row with the name of its file, which an old row has in the database alone."""
    names = {row.pk: row.original_name for row in saved}
    return [(row.accepted.original_name if row.accepted else names.get(row.pk, ""), row) for row in typed]


def save_parts(entry: LogEntry, values: EntryValues, *, actor: User) -> None:
    """Make what hangs on the entry equal to the values. Call it inside the entry's transaction."""
    _save_participations(entry, values)
    rows = _existing(entry.expenditures, values.expenses, "expense", "description")
    for index, expense in enumerate(values.expenses):
        row = rows.get(expense.pk) or Expenditure(log_entry=entry)
        row.activity = entry.activity
        save_expense(row, expense, index)
    _save_photos(entry, values.photos, actor)
    _save_documents(entry, values)
    _save_showings(entry, values)


def _existing(manager: Any, values: Iterable[Any], prefix: str, field: str) -> dict[int | None, Any]:
    """Return {pk: row} of the rows named in the values; raises ValidationError for one that is gone or foreign."""
    rows = {row.pk: row for row in manager.all()}
    for index, value in enumerate(values):
        if value.pk is not None and value.pk not in rows:
            raise ValidationError({f"{prefix}-{index}-{field}": _("This row was removed meanwhile: take it out too.")})
    return rows


def _save_participations(entry: LogEntry, values: EntryValues) -> None:
    entry.participations.all().delete()
    Participation.objects.bulk_create(
        Participation(
            log_entry=entry,
            target_group_id=group,
            sex=sex,
            age_band_id=band,
            count=count,
            counting=values.counting,
        )
        for (group, sex, band), count in values.participants.items()
    )


def _save_photos(entry: LogEntry, photos: list[PhotoValues], actor: User) -> None:
    rows = _existing(entry.photos, photos, "photo", "caption")
    for values in photos:
        row = rows.get(values.pk)
        if values.remove:
            if row:
                discard(row, row.file, row.thumbnail)
        elif row:
            if row.consent_withdrawn_on is None:
                _agree(row, values.consent)
                row.caption = values.caption
                row.save(update_fields=["caption", "consent", "consented_on"])
        elif values.accepted:
            accepted = values.accepted
            photo = Photo(
                log_entry=entry,
                caption=values.caption,
                added_by=actor,
                thumbnail=ContentFile(accepted.thumbnail, name="thumbnail.jpg"),
                width=accepted.width,
                height=accepted.height,
                **accepted.columns(),
            )
            _agree(photo, values.consent)
            photo.save()


def _agree(photo: Photo, consent: str) -> None:
    """Note what the people in a photo agreed to, and the day on which that was noted."""
    if consent != photo.consent or photo.pk is None:
        photo.consent = consent
        photo.consented_on = timezone.localdate() if consent == Photo.Consent.GIVEN else None


def _save_documents(entry: LogEntry, values: EntryValues) -> None:
    rows = _existing(entry.documents, values.documents, "document", "title")
    for document in values.documents:
        row = rows.get(document.pk)
        if document.remove:
            if row:
                discard(row, row.file)
        elif row:
            row.title = document.title
            row.save(update_fields=["title"])
        elif document.accepted:
            Document.objects.create(log_entry=entry, title=document.title, **document.accepted.columns())


def _save_showings(entry: LogEntry, values: EntryValues) -> None:
    """Make the showings equal to the products chosen, on the entry's day and at its activity's place."""
    chosen = {product.pk for product in values.products}
    entry.showings.exclude(product__in=chosen).delete()
    shown = {
        "side": entry.activity.side,
        "shown_on": entry.starts_on,
        "precision": Precision.DAY,
        "place": entry.activity.place,
        "host_event": entry.activity.host_event,
    }
    entry.showings.update(**shown)
    there = set(entry.showings.values_list("product", flat=True))
    # The products are held until the end, so that two entries do not give their showings the same number.
    for product in Product.objects.select_for_update(of=("self",)).filter(pk__in=chosen - there).order_by("pk"):
        last = product.showings.aggregate(last=Max("number"))["last"] or 0
        Showing.objects.create(product=product, number=last + 1, log_entry=entry, **shown)
