"""Funding sources, their rules, and what they pay for."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from partnerships.admin.base import OwnPartnershipAdmin, OwnPartnershipForm, OwnTranslatedAdmin
from partnerships.admin.partnership import SPAN
from partnerships.models import FundingRequest, FundingRule, FundingSource, FundingSourceAlias, PartnershipFunding
from portal.ground.admin import PartTabular, PortalAdmin, TranslatedAdmin, TranslatedStacked, VisibleFilter
from portal.ground.forms import AmountField

NAMES = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]


class AliasInline(PartTabular):
    """Other names of a funding source."""

    model = FundingSourceAlias


class RuleInline(TranslatedStacked):
    """What a funding source pays for, and what not."""

    model = FundingRule
    fields = ["slug", "title", "side_allowed", "legal_source", *SPAN]


@admin.register(FundingSource)
class FundingSourceAdmin(TranslatedAdmin):
    """Who pays, under which names and rules."""

    list_display = ["name", "abbreviation", "kind", "slug"]
    list_filter = ["kind"]
    search_fields = [*NAMES, "aliases__name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [AliasInline, RuleInline]


@admin.register(FundingSourceAlias)
class FundingSourceAliasAdmin(PortalAdmin):
    """Other names of funding sources."""

    list_display = ["name", "source"]
    list_select_related = ["source"]
    search_fields = ["name"]
    autocomplete_fields = ["source"]
    parent_field = "source"


@admin.register(FundingRule)
class FundingRuleAdmin(TranslatedAdmin):
    """Funders' rules, with where each stands."""

    list_display = ["title", "source", "side_allowed", "span_text"]
    list_filter = ["side_allowed", "source"]
    list_select_related = ["source"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "source"


@admin.register(PartnershipFunding)
class PartnershipFundingAdmin(OwnPartnershipAdmin):
    """Which source pays for which partnership."""

    list_display = ["partnership", "source", "purpose", "span_text"]
    list_filter = ["purpose", "source", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "source"]
    autocomplete_fields = ["partnership", "source"]
    parent_field = "partnership"


class FundingRequestForm(OwnPartnershipForm):
    """A request; its amount may be typed with a decimal comma or point."""

    amount = AmountField(label=_("amount in euro"), required=False, localize=True)


@admin.register(FundingRequest)
class FundingRequestAdmin(OwnTranslatedAdmin):
    """Money that is asked for."""

    form = FundingRequestForm
    list_display = ["purpose", "partnership", "source", "state", "amount"]
    list_filter = ["state", "source", ("partnership", VisibleFilter)]
    list_select_related = ["partnership", "source"]
    search_fields = ["slug", "purpose_nl", "purpose_fr", "purpose_en", "purpose_ar"]
    date_hierarchy = "state_on"
    autocomplete_fields = ["partnership", "source"]
    prepopulated_fields = {"slug": ["purpose"]}
    parent_field = "partnership"
