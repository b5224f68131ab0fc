"""Files, served only to who may see the record that they hang on."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from activities.models import Document, LogEntry, Photo, Voucher
from activities.services import may_approve
from partnerships.access import may
from partnerships.models import Role
from portal.ground.stored_file import StoredFile


@login_required
@require_GET
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a photo."""
    return _serve(_photo(request, pk), "file", cached=False)


@login_required
@require_GET
def photo_thumbnail(request: HttpRequest, pk: int) -> FileResponse:
    """Serve the small version of a photo."""
    return _serve(_photo(request, pk), "thumbnail", cached=False)


@login_required
@require_GET
def document(request: HttpRequest, pk: int) -> FileResponse:
    """Serve a document of a log entry."""
    rows = Document.objects.visible_to(request.user).select_related("log_entry__activity__partnership")
    row = get_object_or_404(rows, pk=pk)
    _refuse_withdrawn(request, row.log_entry)
    return _serve(row, "file", cached=False)


@login_required
@require_GET
def voucher(request: HttpRequest, pk: int) -> FileResponse:
    """Serve the voucher of an expenditure."""
    rows = Voucher.objects.visible_to(request.user)
    row = get_object_or_404(rows.select_related("expenditure__log_entry__activity__partnership"), pk=pk)
    _refuse_withdrawn(request, row.expenditure.log_entry)
    return _serve(row, "file", cached=False)


def _photo(request: HttpRequest, pk: int) -> Photo:
    rows = Photo.objects.visible_to(request.user)
    rows = rows.select_related("log_entry__activity__partnership", "log_entry__activity__place")
    row = get_object_or_404(rows, pk=pk)
    _refuse_withdrawn(request, row.log_entry)
    if not row.is_shown and not (row.waits and may_approve(row, request.user)[0]):
        raise Http404
    return row


def _refuse_withdrawn(request: HttpRequest, entry: LogEntry | None) -> None:
    """Hide the files of a withdrawn entry from who may not restore it."""
    if entry and entry.withdrawn_at and not may(request.user, Role.COORDINATOR, entry.activity.partnership)[0]:
        raise Http404


def _serve(row: StoredFile, name: str, *, cached: bool = True) -> FileResponse:
    """Serve a stored file as what it was accepted as; a PDF is downloaded, so that no script in it runs here."""
    try:
        opened = getattr(row, name).open("rb")
    except (OSError, ValueError):
        raise Http404 from None
    response = FileResponse(
        opened,
        content_type=row.content_type,
        as_attachment=row.content_type == "application/pdf",
        filename=row.original_name or "file",
    )
    response["Cache-Control"] = "private, max-age=3600" if cached else "private, no-store"
    return response
