"""What a browser sends from the log form, and pictures to send with it."""

import io
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from activities.models import Activity
from portal.ground.carry import author_token

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def filled(activity: Activity, user: Any, **changes: Any) -> dict[str, Any]:
    """Return a form in order for one entry of 14 May 2024; `changes` override or, when None, remove fields."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "author": author_token(user),
        "activity": activity.pk,
        "starts_on": "2024-05-14",
        "ends_on": "",
        "language": "en",
        "text": "Twelve young people met.",
        "difficulties": "",
        "next_step": "",
        "counting": "counted",
    }
    for kind in ("expense", "photo", "document"):
        data |= {f"{kind}-TOTAL_FORMS": "1", f"{kind}-INITIAL_FORMS": "0"}
    return {name: value for name, value in (data | changes).items() if value is not None}


def correction(cast: Any, entry: Any, **changes: Any) -> dict[str, Any]:
    """Return the form that corrects an entry of the partner's activity in Berkane."""
    return filled(cast.gillis.partner, cast.coordinator_south, version=entry.version, **changes)


def expense(paid_from: Any, index: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the fields of one expense of 100 euro."""
    fields = {"description": "Bus", "amount": "100,00", "currency": "EUR", "rate": "", "source": paid_from.pk} | changes
    return {f"expense-{index}-{name}": value for name, value in fields.items()}


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), name: str = "photo.jpg", **save: Any):
    """Return an uploaded picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, "seagreen").save(buffer, kind, **save)
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")
