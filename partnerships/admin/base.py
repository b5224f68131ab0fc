"""Records of one partnership: who works in it and is on the staff reads them, its officers change them.

A viewer finds none of them here, nor their histories: true figures of vulnerable groups and codes of learners stand in
both, and whoever only looks on reads on the portal's own pages what may be told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from partnerships.access import partnership_id_of, partnerships_of, path_of
from partnerships.models import Partnership, Role
from partnerships.services import hold_all_years, hold_money
from portal.ground.admin import (
    AdminForm,
    PartTabular,
    PortalAdmin,
    TranslatedAdmin,
    TranslatedStacked,
    TranslatedTabular,
    VersionedForm,
)

CLOSED = gettext_noop("This record is dated in a locked year: an officer can open the year again.")


def officer_in(request: HttpRequest) -> set[int]:
    """Return the numbers of the partnerships of which the person is an officer; asked once for each request."""
    if not hasattr(request, "officer_in"):
        pks = partnerships_of(request.user, Role.OFFICER).values_list("pk", flat=True)
        request.officer_in = SimpleLazyObject(lambda: set(pks))
    return request.officer_in


def works_in(request: HttpRequest) -> set[int]:
    """Return the numbers of the partnerships in which the person is more than a viewer; asked once for each request."""
    if not hasattr(request, "works_in"):
        pks = partnerships_of(request.user, Role.COORDINATOR).values_list("pk", flat=True)
        request.works_in = SimpleLazyObject(lambda: set(pks))
    return request.works_in


class OwnPartnershipForm(AdminForm):
    """A row of one partnership, which its officers change, and whose links stay inside the partnership."""

    partnership_path = ""

    def _post_clean(self) -> None:
        super()._post_clean()
        path = self.partnership_path or path_of(type(self.instance))
        home = partnership_id_of(self.instance, path)
        self._keep_inside(home)
        own = partnerships_of(self.actor, Role.OFFICER)
        if home is not None and not own.filter(pk=home).exists():
            start = path.split("__")[0]
            self.add_error(
                start if start in self.fields else None, _("Only an officer of this partnership may do this.")
            )

    def _keep_inside(self, home: int | None) -> None:
        for name, value in list(self.cleaned_data.items()):
            rows = [value] if isinstance(value, models.Model) else value if isinstance(value, models.QuerySet) else []
            for row in rows:
                other = None if isinstance(row, Partnership) else partnership_id_of(row)
                if home is not None and other is not None and other != home:
                    self.add_error(name, _("“%(row)s” belongs to another partnership.") % {"row": row})
                    break


class OwnVersionedForm(OwnPartnershipForm, VersionedForm):
    """A row of one partnership that several people edit."""


class OwnPartnershipMixin:
    """Access to the records of one partnership."""

    form = OwnPartnershipForm
    # Set where the model's own QuerySet does not know the way to the partnership.
    partnership_path = ""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows of the partnerships in which the person works."""
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.partnership_path or path_of(self.model)}__in": works_in(request)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Say whether the person is an officer somewhere; the form asks where."""
        return request.user.is_superuser or (request.user.is_staff and bool(officer_in(request)))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person is an officer of the row's partnership, and the row is not closed."""
        if obj is None:
            return OwnPartnershipMixin.has_add_permission(self, request)
        home = partnership_id_of(obj, self.partnership_path)
        mine = request.user.is_superuser or (request.user.is_staff and home in officer_in(request))
        return mine and not self.is_closed(obj)

    def is_closed(self, obj: Any) -> bool:
        """Say whether nobody may change the row any more."""
        return False

    def why_it_stays(self, obj: Any) -> str:
        """Return why the row is not deleted: a locked year keeps what is dated in it."""
        return _(CLOSED) if self.is_closed(obj) else ""

    def hold_before_removal(self, obj: Any) -> None:
        """Hold the money of the row's partnership, as whoever writes money does."""
        home = partnership_id_of(obj, self.partnership_path)
        if home is not None:
            hold_money([home])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the row if it may still go once the years are held: one may have been locked meanwhile."""
        self._hold(request, [obj])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Delete the chosen rows if all may still go; all or none."""
        self._hold(request, queryset)
        super().delete_queryset(request, queryset)

    def _hold(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Hold the years of the rows' partnerships, and ask again. Raises PermissionDenied."""
        rows = list(rows)
        homes = {home for row in rows if (home := partnership_id_of(row, self.partnership_path)) is not None}
        for home in sorted(homes):
            hold_all_years(home)
        for row in type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows]) if rows else []:
            if not self.has_delete_permission(request, row):
                raise PermissionDenied(_("This record is dated in a locked year: an officer can open the year again."))

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, and say why a row of a locked year is only shown."""
        if kwargs.get("obj") is not None and self.is_closed(kwargs["obj"]):
            messages.warning(request, _(CLOSED))
        return super().render_change_form(request, context, **kwargs)


class OwnPartnershipAdmin(OwnPartnershipMixin, PortalAdmin):
    """Records of one partnership."""


class OwnTranslatedAdmin(OwnPartnershipMixin, TranslatedAdmin):
    """Records of one partnership, their texts in four languages."""


class OwnTabular(PartTabular):
    """Parts in a table that belong to one partnership."""

    form = OwnPartnershipForm


class OwnTranslatedTabular(TranslatedTabular):
    """Parts in a table that belong to one partnership, their texts in four languages."""

    form = OwnPartnershipForm


class OwnTranslatedStacked(TranslatedStacked):
    """Parts below each other that belong to one partnership, their texts in four languages."""

    form = OwnPartnershipForm
