"""Every write in the administration leaves an audit entry, and every record shows its own."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects, unquote
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db import models, router, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from portal.ground import audit
from portal.ground.history import describe
from portal.ground.models import AuditEntry, User

PER_PAGE = 50
# The hash of a password, and the secret of a second factor.
SECRETS = {"password", "data"}


def columns(row: models.Model) -> dict[str, Any]:
    """Return the values of a row's columns, but for what even its history must not hold."""
    return {name: value for name, value in audit.snapshot(row).items() if name not in SECRETS}


def state(row: models.Model) -> dict[str, Any]:
    """Return the columns and the links of a row as the database has them now."""
    stored = type(row)._default_manager.get(pk=row.pk)
    links = {
        field.name: sorted(str(item) for item in getattr(stored, field.name).all())
        for field in row._meta.many_to_many
        if field.remote_field.through._meta.auto_created
    }
    return columns(stored) | links


def record_change(
    row: models.Model,
    *,
    actor: User,
    before: dict[str, Any],
    parent: models.Model | None = None,
    reason: str = "",
) -> None:
    """Write the entry of a row that was made (no `before`) or changed; no entry where nothing changed."""
    after = state(row)
    if not before:
        audit.record(row, actor=actor, verb=AuditEntry.Verb.CREATE, changes=after, parent=parent, reason=reason)
        return
    changes = audit.difference(before, after)
    changes.pop("version", None)
    if changes:
        audit.record(row, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=parent, reason=reason)
        _forget_files([changes[field.attname][0] for field in _files(row) if field.attname in changes])


@transaction.atomic
def remove(row: models.Model, *, actor: User, parent: models.Model | None = None) -> None:
    """Delete a row with all that goes with it, each with an entry; its files go once the deletion is sure."""
    collector = NestedObjects(using=router.db_for_write(type(row)), origin=row)
    collector.collect([row])
    for model, rows in collector.data.items():
        for gone in rows:
            if model._meta.auto_created:
                continue
            of = parent if gone == row else row
            values = {name: [value, None] for name, value in columns(gone).items() if value not in (None, "")}
            audit.record(gone, actor=actor, verb=AuditEntry.Verb.DELETE, changes=values, parent=of)
            _forget_files([field.value_from_object(gone).name for field in _files(gone)])
    for (field, value), groups in collector.field_updates.items():
        for loosened in (item for group in groups for item in group):
            old = getattr(loosened, field.attname)
            changes = {field.attname: [old, value]}
            audit.record(loosened, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=changes, parent=row)
    row.delete()


def _files(row: models.Model) -> list[models.FileField]:
    return [field for field in row._meta.concrete_fields if isinstance(field, models.FileField)]


def _forget_files(names: list[str | None]) -> None:
    """Take files away once it is sure that no row names them any more."""
    for name in filter(None, names):
        transaction.on_commit(partial(default_storage.delete, name))


class TrailAdmin(admin.ModelAdmin):
    """A ModelAdmin whose one trail is the audit: Django's own log is not written."""

    # The field that leads to the record in whose history this one shows too.
    parent_field = ""

    def parent_of(self, obj: models.Model) -> models.Model | None:
        """Return the record in whose history a change of this one shows too."""
        return getattr(obj, self.parent_field) if self.parent_field else None

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Write nothing: `save_related` has written the audit entry."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Write nothing: `save_related` has written the audit entry."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Write nothing: `remove` writes the audit entries."""

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm, change) -> None:
        """Save the row after noting what it was; a row with a version gets the next one."""
        form.before = state(obj) if change else {}
        if change and hasattr(obj, "version"):
            obj.version += 1
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change) -> None:
        """Write the entry once the links of the row are saved too."""
        super().save_related(request, form, formsets, change)
        record_change(
            form.instance,
            actor=request.user,
            before=form.before,
            parent=self.parent_of(form.instance),
            reason=getattr(form, "audit_reason", ""),
        )

    def save_formset(self, request: HttpRequest, form: forms.ModelForm, formset: Any, change) -> None:
        """Save the rows of an inline, each with an entry that shows in the history of the parent."""
        rows = formset.save(commit=False)
        before = {row.pk: state(row) for row in rows if row.pk}
        for row in formset.deleted_objects:
            remove(row, actor=request.user, parent=form.instance)
        earlier = [(row, before.get(row.pk, {})) for row in rows]
        for row in rows:
            self.save_part(row, form.instance)
        # The links of a row are part of what its entry says.
        formset.save_m2m()
        for row, was in earlier:
            record_change(row, actor=request.user, before=was, parent=form.instance)

    def save_part(self, row: models.Model, parent: models.Model) -> None:
        """Save one row of an inline."""
        row.save()

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete one row, audited."""
        remove(obj, actor=request.user, parent=self.parent_of(obj))

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Delete the chosen rows, audited; all or none."""
        for obj in queryset:
            self.delete_model(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the audit entries about a record and its parts."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = AuditEntry.objects.about(obj).select_related("actor")
        page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % obj,
            "lines": describe(page.object_list),
            "page": page,
            "object": obj,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)
