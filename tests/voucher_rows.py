"""Rows for the tests of the voucher list: money of one source with headings, a refund, a rejection and papers."""

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.http.response import HttpResponseBase
from django.urls import reverse

from activities.models import Expenditure, Voucher
from portal.roof.reports.vouchers import VoucherList, vouchers_of
from tests.cast import Cast, make_expense

YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
ASKED = {"source": "federal", "starts_on": "2024-01-01", "ends_on": "2024-12-31"}
DIRHAM = {"original_currency": "MAD", "rate": Decimal("10.85")}


def paper(expense: Expenditure, number: str, *, content: bytes = b"%PDF-1.7 paper", **fields: Any) -> Voucher:
    """Hang a voucher on an expenditure; empty content is a paper that is not scanned."""
    file = {"file": ContentFile(content, "v.pdf"), "content_type": "application/pdf"} if content else {}
    return Voucher.objects.create(expenditure=expense, number=number, size=len(content), **file | fields)


def spend(cast: Cast, amount: str, day: tuple[int, int], **fields: Any) -> Expenditure:
    """Write an expenditure of federal money on a day of 2024."""
    values = {"source": cast.federal, "spent_on": dt.date(2024, *day), "amount": Decimal(amount), **fields}
    return make_expense(cast.jette.partner, **values)


def fill(cast: Cast) -> dict[str, Expenditure]:
    """Write six rows: two of a part of a heading, one of the heading, a refund, one without heading, one rejected."""
    personnel, operational = cast.headings["personnel"], cast.headings["operational"]
    rows = {
        "late": spend(cast, "0.10", (6, 1), heading=personnel, description="Trainer in June"),
        "early": spend(
            cast,
            "100.00",
            (3, 1),
            heading=personnel,
            description="Trainer in March",
            original_amount=Decimal("1085.03"),
            **DIRHAM,
        ),
        "direct": spend(cast, "20.20", (9, 1), heading=operational, description="Bus"),
        "loose": spend(cast, "3.03", (2, 1), heading=None, description="Stamps"),
        "rejected": spend(
            cast,
            "50.00",
            (1, 5),
            heading=operational,
            description="Flowers",
            decision="rejected",
            decision_reason="Not a cost of the project",
        ),
    }
    rows["refund"] = spend(
        cast, "-10.10", (10, 1), heading=operational, description="Bus refunded", corrects=rows["direct"]
    )
    paper(rows["early"], "F-10", supplier="Atelier Belfaa", dated_on=dt.date(2024, 2, 28))
    paper(rows["direct"], "B-1", content=b"")
    paper(rows["rejected"], "X-1", supplier="Fleuriste")
    return rows


def list_of(cast: Cast) -> VoucherList:
    """Return the federal list of 2024 of Jette – Belfaa."""
    cast.federal.refresh_from_db()
    return vouchers_of(cast.jette.partnership, cast.federal, *YEAR, on=dt.date(2025, 1, 15))


def page_url(slug: str = "jette-belfaa") -> str:
    """Return the address of the list."""
    return reverse("reports:vouchers", args=[slug])


def export_url(slug: str = "jette-belfaa") -> str:
    """Return the address that hands it out."""
    return reverse("reports:vouchers_export", args=[slug])


def body_of(response: HttpResponseBase) -> bytes:
    """Return the content of an answer, sent whole or in pieces."""
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
