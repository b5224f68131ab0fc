"""What each page of the administration has in common: who may see and change what, and safe text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AdminTextInputWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.db import IntegrityError, models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.text import capfirst
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline, TranslationTabularInline

from portal.ground.admin.forms import AdminForm
from portal.ground.admin.part_lists import PartListsAdmin
from portal.ground.forms import DASHES, MAX_TEXT, LineField, RowsField, TextField, as_key
from portal.ground.models import User
from portal.ground.row_sets import CountedRows


def visible(model: type[models.Model], user: User) -> models.QuerySet:
    """Return the rows that `user` may see: all of a list that partnerships share, else `visible_to`."""
    rows = model._default_manager.all()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


class VisibleFilter(admin.RelatedFieldListFilter):
    """A list filter that names only rows which the reader may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """Return the choices among the visible rows."""
        pks = list(visible(field.related_model, request.user).values_list("pk", flat=True))
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to={"pk__in": pks})


class NamedSelect(AutocompleteSelect):
    """An autocomplete that says its own name also while it is empty."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        name = capfirst(str(self.field.verbose_name))
        return super().build_attrs(base_attrs, extra_attrs) | {"data-placeholder": name}

    def optgroups(self, name: str, value: list[Any], attr: dict[str, Any] | None = None) -> Any:
        """Return the chosen rows, after one that stands for none: HTML asks for it, and that it says something.

        What was sent and is no number of a row is not looked up, which would be an error.
        """
        groups = super().optgroups(name, [key for key in value if as_key(str(key)) is not None], attr)
        if not self.allow_multiple_selected:
            chosen = [option for option in groups[0][1] if option["value"] != ""]
            groups[0] = (None, [self.create_option(name, "", DASHES, selected=False, index=0), *chosen], 0)
        return groups


class NamedSelectMultiple(NamedSelect, AutocompleteSelectMultiple):
    """The same for several rows."""


class PlainFields(admin.options.BaseModelAdmin):
    """Fields that refuse unreadable text with a sentence and offer only rows that the person may see."""

    form = AdminForm
    formfield_overrides = {
        models.CharField: {"form_class": LineField},
        models.SlugField: {"form_class": forms.SlugField, "widget": AdminTextInputWidget(attrs={"dir": "ltr"})},
        models.TextField: {"form_class": TextField, "max_length": MAX_TEXT},
        models.URLField: {"assume_scheme": "https"},
        models.DecimalField: {"localize": True},
        # Files have no address of their own, so the widget cannot link to one; see each file's `stored`.
        models.FileField: {"widget": forms.FileInput},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Mark a text of a given language with it, for screen readers and for the direction of writing."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", None)
        if field is not None and language and hasattr(db_field, "translated_field"):
            direction = "rtl" if translation.get_language_info(language)["bidi"] else "ltr"
            field.widget.attrs.update({"lang": language, "dir": direction})
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only visible rows."""
        kwargs.setdefault("queryset", visible(db_field.related_model, request.user))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only visible rows; a number that no database could hold is none of them."""
        kwargs.setdefault("form_class", RowsField)
        kwargs.setdefault("queryset", visible(db_field.related_model, request.user))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PortalAdmin(PlainFields, PartListsAdmin):
    """A list that the partnerships share: staff may read it, an administrator may change it."""

    show_full_result_count = False
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the list stands on the first page."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may read the row; `get_queryset` has taken out what is not visible."""
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may make a row."""
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may change the row."""
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may delete the row, and nothing speaks for it."""
        return self.has_change_permission(request, obj) and self.may_be_removed(obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the visible rows."""
        rows = super().get_queryset(request)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list; a number in the address that the database cannot hold is a filter that is not known."""
        try:
            return super().get_changelist_instance(request)
        except OverflowError as error:
            raise IncorrectLookupParameters from error

    def response_action(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        """Do what was chosen with the rows; what is no number of a row chooses none."""
        if isinstance(self.opts.pk, models.IntegerField):
            sent = request.POST.copy()
            chosen = [key for key in sent.getlist(ACTION_CHECKBOX_NAME) if as_key(key) is not None]
            sent.setlist(ACTION_CHECKBOX_NAME, chosen)
            request.POST = sent
        return super().response_action(request, queryset)

    def get_form(self, request: HttpRequest, obj: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Return the form's class, which knows who uses it."""
        form = super().get_form(request, obj, *args, **kwargs)
        form.actor = request.user
        return form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or save the form. What another request saved in the same moment is refused by the form itself.

        The database refuses the second of two equal rows; asked again, the form sees the first and says so.
        """
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)


class CountedInlineFormSet(CountedRows, BaseInlineFormSet):
    """Parts of a record, which no missing number loses."""

    @property
    def pk_name(self) -> str:
        """The field that says which stored part a row stands for."""
        return self.model._meta.pk.name


class NamedFormSet(CountedInlineFormSet):
    """Rows of a table whose fields say their name themselves: their labels stand only in its head."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if widget.is_hidden:
                continue  # nobody hears it
            widget.attrs.setdefault("aria-label", capfirst(str(field.label or "")))


class PartInline(PlainFields, admin.options.InlineModelAdmin):
    """Rows of another table that are part of the record: who may change the record may change them."""

    extra = 0
    formset = CountedInlineFormSet
    select_related: list[str] = []

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the parts are shown."""
        return self.admin_site.get_model_admin(self.parent_model).has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a part may be added."""
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the parts may be changed."""
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether a part may be taken away."""
        return self._may_change(request, obj)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the visible parts, with what their own names need."""
        rows = super().get_queryset(request).select_related(*self.select_related)
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset's class, whose form knows who uses it."""
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.actor = request.user
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the four small windows beside each choice: again in each row, they are half of the page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Fetch the choices of a short list once for all rows of the inline."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name not in self.get_autocomplete_fields(request):
            field.choices = list(field.choices)
        return field


class PartTabular(PartInline, admin.TabularInline):
    """Parts in a table."""

    formset = NamedFormSet


class PartStacked(PartInline, admin.StackedInline):
    """Parts below each other."""


class TranslatedAdmin(PortalAdmin, TranslationAdmin):
    """A PortalAdmin whose texts stand in four languages, side by side."""


class TranslatedTabular(PartTabular, TranslationTabularInline):
    """Parts in a table, their texts in four languages."""

    formset = NamedFormSet


class TranslatedStacked(PartStacked, TranslationStackedInline):
    """Parts below each other, their texts in four languages."""


class ReadOnlyMixin:
    """Rows that the portal writes itself: they are shown, and changed by nobody here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes one."""
        return False
