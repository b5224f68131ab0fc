"""Funding sources, their rules, and what they pay for."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import OwnPartnershipAdmin, OwnTranslatedAdmin, OwnVersionedForm
from partnerships.admin.grants import StayingMixin
from partnerships.admin.partnership import SPAN
from partnerships.admin.rules import hold_all_money, rule_stays_because
from partnerships.models import (
    CostHeading,
    FundingRequest,
    FundingRule,
    FundingSource,
    FundingSourceAlias,
    PartnershipFunding,
)
from partnerships.resources import FundingRequestResource
from partnerships.services import hold_request
from portal.ground.admin import PartTabular, PortalAdmin, TranslatedAdmin, VisibleFilter
from portal.ground.admin.exchange import ExchangeMixin
from portal.ground.admin.versions import VersionedMixin
from portal.ground.forms import AmountField

NAMES = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]


class AliasInline(PartTabular):
    """Other names of a funding source."""

    model = FundingSourceAlias


@admin.register(FundingSource)
class FundingSourceAdmin(TranslatedAdmin):
    """Who pays, under which names, headings and rules."""

    fieldsets = [
        (None, {"fields": ["slug", "name", "abbreviation", "kind", "voucher_order"]}),
        (
            _("Years in which it pays"),
            {"fields": [tuple(SPAN)], "description": _("Leave them empty where the source pays in all years.")},
        ),
    ]
    list_display = ["name", "abbreviation", "kind", "span_text", "slug"]
    list_filter = ["kind"]
    search_fields = [*NAMES, "aliases__name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AliasInline]
    part_lists = [CostHeading, FundingRule]

    def why_it_stays(self, obj: FundingSource) -> str:
        """Return why the source is not deleted: its rules would go with it."""
        return next((f"{rule}: {why}" for rule in obj.rules.all() if (why := rule_stays_because(rule))), "")

    def hold_before_removal(self, obj: FundingSource) -> None:
        """Hold what its rules may be asked about."""
        hold_all_money()


@admin.register(FundingSourceAlias)
class FundingSourceAliasAdmin(PortalAdmin):
    """Other names of funding sources."""

    list_display = ["name", "source"]
    list_select_related = ["source"]
    search_fields = ["name"]
    autocomplete_fields = ["source"]
    parent_field = "source"


@admin.register(PartnershipFunding)
class PartnershipFundingAdmin(OwnPartnershipAdmin):
    """Which source pays for which partnership."""

    list_display = ["partnership", "source", "purpose", "span_text"]
    list_filter = ["purpose", "source", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "source"]
    autocomplete_fields = ["partnership", "source"]
    parent_field = "partnership"


class FundingRequestForm(OwnVersionedForm):
    """A request; its amount may be typed with a decimal comma or point."""

    amount = AmountField(label=_("amount in euro"), required=False, localize=True)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors:
            return
        try:
            hold_request(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(FundingRequest)
class FundingRequestAdmin(StayingMixin, VersionedMixin, ExchangeMixin, OwnTranslatedAdmin):
    """Money that is asked for."""

    form = FundingRequestForm
    resource_class = FundingRequestResource
    fieldsets = [
        (None, {"fields": ["slug", "partnership", "programme", "source", "side", "purpose", "amount"]}),
        (
            _("State"),
            {
                "fields": ["state", ("state_on", "precision"), ("submitted_on", "decided_on"), "decision_note"],
                "description": _("Officers move a request on the page of the programme’s money; here it is corrected."),
            },
        ),
    ]
    list_display = ["purpose", "partnership", "source", "state", "amount"]
    list_filter = ["state", "source", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "source"]
    search_fields = ["slug", "purpose_nl", "purpose_fr", "purpose_en", "purpose_ar"]
    date_hierarchy = "state_on"
    autocomplete_fields = ["partnership", "programme", "source"]
    prepopulated_fields = {"slug": ["purpose"]}
    parent_field = "partnership"
