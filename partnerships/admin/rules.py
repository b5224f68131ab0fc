"""Cost headings and rules of funders: an administrator edits them, no developer is needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partnerships.admin.partnership import SPAN
from partnerships.models import CostHeading, FundingRule, Partnership
from partnerships.services import ask_guards, hold_money
from portal.ground.admin import AdminForm, TranslatedAdmin
from portal.ground.forms import AmountField, RowsField

# The columns of a rule by what they are about: each kind of rule speaks with one of these parts only.
PARTS = {
    "side": (
        _("Side of the work, or who spends"),
        ["side_allowed"],
        _(
            "“Side on which the work is done” pays for activities on that side only. “Who spends the money” pays "
            "only what this side spends, wherever the work is done."
        ),
    ),
    "headings": (
        _("Cost headings that are paid"),
        ["headings"],
        _("The source pays for these headings only; a heading takes its parts along."),
    ),
    "window": (
        _("Dates between which is paid"),
        ["first_day", "last_day"],
        _("What is spent on another day is not paid. One of the two days may stay empty."),
    ),
    "amount": (
        _("Amount"),
        ["amount", "heading"],
        _(
            "“Largest amount” is what a project may cost the source, or one heading of it. “Voucher needed above an "
            "amount” asks for the voucher of each expense above it; 0 means of every expense."
        ),
    ),
    "percent": (
        _("Percentage"),
        ["percent", "first_percent"],
        _(
            "“Largest share” and “smallest own contribution” are parts of the accepted budget. “Spending above the "
            "budget line” is how much more than planned may be spent. “Largest unspent balance” is a part of the "
            "last justified tranche; the first tranche may have a percentage of its own."
        ),
    ),
    "deadline": (
        _("Deadline"),
        ["deadline_for", "month", "day", "warn_days"],
        _(
            "The day of the next year by which the report is sent, or from which the next tranche can be claimed. "
            "The dashboard warns so many days before."
        ),
    ),
}
RULE = ["slug", "title", "legal_source", ("kind", "effect"), tuple(SPAN)]
EFFECTS = _(
    "A rule that “refuses” stops an expense. One that “warns” asks for a reason and keeps it. One that “lets it in” "
    "shows only when the expense is to be justified. When a rule changes, end this one and add its successor: "
    "old years keep the old rule."
)


def _part(name: str, *, is_open: bool = False) -> tuple[Any, Any]:
    title, fields, description = PARTS[name]
    classes = [] if is_open else ["collapse"]
    return title, {"fields": [tuple(fields)], "description": description, "classes": classes}


class HeadingChoice(forms.ModelChoiceField):
    """A choice among headings, each named with its funder and the heading that it is part of."""

    def label_from_instance(self, obj: CostHeading) -> str:
        return _full_name(obj)


class HeadingChoices(RowsField):
    """The same for several headings."""

    def label_from_instance(self, obj: CostHeading) -> str:
        return _full_name(obj)


def _full_name(heading: CostHeading) -> str:
    name = f"{heading.parent} – {heading}" if heading.parent else str(heading)
    return f"{heading.source}: {name}"


def _headings() -> models.QuerySet:
    """Return the headings to choose from."""
    return CostHeading.objects.select_related("source", "parent").order_by("source", "position", "slug")


class HeadingFields:
    """Fields that choose among cost headings."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name each heading in full."""
        if db_field.related_model is CostHeading:
            rows = _headings().filter(parent=None) if db_field.name == "parent" else _headings()
            kwargs |= {"form_class": HeadingChoice, "queryset": rows}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name each heading in full."""
        if db_field.related_model is CostHeading:
            widget = forms.CheckboxSelectMultiple()
            kwargs |= {"form_class": HeadingChoices, "queryset": _headings(), "widget": widget}
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RuleForm(AdminForm):
    """A funder's rule; only what its kind speaks with is filled in."""

    amount = AmountField(label=_("amount in euro"), required=False, localize=True, lowest=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # A rule in words is a sentence.
            if name.startswith("title") or name == "legal_source":
                field.widget.attrs["class"] = "vLargeTextField"

    def clean(self) -> dict[str, Any] | None:
        values = super().clean()
        headings = list(self.cleaned_data.get("headings") or [])
        source = self.cleaned_data.get("source")
        if self.cleaned_data.get("kind") == FundingRule.Kind.HEADINGS:
            if "headings" in self.cleaned_data and not headings:
                self.add_error("headings", ValidationError(_("Choose at least one heading.")))
            if source is not None and any(heading.source_id != source.pk for heading in headings):
                self.add_error("headings", ValidationError(_("This heading belongs to another funding source.")))
        elif headings:
            self.add_error("headings", ValidationError(_("A rule of this kind does not use this: leave it empty.")))
        return values


def rule_stays_because(rule: FundingRule) -> str:
    """Return why a rule is not deleted; empty where it was never asked and stands in no frozen report."""
    try:
        ask_guards(rule, is_gone=True)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def hold_all_money() -> None:
    """Hold the money of all partnerships: nobody asks a rule while it goes, or justifies under a heading."""
    hold_money(Partnership.objects.values_list("pk", flat=True))


class HeadingForm(AdminForm):
    """A cost heading; what was told to a funder under it keeps its meaning."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.instance.pk or not {"nature", "is_direct", "parent", *SPAN} & set(self.changed_data):
            return
        hold_all_money()
        try:
            ask_guards(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(CostHeading)
class CostHeadingAdmin(HeadingFields, TranslatedAdmin):
    """Headings of all funders, in two levels."""

    form = HeadingForm
    fields = ["slug", "source", "name", ("parent", "nature", "is_direct", "position"), tuple(SPAN)]
    list_display = ["name", "parent", "source", "nature", "is_direct", "span_text"]
    list_filter = ["source", "nature", "is_direct"]
    list_select_related = ["source", "parent"]
    search_fields = ["slug", "name_nl", "name_fr", "name_en", "name_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["name"]}
    parent_field = "source"

    def get_readonly_fields(self, request: HttpRequest, obj: CostHeading | None = None) -> list[str]:
        """Keep the funder of a heading: budgets and expenses told under it belong to that funder."""
        return [*super().get_readonly_fields(request, obj), *(["source"] if obj else [])]


@admin.register(FundingRule)
class FundingRuleAdmin(HeadingFields, TranslatedAdmin):
    """Funders' rules, with where each stands."""

    form = RuleForm
    list_display = ["title", "source", "kind", "effect", "span_text"]
    list_filter = ["kind", "effect", "source"]
    list_select_related = ["source"]
    search_fields = ["slug", "title_nl", "title_fr", "title_en", "title_ar"]
    autocomplete_fields = ["source"]
    prepopulated_fields = {"slug": ["title"]}
    parent_field = "source"

    def why_it_stays(self, obj: FundingRule) -> str:
        """Return why the rule is not deleted."""
        return rule_stays_because(obj)

    def hold_before_removal(self, obj: FundingRule) -> None:
        """Hold what the rule may be asked about."""
        hold_all_money()

    def get_fieldsets(self, request: HttpRequest, obj: FundingRule | None = None) -> list[Any]:
        """Open the part that the rule speaks with; the others wait."""
        spoken = FundingRule.SPEAKS_WITH.get(obj.kind, set()) if obj else set()
        parts = [_part(name, is_open=bool(spoken & set(PARTS[name][1]))) for name in PARTS]
        intro = gettext("The kind says which part below is filled in; the others stay empty.")
        return [
            (None, {"fields": self.replace_orig_field(["source", *RULE]), "description": f"{intro} {EFFECTS}"}),
            *parts,
        ]
