"""Import with a preview, and export, on the lists of the administration."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.ground import spreadsheets
from portal.ground.models import AuditEntry
from portal.ground.resources import Outcome, SheetResource
from portal.ground.uploads import TooLargeFile

KEPT_FOR_SECONDS = 3600
SHOWN_ROWS = 200
MAX_EXPORT = 20_000
KINDS = {
    "xlsx": (spreadsheets.write_xlsx, spreadsheets.XLSX_TYPE),
    "csv": (spreadsheets.write_csv, spreadsheets.CSV_TYPE),
}


class UploadForm(forms.Form):
    """The file to bring in. Cleans to a Sheet; `content` keeps the bytes for the second step."""

    file = forms.FileField(
        label=gettext_lazy("CSV or XLSX file"),
        help_text=gettext_lazy("The first sheet counts; its first row holds the headings."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> spreadsheets.Sheet:
        """Return what the file holds."""
        upload = self.cleaned_data["file"]
        if isinstance(upload, TooLargeFile) or upload.size > spreadsheets.MAX_BYTES:
            limit = spreadsheets.MAX_BYTES // 1024 // 1024
            raise ValidationError(_("This file is larger than %(limit)s MB.") % {"limit": limit})
        self.content, self.name = upload.read(), upload.name
        return spreadsheets.read(self.content)


class ConfirmForm(forms.Form):
    """The second step: which file, and what of it the person has seen."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ExportForm(forms.Form):
    """The kind of file to take out."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of file"),
        choices=[("xlsx", "XLSX"), ("csv", "CSV")],
        initial="xlsx",
        widget=forms.RadioSelect,
    )


class ExchangeMixin:
    """Adds the pages for import and export to a ModelAdmin with a `resource_class`."""

    resource_class: type[SheetResource]
    change_list_template = "admin/exchange/change_list.html"

    def get_urls(self) -> list[Any]:
        """Return the addresses, those of import and export first."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("import/", self.admin_site.admin_view(self.import_view), name=f"{name}_import"),
            path("export/", self.admin_site.admin_view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list with the ways in and out."""
        ways = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **ways})

    def has_import_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may bring rows in; each row asks again."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take a file, show what it would change, and write it once that is confirmed."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if "token" in request.POST:
            return self._confirm(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self._import_page(request, form)
        token = uuid.uuid4()
        cache.set(_kept(request, token), (form.content, form.name), KEPT_FOR_SECONDS)
        return self._preview(request, form, form.cleaned_data["file"], token)

    def _preview(
        self, request: HttpRequest, form: forms.Form, sheet: spreadsheets.Sheet, token: uuid.UUID
    ) -> HttpResponse:
        try:
            outcome = self.resource_class(actor=request.user).bring_in(sheet)
        except ValidationError as error:
            form.add_error("file", error)
            return self._import_page(request, form)
        confirm = ConfirmForm(initial={"token": token, "seen": outcome.fingerprint})
        return self._import_page(request, form, outcome, confirm)

    def _confirm(self, request: HttpRequest) -> HttpResponse:
        confirm = ConfirmForm(request.POST)
        kept = cache.get(_kept(request, confirm.cleaned_data["token"])) if confirm.is_valid() else None
        if kept is None:
            form = UploadForm({}, {})
            form.errors.clear()
            form.add_error("file", _("The file is no longer kept: choose it again."))
            return self._import_page(request, form)
        content, name = kept
        token, seen = confirm.cleaned_data["token"], confirm.cleaned_data["seen"]
        sheet = spreadsheets.read(content)
        outcome = self.resource_class(actor=request.user).bring_in(sheet, seen=seen, source=name)
        if outcome.faults or outcome.fingerprint != seen:
            messages.warning(
                request, _("The records changed since you saw the preview. Nothing was written: look again.")
            )
            return self._preview(request, UploadForm(), sheet, token)
        cache.delete(_kept(request, token))
        messages.success(
            request,
            _("Brought in: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
            % {"new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged},
        )
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def _import_page(
        self,
        request: HttpRequest,
        form: forms.Form,
        outcome: Outcome | None = None,
        confirm: ConfirmForm | None = None,
    ) -> HttpResponse:
        rows = outcome.changes if outcome else []
        context = self._page(request, _("Import")) | {
            "form": form,
            "columns": self.resource_class(actor=request.user).headings(),
            "outcome": outcome,
            "faults": outcome.faults[:SHOWN_ROWS] if outcome else [],
            "warnings": outcome.warnings[:SHOWN_ROWS] if outcome else [],
            "changes": rows[:SHOWN_ROWS],
            "more": max(0, len(rows) - SHOWN_ROWS),
            "confirm": confirm if rows and not outcome.faults else None,
        }
        return TemplateResponse(request, "admin/exchange/import.html", context)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for the kind of file, and send the rows that the list showed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ExportForm(request.POST or None)
        resource = self.resource_class(actor=request.user)
        listed = self._listed(request)
        records = resource.may_leave(listed)
        count = records.count()
        if count > MAX_EXPORT:
            limit = _("These are more than %(limit)s rows: filter the list first.") % {"limit": MAX_EXPORT}
            form.add_error(None, limit) if form.is_bound else messages.warning(request, limit)
        if request.method == "POST" and form.is_valid():
            return self._file(request, records, form.cleaned_data["kind"], count)
        told = {"columns": resource.headings(), "count": count, "kept": listed.count() - count, "stay": resource.stay}
        context = self._page(request, _("Export")) | {"form": form, **told}
        return TemplateResponse(request, "admin/exchange/export.html", context)

    def _listed(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows of the list with its search and filters, which stand in the address."""
        try:
            changelist = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return self.get_queryset(request)
        # Looking for a text in several tables may find a row twice.
        found = changelist.get_queryset(request).values("pk")
        resource = self.resource_class
        rows = self.get_queryset(request).filter(pk__in=found.order_by()).order_by("pk")
        return rows.select_related(*resource.related).prefetch_related(*resource.prefetched)

    def _file(self, request: HttpRequest, records: models.QuerySet, kind: str, count: int) -> HttpResponse:
        resource = self.resource_class(actor=request.user)
        write, content_type = KINDS[kind]
        content = write(resource.headings(), resource.rows_of(records))
        AuditEntry.objects.create(
            actor=request.user,
            verb=AuditEntry.Verb.EXPORT,
            target_type=self.opts.label_lower,
            target_text=str(self.opts.verbose_name_plural)[:200],
            reason=ngettext("%(count)s row, %(kind)s", "%(count)s rows, %(kind)s", count)
            % {"count": count, "kind": kind.upper()},
        )
        name = f"{self.opts.model_name}-{timezone.localdate():%Y-%m-%d}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(content, content_type=content_type, headers=headers)

    def _page(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}


def _kept(request: HttpRequest, token: uuid.UUID) -> str:
    """Return the name under which a file waits for its confirmation by the person who sent it."""
    return f"import-{request.user.pk}-{token}"
