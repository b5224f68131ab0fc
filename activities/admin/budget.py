"""Budget lines with their amendments, and the shares of sources in activities."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities.budget_sheet import first_amount
from activities.forms.budget import heading_choices
from activities.models import Activity, BudgetAmendment, BudgetLine, CoFunding
from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTabular, OwnVersionedForm
from partnerships.models import CostHeading, ProgrammeYear
from partnerships.services import hold_money, hold_years_open
from portal.ground.admin import ReadOnlyMixin, VisibleFilter
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import AmountField
from portal.ground.money import format_amount

# What a line is about and what it comes to: once written, only an amendment changes the amount.
FIXED = ["programme", "year", "source", "heading", "amount"]


class HeadingsMixin:
    """Cost headings stand in a list under the name of their source."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Group the headings."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.related_model is CostHeading:
            field.choices = heading_choices(CostHeading.objects.select_related("source", "parent"))
        return field


class BudgetLineForm(OwnVersionedForm):
    """A budget line; outside the locked years."""

    amount = AmountField(label=_("amount in euro"), localize=True, lowest=Decimal(0))

    def clean(self) -> dict[str, Any] | None:
        programme = self.cleaned_data.get("programme") or (self.instance.programme if self.instance.pk else None)
        if programme is not None:
            # Held before the line itself, as an amendment does, so that nobody waits in a ring.
            hold_money([programme.partnership_id])
        return super().clean()

    def _get_validation_exclusions(self) -> set[str]:
        # What is only shown here still tells one line from another.
        shown = {"programme", "year", "source", "heading", "outcome", "activity"} - set(self.fields)
        return super()._get_validation_exclusions() - shown

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        line = self.instance
        try:
            hold_years_open(line.programme.partnership, days=[dt.date(line.year, 1, 1)], field="year")
        except ValidationError as error:
            self.add_error("year" if "year" in self.fields else None, error.messages)


class AmendmentInline(ReadOnlyMixin, OwnTabular):
    """What changed the amount, and why."""

    model = BudgetAmendment
    fields = ["number", "agreed_on", "amount_before", "amount_after", "reason", "actor", "at"]
    readonly_fields = fields
    select_related = ["actor"]


@admin.register(BudgetLine)
class BudgetLineAdmin(HeadingsMixin, VersionedMixin, OwnPartnershipAdmin):
    """Budget lines. The amount changes by an amendment, on a page of its own, for a reason."""

    form = BudgetLineForm
    fields = [*FIXED, "outcome", "activity", "description", "first_version", "amend", "is_demonstration"]
    readonly_fields = ["first_version", "amend", "is_demonstration"]
    list_display = ["year", "source", "heading", "description", "amount", "programme", "is_demonstration"]
    list_display_links = ["year", "source"]
    list_filter = ["year", "source", ("programme", VisibleFilter), "is_demonstration"]
    list_select_related = ["source", "heading", "programme"]
    search_fields = ["description", "programme__slug", "activity__slug", "outcome__slug"]
    autocomplete_fields = ["programme", "source", "outcome", "activity"]
    parent_field = "programme"
    inlines = [AmendmentInline]

    def get_readonly_fields(self, request: HttpRequest, obj: BudgetLine | None = None) -> list[str]:
        """Keep what a line is about, and its amount, as they were written."""
        return [*self.readonly_fields, *(FIXED if obj else [])]

    def is_closed(self, obj: BudgetLine) -> bool:
        """Say whether a locked year holds it."""
        return ProgrammeYear.objects.locked_on(obj.programme.partnership_id, [dt.date(obj.year, 1, 1)]).exists()

    def why_it_stays(self, obj: BudgetLine) -> str:
        """Return why no line is deleted: its first version would go with it, and no reason would be kept."""
        return super().why_it_stays(obj) or gettext("A budget line stays: amend it to zero, and say why.")

    @admin.display(description=_("first version"))
    def first_version(self, line: BudgetLine) -> str:
        """Return the amount of the first version."""
        return format_amount(first_amount(line)) if line.pk else "–"

    @admin.display(description=_("another amount"))
    def amend(self, line: BudgetLine) -> SafeString | str:
        """Return the way to the page that amends the line."""
        if not line.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("activities:budget_amend", args=[line.pk]), _("Amend"))

    def view_on_site(self, obj: BudgetLine) -> str:
        """Return the address of its versions."""
        return reverse("activities:budget_history", args=[obj.pk])


@admin.register(BudgetAmendment)
class BudgetAmendmentAdmin(ReadOnlyMixin, OwnPartnershipAdmin):
    """Changes of budget lines, each with its reason; they stay."""

    list_display = ["agreed_on", "line", "number", "amount_before", "amount_after", "actor"]
    list_filter = ["line__year", "line__source", ("line__programme", VisibleFilter)]
    list_select_related = ["line__source", "line__heading", "line__activity", "line__outcome", "actor"]
    search_fields = ["reason", "line__description"]
    fields = ["line", *AmendmentInline.fields]
    parent_field = "line"


class CoFundingForm(OwnPartnershipForm):
    """The share of one source in an activity; all of them come to at most the whole."""

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        activity = self.cleaned_data.get("activity")
        if activity is not None:
            # Held before the shares are added up, so that two at once do not come to more than the whole.
            held: models.QuerySet = Activity.objects.select_for_update(of=("self",), no_key=True)
            held.get(pk=activity.pk)
        return values


@admin.register(CoFunding)
class CoFundingAdmin(OwnPartnershipAdmin):
    """Shares of sources in activities. The page of the activity sets all of them at once."""

    form = CoFundingForm
    list_display = ["activity", "source", "share"]
    list_filter = ["source", ("activity__partnership", VisibleFilter)]
    list_select_related = ["activity", "source"]
    search_fields = ["activity__slug", "source__slug"]
    autocomplete_fields = ["activity", "source"]
    parent_field = "activity"
