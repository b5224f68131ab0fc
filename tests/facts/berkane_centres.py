"""What is known of Berkane's training centres for women and of the partnership today: facts B18 to B37."""

import datetime as dt

from activities.models import Status
from beneficiaries.models import Course, EvaluationForm, Exam, FollowUpOutcome
from partnerships.models import Appointment, Decision, Organisation, Side
from tests.facts import fact, slugs, values, worded, years
from tests.facts.sint_gillis_berkane import BOND, NEW, activity, bond, milestone, seen


def principles(kind: str, *expected: str) -> None:
    """Assert that the working principles of a kind are these, each in four languages."""
    found = bond().principles.filter(kind=kind)
    assert slugs(found) == set(expected)
    for principle in found:
        worded(principle, "title")


@fact("B18")
def workshops_since_2014():
    workshops = Course.objects.get(slug="cqf-workshops").parts.filter(kind="workshop")
    assert slugs(workshops) == {"cqf-cooking", "cqf-computing", "cqf-hairdressing", "cqf-sewing"}
    for workshop in workshops:
        years(workshop, 2014, None)
        worded(workshop, "title")
    offer = activity("berkane-cqf-workshops", kind="workshop")
    years(offer, 2014, None)
    assert offer.course.slug == "cqf-workshops"
    assert slugs(offer.target_groups) == {"cqf-participants"}


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
    decision = Decision.objects.get(slug="berkane-redesigned-training")
    worded(decision, "title", "text", "follow_up")
    assert slugs(decision.findings) == {"berkane-own-projects"}
    assert slugs(decision.courses) == {"cqf-workshops", "cqf-project-guidance"}
    assert list(decision.steps.values_list("kind", "observed_outcome__slug")) == [
        ("change", None),
        ("result", "berkane-women-own-project"),
    ]


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
    given = activity("berkane-laureates-cycle", programme=cycle.programme)
    assert given.course == cycle
    assert given.organisation_roles.get(role="host").organisation.slug == "cqf-berkane"
    aliases = Organisation.objects.get(slug="cqf-berkane").aliases.values_list("name", flat=True)
    assert set(aliases) == {"CQF", "Centres de Qualification pour les Femmes"}


@fact("B24")
def evaluation_form():
    form = EvaluationForm.objects.get(partnership__slug=BOND)
    assert form.target_group.slug == "laureates"
    years(form.course, None, 2021)
    values(form, sent_on=None)
    worded(form, "title", "subject")
    finding = form.findings.get()
    worded(finding, "title", "text")
    assert slugs(finding.decisions) == {"berkane-economic-concepts"}


@fact("B25")
def entraide_nationale():
    partner = Organisation.objects.get(slug="entraide-nationale", kind="public_service")
    roles = partner.roles.filter(partnership=bond(), side=Side.PARTNER)
    assert set(roles.values_list("role", flat=True)) == {"partner", "manager", "teacher", "examiner"}
    assert slugs(partner.courses) == {"cqf-workshops", "laureates-cycle"}
    exam = Exam.objects.get(course__partnership__slug=BOND)
    assert (exam.authority, exam.course.slug, exam.held_on) == (partner, "laureates-cycle", None)
    given = {"berkane-cqf-workshops", "berkane-laureates-cycle", "berkane-yearly-exam"}
    assert set(partner.activity_roles.values_list("activity__slug", flat=True)) == given


@fact("B26")
def economics_added():
    decision = Decision.objects.get(slug="berkane-economic-concepts", programme__slug=NEW)
    assert slugs(decision.consulted) == {"entraide-nationale"}
    worded(decision, "title", "text", "follow_up")
    assert list(decision.findings.values_list("evaluation_forms__slug", flat=True)) == ["laureates-evaluation"]
    assert slugs(decision.courses) == {"laureates-cycle", "laureates-economics"}
    worded(decision.exams.get(slug="laureates-yearly-exam"), content="conom")
    assert list(decision.steps.values_list("kind", flat=True)) == ["change", "change", "result"]
    for step, (dutch, french) in zip(
        decision.steps.all(), [("programma", "programme"), ("examen", "examen"), ("cyclus", "cycle")], strict=True
    ):
        worded(step, "title")
        assert dutch in step.title_nl
        assert french in step.title_fr
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
    for group in bond().target_groups.filter(slug__in=["cqf-participants", "laureates"]):
        values(group, min_age=15, max_age=55)
    assert bond().target_groups.filter(min_age__lt=18).count() == 2


@fact("B29")
def fitting_communication():
    principles("communication", "berkane-communication")
    worded(bond().principles.get(slug="berkane-workshop-problems", kind="care"), "title")


@fact("B30")
def a_refuge():
    care = {"berkane-kindness", "berkane-workshop-problems", "berkane-own-path", "berkane-refuge"}
    principles("care", *care)
    learners = bond().target_groups.filter(slug__in=["cqf-participants", "laureates", "women-with-own-project"])
    assert list(learners.values_list("is_vulnerable", flat=True)) == [True, True, True]
    hosts = Organisation.objects.filter(activity_roles__role="host", activities__partnership=bond()).distinct()
    assert slugs(hosts) == {"cqf-berkane"}


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
    steps = reluctance.steps.all()
    assert [(step.kind, step.happened_on, step.state) for step in steps] == [
        ("response", None, ""),
        ("change", None, "overcome"),
    ]
    worded(steps[0], text="dialo")
    worded(steps[1], "text")
    seen("berkane-men-encourage", "family")


@fact("B35")
def commitments():
    principles("commitment", "berkane-no-absences", "berkane-rules", "berkane-timetable")


@fact("B36")
def salon_cooperative_and_pastry():
    for slug in ("berkane-hair-salon", "berkane-cooperative", "berkane-pastry-chef"):
        assert slugs(seen(slug, "individual").courses) == {"cqf-workshops"}
    asked = {"employed", "own-business", "cooperative", "own-project", "further-study", "looking", "unknown"}
    assert slugs(FollowUpOutcome.objects.all()) == asked
    for outcome in FollowUpOutcome.objects.all():
        worded(outcome, "name")


@fact("B37")
def new_projects():
    idea = bond().activities.get(status=Status.IDEA)
    values(idea, initiated_by="together")
    worded(idea, "title", "summary")
