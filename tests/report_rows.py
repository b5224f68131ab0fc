"""Rows for the tests of the report: a year with people, money, photos and things that must stay inside."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from activities.models import Activity, Expenditure, LogEntry, Participation, Photo, Product, Showing, Voucher
from partnerships.models import Place
from tests.cast import Cast, in_all_languages, make_entry

YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
SECRET = "Nightingale house"


def spend(activity: Activity, amount: str, source, *, entry: LogEntry | None = None, **fields) -> Expenditure:
    """Write an expenditure of 2024."""
    values = {"spent_on": dt.date(2024, 5, 20), "description": "Room and material", **fields}
    return Expenditure.objects.create(
        activity=activity, log_entry=entry, source=source, amount=Decimal(amount), **values
    )


def count(entry: LogEntry, group, band, people: int, sex: str = "women") -> Participation:
    """Count people of a group in an entry."""
    return Participation.objects.create(log_entry=entry, target_group=group, age_band=band, count=people, sex=sex)


def photograph(entry: LogEntry, consent: str, caption: str) -> Photo:
    """Hang a small photo on an entry."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "JPEG")
    agreed = dt.date(2024, 5, 14) if consent == Photo.Consent.GIVEN else None
    photo = Photo(log_entry=entry, consent=consent, consented_on=agreed, caption=caption)
    photo.file.save("a.jpg", ContentFile(out.getvalue()), save=False)
    photo.save()
    return photo


def fill(cast: Cast) -> LogEntry:
    """Fill 2024 of Jette – Belfaa: one entry with everything, one withdrawn, one at a place that must not be found."""
    activity = cast.jette.partner
    entry = make_entry(activity, cast.coordinator_south, text="Twelve young people drew their street.")
    count(entry, cast.youth, cast.age_bands[1], 12)
    count(entry, cast.youth, cast.age_bands[2], 3, "men")
    dirham = {"original_amount": Decimal("1085.00"), "original_currency": "MAD", "rate": Decimal("10.85")}
    paid = spend(activity, "100.00", cast.federal, entry=entry, **dirham)
    Voucher.objects.create(expenditure=paid, number="F-17", file=ContentFile(b"%PDF-", "v.pdf"))
    spend(cast.jette.home, "0.10", cast.bwi)
    spend(cast.jette.home, "0.20", cast.own)
    photograph(entry, "nobody", "Drawings on the wall")
    photograph(entry, "missing", "A face without consent")
    product = Product.objects.create(
        slug="film",
        partnership=cast.jette.partnership,
        kind="film",
        activity=activity,
        **in_all_languages(title="Our film"),
    )
    hidden = Place(
        slug="hidden",
        municipality=cast.jette.partnership.municipalities.get(slug="belfaa"),
        is_confidential=True,
        **in_all_languages(name=SECRET),
    )
    hidden.save()
    Showing.objects.create(product=product, side="partner", place=hidden)
    _withdrawn(cast)
    _at_hidden_place(cast, hidden)
    return entry


def _withdrawn(cast: Cast) -> None:
    entry = make_entry(cast.jette.partner, cast.coordinator_south, text="Withdrawn words", withdrawn_at=timezone.now())
    count(entry, cast.youth, cast.age_bands[1], 500)
    spend(cast.jette.partner, "999.00", cast.federal, entry=entry, description="Withdrawn money")
    photograph(entry, "given", "Withdrawn photo")


def _at_hidden_place(cast: Cast, hidden: Place) -> None:
    activity = Activity.objects.create(
        slug="reception",
        partnership=cast.jette.partnership,
        kind="service",
        side="partner",
        status="ongoing",
        place=hidden,
        starts_on=dt.date(2023, 1, 1),
        starts_precision="day",
        **in_all_languages(title="First reception"),
    )
    entry = make_entry(activity, cast.coordinator_south, text="The reception was open.")
    count(entry, cast.women, cast.age_bands[2], 4)
    photograph(entry, "nobody", "The front of the hidden house")


def taken(client: Client, address: str, asked: dict[str, str]) -> Any:
    """Ask for a report as a person does, and return the answer that holds its file."""
    page = client.post(address, asked, follow=True)
    return client.post(page.context["download_url"])
