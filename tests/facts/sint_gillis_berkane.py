"""What is known of Sint-Gillis – Berkane: facts B1 to B17."""

import datetime as dt

from activities.models import Activity, Product, Status
from beneficiaries.models import TargetGroup
from partnerships.models import (
    Milestone,
    ObservedOutcome,
    Partnership,
    Phase,
    Place,
    Programme,
    Risk,
    Side,
)
from tests.facts import fact, in_year, slugs, values, worded, years

BOND = "sint-gillis-berkane"
OLD, NEW = f"{BOND}-2017-2021", f"{BOND}-2022-2026"


def bond() -> Partnership:
    """Return the partnership."""
    return Partnership.objects.get(slug=BOND)


def milestone(kind: str, year: int | None = None) -> Milestone:
    """Return the one milestone of a kind (and a year), titled in four languages."""
    found = bond().milestones.get(kind=kind, **({"happened_on__year": year} if year else {}))
    worded(found, "title")
    if year:
        in_year(found, "happened_on", year)
    return found


def activity(slug: str, **expected: object) -> Activity:
    """Return an activity in Berkane, titled in four languages, with these values."""
    found = bond().activities.get(slug=slug, side=Side.PARTNER)
    worded(found, "title")
    values(found, **expected)
    return found


def seen(slug: str, actor: str) -> ObservedOutcome:
    """Return a change that was seen, told in four languages."""
    found = bond().observed_outcomes.get(slug=slug)
    values(found, actor=actor)
    worded(found, "title")
    return found


def deliverables(phase: Phase, *expected: str) -> None:
    """Assert that a phase brought forth these, each in four languages, on days that nobody published."""
    assert list(phase.deliverables.values_list("slug", "is_delivered", "delivered_on", "due_on")) == [
        (slug, True, None, None) for slug in expected
    ]
    for one in phase.deliverables.all():
        worded(one, "title")


@fact("B1")
def begun_in_2007():
    sides = bond().sides.values_list("side", "municipality__slug", "municipality__country")
    assert set(sides) == {(Side.HOME, "sint-gillis", "BE"), (Side.PARTNER, "berkane", "MA")}
    in_year(milestone("start"), "happened_on", 2007)
    values(bond().periods.get(number=1), state="active", starts_on=dt.date(2007, 1, 1), starts_precision="year")
    assert Programme.objects.get(slug=OLD).starts_on.year - milestone("start").happened_on.year >= 10


@fact("B2")
def theme_and_objective():
    worded(bond(), "theme", "objective")
    values(bond(), theme_nl="Sociale dienstverlening", theme_fr="Services sociaux")
    aims = bond().outcomes.filter(programme=None)
    assert slugs(aims.filter(level="impact")) == {"berkane-social-services-policy"}
    assert {"berkane-lasting-department", "berkane-coordinated-projects"} <= slugs(aims.filter(level="outcome"))
    groups = bond().target_groups.filter(slug__in=["citizens", "most-deprived"])
    assert dict(groups.values_list("slug", "is_vulnerable")) == {"citizens": False, "most-deprived": True}


@fact("B3")
def early_problems():
    early = Risk.objects.filter(period__partnership__slug=BOND, period__number=1)
    assert slugs(early.filter(kind="obstacle")) == {"berkane-indh", "berkane-more-projects"}
    initiative = early.get(slug="berkane-indh").organisations.get()
    values(initiative, slug="indh", kind="initiative")
    assert initiative.aliases.get().name == "INDH"
    worded(initiative, name="INDH")
    for problem in early:
        worded(problem, "title")


@fact("B4")
def interrupted_for_two_years():
    pause = bond().periods.get(state="interrupted")
    values(pause, number=2, months=24)
    years(pause, None, 2010)


@fact("B5")
def resumed_in_2010():
    years(bond().periods.get(number=3, state="active"), 2010, None)
    finding = milestone("finding", 2010)
    assert finding.came_from == milestone("resumption", 2010)
    assert finding.organisation.roles.get(partnership=bond()).role == "civil_society"
    assert bond().organisation_roles.get(role="funder").organisation.slug == "berkane-municipality"
    worded(finding, "text")


@fact("B6")
def visit_led_to_a_department():
    visit = milestone("study_visit")
    values(visit, from_side=Side.PARTNER)
    assert visit.municipality.slug == "sint-gillis"
    department = visit.led_to.get(kind="institution")
    assert department.municipality.slug == "berkane"
    values(department.organisation, slug="berkane-social-department", kind="municipal_service")
    worded(department, "title", "text")
    worded(department.organisation, "name")
    # The same as a trail: what the visit taught, what was decided because of it, and what followed.
    finding = visit.findings.get()
    decision = finding.decisions.get()
    worded(finding, "title", "text")
    worded(decision, "title", "text")
    assert list(decision.steps.values_list("kind", "milestone__slug", "observed_outcome__slug")) == [
        ("change", "berkane-new-department", None),
        ("result", None, "berkane-equipped-department"),
    ]


@fact("B7")
def a_new_view_changed_four_levels():
    changed = bond().observed_outcomes.filter(slug__startswith="berkane-social-view-")
    assert sorted(changed.values_list("actor", flat=True)) == [
        "administration",
        "civil_society",
        "government",
        "region",
    ]
    for change in changed:
        worded(change, "title")


@fact("B8")
def phase_one():
    phase = Phase.objects.get(partnership__slug=BOND, number=1)
    worded(phase, "title", "text")
    analysis = phase.products.get(kind="analysis")
    assert set(analysis.led_to.values_list("kind", "phase")) == {("plan", phase.pk), ("structure", phase.pk)}
    deliverables(phase, "berkane-phase-1-plan", "berkane-phase-1-structure")


@fact("B9")
def phase_two():
    phase = Phase.objects.get(partnership__slug=BOND, number=2)
    worded(phase, "title", "text")
    assert set(phase.products.values_list("kind", flat=True)) == {"inventory", "map"}
    values(
        phase.products.get(kind="map"), title_nl="Sociale en culturele kaart", title_fr="Carte sociale et culturelle"
    )
    deliverables(phase, "berkane-phase-2-inventory", "berkane-phase-2-map")


@fact("B10")
def more_transparency():
    seen("berkane-transparency", "association")


@fact("B11")
def civil_servants_trained():
    training = activity("berkane-civil-servants-training", kind="training", status=Status.ONGOING)
    years(training, 2010, None)
    assert slugs(training.target_groups) == {"civil-servants"}
    assert training.outcome.slug == "berkane-better-service"
    milestone("training", 2010)


@fact("B12")
def social_workers_trained():
    training = activity("berkane-social-workers-training", kind="training", status=Status.DONE)
    years(training, 2012, 2012)
    assert slugs(training.target_groups) == {"social-workers"}
    topics = {"berkane-social-service", "berkane-planning-techniques", "berkane-setting-up-projects"}
    assert slugs(training.course.parts) == topics
    for course in (training.course, *training.course.parts.all()):
        years(course, 2012, 2012)
        assert course.target_group.slug == "social-workers"
    milestone("training", 2012)


@fact("B13")
def hall_and_library_renovated():
    for place in ("berkane-multipurpose-hall", "berkane-public-library"):
        works = bond().activities.get(place__slug=place, kind="works", status=Status.DONE)
        years(works, 2012, 2012)
        worded(works, "title")
        worded(works.place, "name")
    milestone("works", 2012)


@fact("B14")
def centres_created():
    created = bond().activities.filter(kind="investment", status=Status.DONE)
    centres = {"berkane-women-centre-1", "berkane-women-centre-2", "berkane-sports-centre"}
    assert slugs(Place.objects.filter(activities__in=created)) == centres
    assert Place.objects.get(district="Triffa").slug == "berkane-sports-centre"
    for one in created:
        years(one, 2014, 2014)
        assert slugs(one.target_groups) == {"deprived-districts"}
    values(TargetGroup.objects.get(slug="deprived-districts"), is_vulnerable=True)
    milestone("works", 2014)


@fact("B15")
def regulation_on_subsidies():
    assert milestone("regulation", 2016).municipality.slug == "berkane"
    regulation = Product.objects.get(partnership__slug=BOND, kind="regulation")
    in_year(regulation, "finished_on", 2016)
    worded(regulation, "title")


@fact("B16")
def conclusion_of_2016():
    conclusion = milestone("finding", 2016)
    worded(conclusion, "text")
    assert slugs(conclusion.observed) == {"berkane-fitting-policy", "berkane-equipped-department"}
    for change in conclusion.observed.all():
        in_year(change, "observed_on", 2016)
        worded(change, "title")
    assert conclusion.observed.get(slug="berkane-equipped-department").outcome.slug == "berkane-lasting-department"


@fact("B17")
def programme_2017_2021():
    programme = Programme.objects.get(slug=OLD, partnership__slug=BOND)
    values(programme, starts_on=dt.date(2017, 1, 1), ends_on=dt.date(2021, 12, 31))
    assert list(programme.years.values_list("year", flat=True)) == [2017, 2018, 2019, 2020, 2021]
    assert milestone("submission").programme == programme
    assert list(programme.outcomes.values_list("number", "slug")) == [
        (1, "berkane-2017-continue"),
        (2, "berkane-2017-professionalism"),
        (3, "berkane-2017-civil-society"),
    ]
    for aim in programme.outcomes.all():
        worded(aim, "title")
    worded(programme, "name", "focus")
