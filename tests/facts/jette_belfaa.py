"""What is known of Jette – Belfaa: facts A1 to A26."""

import datetime as dt

from activities.models import Activity, Product, Showing, Status
from beneficiaries.models import TargetGroup
from partnerships.models import (
    FundingRequest,
    FundingRule,
    FundingSource,
    Municipality,
    Organisation,
    OrganisationAlias,
    Outcome,
    Partnership,
    Programme,
    ReportWindow,
    Risk,
    Side,
    WorkingPrinciple,
)
from tests.facts import fact, slugs, values, worded, years

BOND = "jette-belfaa"
PROGRAMME = "jette-belfaa-2022-2026"


def bond() -> Partnership:
    """Return the partnership."""
    return Partnership.objects.get(slug=BOND)


def activity(slug: str, **expected: object) -> Activity:
    """Return an activity of the partnership, which has a title in four languages and these values."""
    found = Activity.objects.get(slug=slug, partnership__slug=BOND)
    worded(found, "title")
    values(found, **expected)
    return found


@fact("A1")
def report_window():
    window = ReportWindow.objects.get(partnership__slug=BOND)
    values(window, starts_on=dt.date(2018, 1, 1), ends_on=dt.date(2024, 12, 31))
    worded(window, "name")
    programme = Programme.objects.get(slug=PROGRAMME)
    assert (window.starts_on, window.ends_on) != (programme.starts_on, programme.ends_on)


@fact("A2")
def mainly_federal_funds():
    funding = bond().funding.get(purpose="main")
    values(funding.source, slug="federal", kind="federal", abbreviation_nl="GIS", abbreviation_fr="CIC")
    worded(funding.source, "name")
    assert set(funding.source.aliases.values_list("name", flat=True)) == {
        "GIS",
        "CIC",
        "Gemeentelijke Internationale Samenwerking",
        "Coopération Internationale Communale",
    }


@fact("A3")
def topped_up_by_bwi():
    bwi = FundingSource.objects.get(partnerships__partnership__slug=BOND, partnerships__purpose="top_up")
    aliases = set(bwi.aliases.values_list("name", flat=True))
    assert {"BWI", "WBI", "Bruxelles Wallonie International", "Wallonie-Bruxelles International"} <= aliases
    values(bwi, slug="bwi", abbreviation_nl="BWI", abbreviation_fr="WBI")


@fact("A4")
def partner_and_lasting_effect():
    sides = bond().sides.values_list("side", "municipality__slug", "municipality__country")
    assert set(sides) == {(Side.HOME, "jette", "BE"), (Side.PARTNER, "belfaa", "MA")}
    assert list(bond().periods.values_list("state", flat=True)) == ["active"]
    worded(bond(), "objective", "summary")
    effect = Outcome.objects.get(slug="jette-belfaa-lasting-effect", partnership__slug=BOND)
    values(effect, level="impact", programme=None)
    worded(effect, "title")


@fact("A5")
def programme_to_2026():
    programme = Programme.objects.get(slug=PROGRAMME, partnership__slug=BOND)
    values(programme, starts_on=dt.date(2022, 1, 1), ends_on=dt.date(2026, 12, 31), state="running")
    assert list(programme.years.values_list("year", flat=True)) == [2022, 2023, 2024, 2025, 2026]
    assert slugs(programme.prepared_by) == {"jette", "belfaa"}
    worded(programme, "name", "focus")
    social = Outcome.objects.get(slug="belfaa-social-purpose", programme=programme)
    values(social, level="impact")
    worded(social, "title", "text")
    principle = WorkingPrinciple.objects.get(slug="belfaa-for-and-with", partnership__slug=BOND)
    values(principle, kind="participation")
    worded(principle, "title")


@fact("A6")
def youth_training_tracks():
    tracks = activity("belfaa-youth-training", kind="training", side=Side.PARTNER)
    assert slugs(tracks.themes) == {"climate", "migration", "youth"}
    assert slugs(tracks.target_groups) == {"youth"}
    worded(tracks, "summary")
    assert tracks.outcome == Outcome.objects.get(slug="belfaa-youth-projects", level="outcome")
    worded(tracks.outcome, "title")


@fact("A7")
def vulnerable_groups():
    groups = TargetGroup.objects.filter(partnerships__slug=BOND)
    assert slugs(groups.filter(is_vulnerable=True)) == {
        "persons-with-a-disability",
        "women-victims-of-violence",
        "west-african-migrants",
    }
    assert "youth" in slugs(groups.filter(is_vulnerable=False))
    for group in groups:
        worded(group, "name")
    worded(groups.get(slug="west-african-migrants"), name="Belfaa")


@fact("A8")
def centre_equipped():
    equipment = activity("belfaa-disability-centre", kind="equipment", side=Side.PARTNER, status=Status.DONE)
    assert slugs(equipment.target_groups) == {"persons-with-a-disability", "youth"}
    assert equipment.place.municipality.slug == "belfaa"
    worded(equipment.place, "name")


@fact("A9")
def playground_under_study():
    playground = activity("belfaa-playground", side=Side.PARTNER, status=Status.UNDER_STUDY)
    assert playground.programme.slug == PROGRAMME
    years(playground, 2024, 2026)
    worded(playground, "status_note")


@fact("A10")
def health_campaigns():
    campaigns = activity("belfaa-womens-health", kind="campaign", side=Side.PARTNER)
    assert slugs(campaigns.themes) == {"health"}
    assert slugs(campaigns.target_groups) == {"women"}


@fact("A11")
def house_for_women():
    house = activity("belfaa-house-for-women", kind="support", side=Side.PARTNER)
    assert slugs(house.target_groups) == {"women-victims-of-violence"}
    assert house.organisation_roles.get(role="benefits").organisation.slug == "house-for-women"
    values(house.place, is_confidential=True, address="", district="", latitude=None, longitude=None)
    reception = house.parts.get(kind="training")
    assert slugs(reception.target_groups) == {"reception-workers"}
    worded(reception, "title", "summary")


@fact("A12")
def family_planning_waits():
    centre = activity("belfaa-family-planning", kind="service", side=Side.PARTNER, status=Status.DELAYED)
    assert centre.part_of.slug == "belfaa-house-for-women"
    assert centre.place == centre.part_of.place
    assert "family-planning" in slugs(centre.themes)
    worded(centre, "summary", "status_note")
    delay = centre.delays.get()
    values(delay, number=1, is_over=False, planned_on=None, revised_on=None, ended_on=None)
    worded(delay, "reason")


@fact("A13")
def begun_by_young_people():
    project = activity("belfaa-migration-project", side=Side.PARTNER, initiated_by="beneficiaries")
    assert slugs(project.themes) == {"migration", "dialogue", "youth"}
    assert slugs(project.target_groups) == {"youth", "west-african-migrants"}
    assert project.outcome.slug == "belfaa-break-prejudices"
    worded(project, "summary")


@fact("A14")
def film_shown_on_both_sides():
    film = Product.objects.get(kind="film", activity__slug="belfaa-migration-project")
    worded(film, "title", "text")
    assert sorted(film.showings.values_list("side", flat=True)) == [Side.HOME, Side.PARTNER]


@fact("A15")
def creative_space():
    space = activity("belfaa-creative-space", kind="investment", side=Side.PARTNER)
    assert slugs(space.target_groups) == {"youth"}
    assert slugs(space.themes) == {"culture", "youth"}
    values(space.place, municipality=Municipality.objects.get(slug="belfaa"))
    worded(space, "summary")


@fact("A16")
def short_of_staff():
    risk = Risk.objects.get(slug="belfaa-staff-shortage", partnership__slug=BOND)
    values(risk, kind="risk", side=Side.PARTNER, state="open")
    worded(risk, "title", "cause", "effect")


@fact("A17")
def made_up_for():
    worded(Risk.objects.get(slug="belfaa-staff-shortage"), "response", "appraisal")


@fact("A18")
def federal_money_for_morocco():
    for kind in ("side", "recipient"):
        rule = FundingRule.objects.get(source__slug="federal", kind=kind)
        values(rule, side_allowed=Side.PARTNER, effect="refuse")
        worded(rule, "title")


@fact("A19")
def awareness_in_jette():
    awareness = activity("jette-awareness", kind="awareness", side=Side.HOME)
    assert slugs(awareness.parts) == {"jette-solidarity-week", "jette-solidarity-village"}
    for source in FundingSource.objects.filter(slug__in=["bwi", "own"]):
        worded(source.rules.get(kind="note"), "title")
        assert not source.rules.filter(side_allowed=Side.PARTNER).exists()


@fact("A20")
def week_of_the_world_citizen():
    week = activity("jette-solidarity-week", kind="event", side=Side.HOME, is_recurring=True)
    assert week.title_nl == "Week van de Solidaire Wereldburger"
    assert slugs(week.themes) == {"solidarity", "welcoming-municipality"}


@fact("A21")
def solidarity_village():
    village = activity("jette-solidarity-village", kind="event", side=Side.HOME, is_flagship=True)
    assert village.title_nl == "Het Solidaire Dorp"
    values(village.host_event, slug="jam-in-jette", name="Jam'in Jette")
    assert village.host_event.municipality.slug == "jette"
    assert Activity.objects.filter(is_flagship=True).count() == 1


@fact("A22")
def exhibitors_audience_and_themes():
    village = activity("jette-solidarity-village")
    exhibitors = village.organisation_roles.filter(role="exhibitor").values_list("organisation__kind", flat=True)
    assert set(exhibitors) == {"association", "ngo"}
    assert slugs(village.target_groups) == {"visitors"}
    assert slugs(village.themes) == {"solidarity", "equal-chances", "climate", "poverty"}


@fact("A23")
def local_partners():
    partners = Organisation.objects.filter(roles__partnership__slug=BOND, roles__role="partner", roles__side=Side.HOME)
    assert slugs(partners) == {"red-cross-centre-jette", "amo-oranger", "source-harmonie", "jette-libraries"}
    assert set(partners.values_list("municipality__slug", flat=True)) == {"jette"}
    for name in ("L'Oanger", "L'Oranger"):
        known_as = OrganisationAlias.objects.get(name=name).organisation
        values(known_as, name_nl="AMO l'Oranger", name_fr="AMO l'Oranger")


@fact("A24")
def film_at_the_festival():
    showing = Showing.objects.get(venue__slug="cbo")
    assert showing.product.kind == Product.Kind.FILM
    assert showing.host_event.slug == "migration-festival"
    worded(showing.host_event, "name")


@fact("A25")
def study_visit_to_the_north():
    visit = activity("jette-study-visit", kind="study_visit", side=Side.HOME, status=Status.DONE)
    roles = set(visit.organisation_roles.values_list("role", "organisation__slug"))
    assert roles == {("visitor", "house-for-women"), ("visited", "amo-oranger"), ("visited", "victim-support")}
    assert Organisation.objects.get(slug="house-for-women").municipality.country == "MA"
    worded(Organisation.objects.get(slug="victim-support"), "name")
    worded(visit, "title", summary="AMO l'Oranger")


@fact("A26")
def extra_money_is_sought():
    request = FundingRequest.objects.get(partnership__slug=BOND)
    values(request, state="sought", side=Side.HOME, amount=None, source=FundingSource.objects.get(slug="bwi"))
    worded(request, purpose="Jette")
