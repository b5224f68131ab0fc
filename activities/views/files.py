"""Files, served only to who may see the record that they hang on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from activities.models import Document, Photo, Voucher


@login_required
@require_GET
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a photo."""
    row = get_object_or_404(Photo.objects.visible_to(request.user), pk=pk)
    return _serve(row, row.file)


@login_required
@require_GET
def photo_thumbnail(request: HttpRequest, pk: int) -> FileResponse:
    """Serve the small version of a photo."""
    row = get_object_or_404(Photo.objects.visible_to(request.user), pk=pk)
    return _serve(row, row.thumbnail)


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a document of a log entry."""
    row = get_object_or_404(Document.objects.visible_to(request.user), pk=pk)
    return _serve(row, row.file, download=True)


@login_required
@require_GET
def voucher(request: HttpRequest, pk: int) -> FileResponse:
    """Serve the voucher of an expenditure."""
    row = get_object_or_404(Voucher.objects.visible_to(request.user), pk=pk)
    return _serve(row, row.file, download=True)


def _serve(row, file, *, download: bool = False) -> FileResponse:
    """Serve a stored file as what it was accepted as; a PDF is downloaded, so that no script in it runs here."""
    try:
        opened = file.open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(
        opened,
        content_type=row.content_type,
        as_attachment=download and row.content_type == "application/pdf",
        filename=row.original_name or "file",
    )
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
