"""The editions of the report as they are shipped, for tests that do not load all reference data."""

from partnerships.models import FundingSource
from portal.roof.models import ReportForm, ReportSection
from portal.roof.reference import read


def ship() -> dict[str, ReportForm]:
    """Write the shipped editions, the cast's funding sources in them, and return them by short name."""
    held = read()
    made = {}
    for row in held[ReportForm]:
        fields = dict(row.fields)
        slug = fields.pop("source", [None])[0]
        source = FundingSource.objects.get(slug=slug) if slug else None
        made[fields["slug"]] = ReportForm.objects.create(source=source, **fields)
    for row in held[ReportSection]:
        fields = dict(row.fields)
        ReportSection.objects.create(form=made[fields.pop("form")[0]], **fields)
    return made
