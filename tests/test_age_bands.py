"""A target group is counted by age bands of its own where it has any, and by the common ones otherwise."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from activities.counting import count
from activities.counting_rules import rules_of
from activities.forms.participants import cell_name
from activities.models import CountingRule, LogEntry, Participation
from beneficiaries.models import AgeBand, IndicatorPart, Sex, TargetGroup
from beneficiaries.parts import Slice
from portal.roof.reports.data import build_report
from tests.cast import in_all_languages, make_entry, settle
from tests.indicator_rows import make_indicator, make_result, make_rule, make_value
from tests.learner_rows import enrol, make_cohort, make_course, make_learner
from tests.log_form import correction, filled
from tests.report_rows import YEAR
from tests.report_rows import count as reach
from tests.snapshot_rows import LATER
from tests.test_admin_writes import address, page_of

pytestmark = pytest.mark.django_db
LOG = "/activities/log/"
HINT = "Sensitive: write nothing in the text"


@pytest.fixture
def own(cast):
    """Two age bands of the young people alone, which cut through the common ones."""
    rows = [
        AgeBand(slug=f"{low}-{high}", min_age=low, max_age=high, is_common=False, position=10 + low)
        for low, high in [(12, 17), (18, 29)]
    ]
    made = AgeBand.objects.bulk_create(rows)
    cast.youth.age_bands.set(made)
    return made


def bands_on(page) -> dict[TargetGroup, list[str]]:
    return {grid.group: [str(band) for band, _cells in grid.rows] for grid in page.context["page"].people.grids()}


def test_the_log_form_asks_each_group_by_its_own_ages(cast, own, client_of):
    page = client_of(cast.coordinator_south).get(f"{LOG}?activity={cast.gillis.partner.pk}")
    common = [str(band) for band in cast.age_bands]
    assert bands_on(page) == {cast.youth: ["12–17", "18–29", common[-1]], cast.women: common}


def test_numbers_by_own_ages_are_saved_and_told_in_the_report(cast, own, client_of):
    cells = {cell_name(cast.youth.pk, "women", own[0].pk): "7", cell_name(cast.youth.pk, "men", own[1].pk): "5"}
    south = client_of(cast.coordinator_south)
    assert south.post(LOG, filled(cast.gillis.partner, cast.coordinator_south, **cells)).status_code == 302
    entry = LogEntry.objects.get()
    reach(entry, cast.women, cast.age_bands[1], 30)
    page = south.get(f"/activities/{cast.gillis.partner.pk}/").content.decode()
    assert [text in page for text in ("12–17", "18–29")] == [True, True]
    settle(cast.gillis)
    people = build_report(cast.gillis.partnership, *YEAR, on=LATER).participants
    assert people.bands == ((12, 17), (15, 24), (18, 29))
    rows = {group.slug: [(row.sex, row.by_age) for row in group.rows] for group in people.groups}
    assert rows["youth"] == [(Sex.WOMEN, (7, 0, 0, 0)), (Sex.MEN, (0, 0, 5, 0))]
    assert people.total == 42


def test_a_number_by_ages_that_are_no_longer_asked_stays_in_the_form(cast, client_of):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    old = cast.age_bands[2]
    reach(entry, cast.youth, old, 9)
    cast.youth.age_bands.set(cast.age_bands[:1])
    south = client_of(cast.coordinator_south)
    assert str(old) in bands_on(south.get(reverse("activities:log_edit", args=[entry.pk])))[cast.youth]
    cells = {cell_name(cast.youth.pk, "women", old.pk): "8"}
    assert (
        south.post(reverse("activities:log_edit", args=[entry.pk]), correction(cast, entry, **cells)).status_code == 302
    )
    assert list(entry.participations.values_list("age_band", "count")) == [(old.pk, 8)]


def test_the_administration_refuses_ages_of_another_group(cast, own):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south)
    row = Participation(log_entry=entry, target_group=cast.youth, sex="women", age_band=cast.age_bands[1], count=3)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert [error.code for error in refused.value.error_dict["age_band"]] == ["band"]
    row.save()
    row.count = 4
    row.full_clean()
    others = Participation(log_entry=entry, target_group=cast.women, sex="women", age_band=own[0], count=3)
    with pytest.raises(ValidationError):
        others.full_clean()


def test_learners_are_counted_by_the_ages_of_their_course_s_group(cast, own):
    outcome = make_result(cast.jette, "outcome")
    course = make_course(cast.jette, target_group=cast.youth)
    cast.jette.partner.outcome, cast.jette.partner.course = outcome, course
    cast.jette.partner.save()
    indicator = make_indicator(outcome)
    make_rule(indicator, what="enrolments")
    enrol(make_cohort(course), make_learner(cast.jette, birth_year=2009))
    enrol(make_cohort(make_course(cast.jette, part_of=course)), make_learner(cast.jette, birth_year=2009))
    window = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    one = count(rules_of(CountingRule.objects.all()), [window])[indicator.pk, window]
    assert dict(one.parts) == {
        Slice("women", own[0].pk, cast.youth.pk): 1,
        Slice("women", cast.age_bands[1].pk, None): 1,
    }


def test_a_sensitive_group_is_vulnerable_and_warns_who_writes_about_it(cast, client_of):
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetGroup.objects.filter(pk=cast.youth.pk).update(is_sensitive=True)
    south, address = client_of(cast.coordinator_south), f"{LOG}?activity={cast.gillis.partner.pk}"
    south.cookies["django_language"] = "en"
    assert HINT not in south.get(address).content.decode()
    TargetGroup.objects.filter(pk=cast.women.pk).update(is_sensitive=True)
    assert south.get(address).content.decode().count(HINT) == 1


NAMED_BY = {
    "people who came": lambda cast, group: reach(
        make_entry(cast.jette.partner, cast.officer), group, cast.age_bands[1], 7
    ),
    "a course": lambda cast, group: make_course(cast.jette, target_group=group),
    "a part of a value": lambda cast, group: IndicatorPart.objects.create(
        value=make_value(make_indicator(make_result(cast.jette)), 9), number=9, target_group=group
    ),
    "a counting rule": lambda cast, group: make_rule(make_indicator(make_result(cast.jette)), groups=[group]),
}


@pytest.mark.parametrize("name", NAMED_BY)
def test_a_group_stays_vulnerable_once_it_is_used(cast, client_of, name):
    """What was kept back of it would be told, and two looks would tell the rest."""
    group = TargetGroup.objects.create(slug="others", is_vulnerable=True, **in_all_languages(name="Others"))
    group.partnerships.add(cast.jette.partnership)
    group.age_bands.add(cast.age_bands[1])
    boss, at = client_of(cast.administrator), address(TargetGroup, "change", group.pk)
    data = page_of(boss, TargetGroup, group.pk)
    data.pop("is_vulnerable")
    assert boss.post(at, data).status_code == 302
    assert boss.post(at, data | {"is_vulnerable": "on"}).status_code == 302
    NAMED_BY[name](cast, group)
    sentence = "This group is used: to tell it otherwise would point at people. It stays a vulnerable one."
    assert boss.post(at, data).context["adminform"].form.errors == {"is_vulnerable": [sentence]}
    assert boss.post(at, data | {"is_vulnerable": "on", "position": "7"}).status_code == 302
    group.refresh_from_db()
    assert (group.is_vulnerable, group.position) == (True, 7)
