"""One row, at least, of every model that the administration shows, inside one partnership of the cast."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models

from activities.models import (
    ActivityOrganisation,
    Document,
    Expenditure,
    LogEntry,
    Participation,
    Photo,
    Product,
    Showing,
    Voucher,
)
from beneficiaries.models import Course, EvaluationForm
from partnerships import models as rooms
from portal.ground import audit
from tests.cast import Bond, Cast, in_all_languages, make_entry

DAY = dt.date(2024, 5, 14)
SPAN = {"starts_on": DAY, "starts_precision": "day"}


def fill(cast: Cast, bond: Bond, tag: str) -> dict[type[models.Model], models.Model]:
    """Write the rows, their short names ending in `tag`, and return one of each model."""
    partnership, programme = bond.partnership, bond.programme

    def make(model: type[models.Model], texts: str = "", **fields: Any) -> models.Model:
        names = dict.fromkeys(texts.split(), f"{model.__name__} {tag}")
        slug = {"slug": f"{model.__name__.lower()}-{tag}"} if hasattr(model, "slug") else {}
        row = model.objects.create(**slug, **in_all_languages(**names), **fields)
        audit.record(row, actor=cast.administrator, verb="create", changes=audit.snapshot(row))
        made[model] = row
        return row

    made: dict[type[models.Model], models.Model] = {}
    town = make(rooms.Municipality, "name", country="MA")
    of = {"partnership": partnership}
    make(rooms.PartnershipMunicipality, municipality=town, side="partner", **of)
    make(rooms.PartnershipPeriod, "reason", number=1, state="active", **SPAN, **of)
    organisation = make(rooms.Organisation, "name", kind="association", municipality=town)
    make(rooms.OrganisationAlias, organisation=organisation, name=f"Alias {tag}")
    make(rooms.OrganisationRole, organisation=organisation, role="partner", side="partner", **of)
    place = make(rooms.Place, "name", municipality=town)
    event = make(rooms.HostEvent, "name", municipality=town)
    make(rooms.Appointment, municipality=town, function="coordinator", person=f"Person {tag}", **of)
    make(rooms.Membership, user=cast.stranger, role="viewer", starts_on=DAY, ends_on=DAY, **of)
    source = make(rooms.FundingSource, "name abbreviation", kind="other")
    make(rooms.FundingSourceAlias, source=source, name=f"Alias {tag}")
    make(rooms.FundingRule, "title", source=source)
    make(rooms.PartnershipFunding, source=source, purpose="top_up", **of)
    make(rooms.FundingRequest, "purpose", source=source, state="sought", **of)
    make(rooms.ReportWindow, "name", starts_on=DAY, ends_on=DAY, **of)
    phase = make(rooms.Phase, "title text", number=1, programme=programme, **of)
    outcome = make(rooms.Outcome, "title", level="outcome", programme=programme, **of)
    milestone = make(rooms.Milestone, "title", kind="start", **of)
    make(rooms.ObservedOutcome, "title", actor="region", outcome=outcome, came_from=milestone, phase=phase, **of)
    make(rooms.Risk, "title", kind="risk", state="open", **of)
    make(rooms.Decision, "title", **of)
    make(rooms.WorkingPrinciple, "title", kind="care", **of)
    course = make(Course, "title", kind="workshop", place=place, target_group=cast.youth, **of)
    make(EvaluationForm, "title", course=course, **of)
    make(ActivityOrganisation, activity=bond.partner, organisation=organisation, role="partner")
    entry = make_entry(bond.partner, cast.coordinator_north)
    made[LogEntry] = entry
    make(Participation, log_entry=entry, target_group=cast.youth, sex="women", age_band=cast.age_bands[0], count=7)
    money = {"activity": bond.partner, "log_entry": entry, "source": cast.federal, "spent_on": DAY}
    expenditure = make(Expenditure, description=f"Paint {tag}", amount=Decimal("12.50"), **money)
    file = {"file": f"{tag}.pdf", "original_name": f"{tag}.pdf", "content_type": "application/pdf", "size": 3}
    make(Voucher, expenditure=expenditure, number="1", **file)
    make(Photo, log_entry=entry, thumbnail=f"{tag}-small.jpg", **file)
    make(Document, log_entry=entry, title=f"Programme {tag}", **file)
    product = make(Product, "title", kind="film", activity=bond.partner, **of)
    make(Showing, product=product, log_entry=entry, side="partner", place=place, host_event=event, venue=organisation)
    return made
