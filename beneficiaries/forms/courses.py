"""The form of a course."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import Course, TargetGroup
from partnerships.forms.base import day_input
from partnerships.forms.trails import RecordForm, own_organisations
from partnerships.models import Decision, Finding, Partnership, Place
from portal.ground.forms import RowsField


class CourseForm(RecordForm):
    """What is taught, for whom, by whom, and the needs that led to it."""

    needs = RowsField(
        label=_("Needs that led to it"),
        queryset=Finding.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A finding that is missing here is written down first."),
    )
    changed_by = RowsField(
        label=_("Changed by the decisions"),
        queryset=Decision.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Course
        fields = [
            "kind",
            "programme",
            "part_of",
            "target_group",
            "run_by",
            "place",
            "starts_on",
            "starts_precision",
            "ends_on",
            "ends_precision",
            "follows_needs",
            "leads_to_diploma",
            "needs",
            "changed_by",
        ]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        help_texts = {"part_of": _("The larger course or cycle of which this one is a part.")}

    def narrow(self) -> None:
        """Offer the rows of the partnership, and the groups and places that partnerships share."""
        super().narrow()
        home, fields = self.partnership, self.fields
        fields["part_of"].queryset = Course.objects.filter(partnership=home).exclude(pk=self.instance.pk)
        groups = TargetGroup.objects.filter(Q(partnerships=home) | Q(partnerships__isnull=True))
        fields["target_group"].queryset = (groups | TargetGroup.objects.filter(courses=self.instance.pk)).distinct()
        fields["run_by"].queryset = own_organisations(home, courses=self.instance.pk)
        places = Place.objects.local_to(Partnership.objects.filter(pk=home.pk), self.instance.place_id)
        fields["place"].queryset = places.select_related("municipality")
        for name, model in {"needs": Finding, "changed_by": Decision}.items():
            fields[name].queryset = model.objects.filter(partnership=home)

    def layout(self) -> list[Any]:
        """Return the fields below the texts, in pairs where they belong together."""
        pairs = [
            ("kind", "programme"),
            ("part_of", "target_group"),
            ("run_by", "place"),
            ("starts_on", "starts_precision"),
            ("ends_on", "ends_precision"),
        ]
        ticks = ["follows_needs", "leads_to_diploma", "needs", "changed_by"]
        return [*(Div(*pair, css_class="form-columns") for pair in pairs), *ticks]
