"""What is known of Sint-Gillis – Berkane: facts B1 to B37."""

import datetime as dt

from activities.models import Activity, Product, Status
from beneficiaries.models import Course, EvaluationForm, TargetGroup
from partnerships.models import (
    Appointment,
    Decision,
    Milestone,
    ObservedOutcome,
    Organisation,
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


def principles(kind: str, *expected: str) -> None:
    """Assert that the working principles of a kind are these, each in four languages."""
    found = bond().principles.filter(kind=kind)
    assert slugs(found) == set(expected)
    for principle in found:
        worded(principle, "title")


@fact("B1")
def begun_in_2007():
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


@fact("B9")
def phase_two():
    phase = Phase.objects.get(partnership__slug=BOND, number=2)
    worded(phase, "title", "text")
    assert set(phase.products.values_list("kind", flat=True)) == {"inventory", "map"}
    values(
        phase.products.get(kind="map"), title_nl="Sociale en culturele kaart", title_fr="Carte sociale et culturelle"
    )


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
    years(training.course, 2012, 2012)
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
    assert milestone("submission").programme == programme
    assert list(programme.outcomes.values_list("number", "slug")) == [
        (1, "berkane-2017-continue"),
        (2, "berkane-2017-professionalism"),
        (3, "berkane-2017-civil-society"),
    ]
    for aim in programme.outcomes.all():
        worded(aim, "title")
    worded(programme, "name", "focus")


@fact("B18")
def workshops_since_2014():
    workshops = Course.objects.get(slug="cqf-workshops").parts.filter(kind="workshop")
    assert slugs(workshops) == {"cqf-cooking", "cqf-computing", "cqf-hairdressing", "cqf-sewing"}
    for workshop in workshops:
        years(workshop, 2014, None)
        worded(workshop, "title")
    assert activity("berkane-cqf-workshops", kind="workshop").course.slug == "cqf-workshops"


@fact("B19")
def needs_lead_the_offer():
    offer = Course.objects.get(slug="cqf-workshops")
    values(offer, follows_needs=True)
    assert set(offer.parts.filter(kind="workshop").values_list("follows_needs", flat=True)) == {True}
    principles("needs", "berkane-needs-first")


@fact("B20")
def diploma_work_and_projects():
    results = Course.objects.get(slug="cqf-workshops").outcomes
    for slug in ("berkane-women-diploma", "berkane-women-work", "berkane-women-own-project"):
        assert seen(slug, "individual") in results.all()


@fact("B21")
def guidance_for_founders():
    guidance = Course.objects.get(partnership__slug=BOND, kind="guidance")
    assert guidance.target_group.slug == "women-with-own-project"
    assert slugs(guidance.outcomes) == {"berkane-women-own-project"}
    worded(guidance, "title", "text")
    worded(Decision.objects.get(slug="berkane-redesigned-training"), "title", "text", "follow_up")


@fact("B22")
def renewed_until_2026():
    programme = milestone("renewal", 2022).programme
    values(programme, slug=NEW, starts_on=dt.date(2022, 1, 1), ends_on=dt.date(2026, 12, 31), state="running")
    assert list(programme.years.values_list("year", flat=True)) == [2022, 2023, 2024, 2025, 2026]


@fact("B23")
def cycle_for_laureates():
    cycle = Course.objects.get(programme__slug=NEW, kind="cycle")
    assert cycle.target_group.slug == "laureates"
    worded(cycle, "title")
    worded(cycle.programme, "name", focus="CQF")
    worded(cycle.target_group, name="CQF")
    assert activity("berkane-laureates-cycle").course == cycle
    aliases = Organisation.objects.get(slug="cqf-berkane").aliases.values_list("name", flat=True)
    assert set(aliases) == {"CQF", "Centres de Qualification pour les Femmes"}


@fact("B24")
def evaluation_form():
    form = EvaluationForm.objects.get(partnership__slug=BOND)
    assert form.target_group.slug == "laureates"
    years(form.course, None, 2021)
    values(form, sent_on=None)
    worded(form, "title", "subject")


@fact("B25")
def entraide_nationale():
    partner = Organisation.objects.get(slug="entraide-nationale", kind="public_service")
    roles = partner.roles.filter(partnership=bond(), side=Side.PARTNER)
    assert set(roles.values_list("role", flat=True)) == {"partner", "manager", "teacher", "examiner"}
    assert slugs(partner.courses) == {"cqf-workshops", "laureates-cycle"}
    assert partner.activity_roles.filter(activity__slug="berkane-yearly-exam").exists()


@fact("B26")
def economics_added():
    decision = Decision.objects.get(slug="berkane-economic-concepts", programme__slug=NEW)
    assert slugs(decision.consulted) == {"entraide-nationale"}
    worded(decision, "title", "text", "follow_up")
    assert Course.objects.get(slug="laureates-economics").part_of.slug == "laureates-cycle"
    exam = activity("berkane-yearly-exam", is_recurring=True)
    assert exam.course.slug == "laureates-cycle"


@fact("B27")
def topics():
    parts = Course.objects.get(slug="laureates-cycle").parts
    lessons = {"laureates-computing", "laureates-sales", "laureates-communication", "laureates-economics"}
    assert slugs(parts.filter(kind="training")) == lessons
    assert slugs(parts.filter(kind="workshop")) == {"laureates-conflict-management"}
    for part in parts.all():
        worded(part, "title")


@fact("B28")
def kindness_and_ages():
    worded(bond().principles.get(slug="berkane-kindness", kind="care"), "title")
    group = bond().target_groups.get(slug="cqf-participants")
    values(group, min_age=15, max_age=55)
    assert group.min_age < 18


@fact("B29")
def fitting_communication():
    principles("communication", "berkane-communication")
    worded(bond().principles.get(slug="berkane-workshop-problems", kind="care"), "title")


@fact("B30")
def a_refuge():
    care = {"berkane-kindness", "berkane-workshop-problems", "berkane-own-path", "berkane-refuge"}
    principles("care", *care)
    values(bond().target_groups.get(slug="cqf-participants"), is_vulnerable=True)


@fact("B31")
def coordinators():
    people = Appointment.objects.filter(partnership__slug=BOND, function="coordinator")
    assert set(people.values_list("municipality__slug", "person")) == {
        ("berkane", "Nadia Moumni"),
        ("sint-gillis", "Naïma Amara"),
    }


@fact("B32")
def participatory_approach():
    principles("participation", "berkane-consultation", "berkane-debriefing", "berkane-own-ideas")


@fact("B33")
def valued_diploma():
    offer = seen("berkane-diploma-valued", "individual").courses.get()
    values(offer, slug="cqf-workshops", leads_to_diploma=True)


@fact("B34")
def men_came_round():
    reluctance = bond().risks.get(slug="berkane-reluctance")
    values(reluctance, kind="obstacle", state="overcome")
    worded(reluctance, "title", "effect", "response", "appraisal")
    seen("berkane-men-encourage", "family")


@fact("B35")
def commitments():
    principles("commitment", "berkane-no-absences", "berkane-rules", "berkane-timetable")


@fact("B36")
def salon_cooperative_and_pastry():
    for slug in ("berkane-hair-salon", "berkane-cooperative", "berkane-pastry-chef"):
        assert slugs(seen(slug, "individual").courses) == {"cqf-workshops"}


@fact("B37")
def new_projects():
    idea = bond().activities.get(status=Status.IDEA)
    values(idea, initiated_by="together")
    worded(idea, "title", "summary")
