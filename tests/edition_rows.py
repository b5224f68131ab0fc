"""The editions of the report as they are shipped, and a year of which each of them tells something."""

import datetime as dt

from partnerships import models as rooms
from partnerships.models import Appointment, FundingSource, NarrativeSection, PartnershipFunding
from portal.roof.models import ReportForm, ReportSection
from portal.roof.reference import read
from portal.roof.reports.data import build_report
from portal.roof.reports.sections import Report
from tests.cast import Cast, in_all_languages, make_entry
from tests.indicator_rows import make_indicator, make_result, make_value
from tests.report_rows import YEAR, count, fill, photograph, spend
from tests.snapshot_rows import ON

LOG = "Twelve young people drew their street."
AT_HOME = "A stall with forty visitors."


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


def ship_to(cast: Cast) -> dict[str, ReportForm]:
    """Ship the editions to a partnership that BWI pays for too."""
    PartnershipFunding.objects.create(partnership=cast.jette.partnership, source=cast.bwi, purpose="top_up")
    return ship()


def fill_year(cast: Cast) -> None:
    """Fill 2024: a log on both sides, money of three sources, texts, a result, a risk and somebody in charge."""
    fill(cast)
    home = cast.jette.home
    home.summary_en = "Neighbours met at the village."
    home.save()
    entry = make_entry(home, cast.coordinator_north, text=AT_HOME)
    count(entry, cast.youth, cast.age_bands[1], 40)
    photograph(entry, "given", "The stall")
    spend(home, "50.00", cast.bwi, entry=entry, description="Tents")
    partnership = cast.jette.partnership
    outcome = make_result(cast.jette)
    cast.jette.partner.outcome = outcome
    cast.jette.partner.save()
    make_value(make_indicator(outcome), 321, by=cast.officer)
    make_value(make_indicator(outcome), 777)
    rooms.Risk.objects.create(partnership=partnership, slug="staff", kind="risk", **in_all_languages(title="No staff"))
    film = {**in_all_languages(title="A film to show", origin="Their own idea"), "text_en": "It was shown twice."}
    rooms.Gain.objects.create(partnership=partnership, slug="film", gained_by="home", is_public=True, **film)
    desk = in_all_languages(title="A desk for newcomers")
    rooms.Gain.objects.create(
        partnership=partnership, slug="desk", gained_by="partner", gained_on=YEAR[0], precision="year", **desk
    )
    town = partnership.municipalities.first()
    Appointment.objects.create(
        partnership=partnership, municipality=town, function="coordinator", person="Nadia Moumni"
    )
    heading = rooms.SectionHeading.objects.create(slug="context", **in_all_languages(title="Context"))
    NarrativeSection.objects.create(year=cast.jette.year(2024), heading=heading, language="en", text="It was dry.")


def report_of_year(cast: Cast, window: tuple[dt.date, dt.date] = YEAR) -> Report:
    return build_report(cast.jette.partnership, *window, on=ON)
