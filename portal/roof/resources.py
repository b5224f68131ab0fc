"""Spreadsheets of the editions of the report, with their sections in order."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.resources.records import LANGUAGES, SluggedResource
from portal.ground.columns import BySlugs, Column, Widget
from portal.ground.natural import Slugged
from portal.roof.models import ReportForm, ReportSection


class Sections(BySlugs):
    """The sections that are on, in order, with a semicolon between them; one in brackets is left out when empty."""

    def __init__(self):
        super().__init__(ReportSection)

    def read(self, value: Any) -> list[ReportSection]:
        """Return unsaved sections. Raises ValidationError for one that there is not, or that stands there twice."""
        names = [name.strip() for name in Widget.read(self, value).split(";") if name.strip()]
        kinds = [name.strip("()") for name in names]
        for kind in kinds:
            if kind not in ReportSection.Kind.values:
                choices = ", ".join(ReportSection.Kind.values)
                sentence = _("There is no section “%(kind)s”; there are: %(choices)s.")
                raise ValidationError(sentence % {"kind": kind, "choices": choices})
        if len(set(kinds)) != len(kinds):
            raise ValidationError(_("The edition has this section already."))
        return [
            ReportSection(kind=kind, position=10 * place, leaves_out_empty=name.startswith("("))
            for place, (name, kind) in enumerate(zip(names, kinds, strict=True), start=1)
        ]

    def write(self, value: Any) -> str:
        """Return the sections as a cell holds them."""
        rows = value.all() if isinstance(value, models.Manager) else value or []
        told = [row for row in sorted(rows, key=lambda row: (row.position, row.kind)) if row.is_on]
        return "; ".join(f"({row.kind})" if row.leaves_out_empty else row.kind for row in told)


class ReportFormResource(SluggedResource):
    """Editions of the report; bringing one in puts its sections in the order of the cell."""

    sections = Column("sections", Sections(), label=gettext_lazy("sections"))
    related = ["source"]
    prefetched = ["sections"]

    class Meta:
        model = ReportForm
        fields = [
            "slug",
            *(f"name_{code}" for code in LANGUAGES),
            "source",
            "scope",
            "has_lists",
            "position",
            "sections",
        ]

    def link(self, instance: Slugged, name: str, linked: list[ReportSection]) -> None:
        """Put the sections of a stored edition in their order."""
        named = {row.kind for row in linked}
        instance.sections.exclude(models.Q(is_on=False) & ~models.Q(kind__in=named)).delete()
        for row in linked:
            row.form = instance
        ReportSection.objects.bulk_create(linked)
