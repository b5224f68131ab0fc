"""Values of indicators: reported, changed, stood for, corrected; and what is refused in a sentence."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import IndicatorPart
from beneficiaries.parts import Slice
from beneficiaries.services import ValueInput, report_value, update_value
from partnerships.models import Indicator, IndicatorCorrection, IndicatorTarget, IndicatorValue
from partnerships.services import (
    correct_value,
    set_targets,
    take_back_validation,
    validate_correction,
    validate_value,
)
from portal.ground.forms import PortalForm
from portal.ground.models import AuditEntry
from portal.ground.versions import StaleVersion
from tests.indicator_rows import lock, make_indicator, make_result, make_scale, make_target, make_value
from tests.test_admin_writes import address, page_of
from tests.test_import import csv, faults, send

YEAR = {"starts_on": dt.date(2024, 1, 1), "ends_on": dt.date(2024, 12, 31)}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def indicator(cast):
    return make_indicator(make_result(cast.jette), adds_periods=True)


def report(indicator, actor, value=7, **fields):
    typed = ValueInput(**{**YEAR, "value": None if value is None else Decimal(value), **fields})
    return report_value(indicator, typed, actor=actor, key=uuid.uuid4())[0]


def refused(work) -> dict:
    with pytest.raises(ValidationError) as refusal:
        work()
    error = refusal.value
    return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}


def test_a_value_is_reported_once_for_a_key_and_audited(cast, indicator):
    key = uuid.uuid4()
    typed = ValueInput(**YEAR, value=Decimal(7))
    made = [report_value(indicator, typed, actor=cast.coordinator_north, key=key) for _attempt in range(2)]
    assert [is_new for _row, is_new in made] == [True, False]
    row = IndicatorValue.objects.get()
    assert (row.value, row.state, row.author, row.validated_by) == (7, "reported", cast.coordinator_north, None)
    entry = AuditEntry.objects.get(target_type="partnerships.indicatorvalue")
    assert (entry.verb, entry.parent_id) == ("create", indicator.pk)


@pytest.mark.parametrize("part", ["viewer", "stranger", "coordinator_south"])
def test_who_does_not_write_reports_nothing(cast, indicator, part):
    with pytest.raises(PermissionDenied):
        report(indicator, cast.people[part])
    assert not IndicatorValue.objects.exists()


OUTSIDE = "The programme runs in 2022 – 2026: this lies outside it."
PERIODS = {
    "before the programme": (dt.date(2021, 1, 1), dt.date(2021, 12, 31), {"starts_on": [OUTSIDE]}),
    "after the programme": (dt.date(2027, 1, 1), dt.date(2027, 12, 31), {"starts_on": [OUTSIDE]}),
    "over two years": (
        dt.date(2023, 6, 1),
        dt.date(2024, 5, 31),
        {"__all__": ["A period lies within one calendar year."]},
    ),
    "turned round": (
        dt.date(2024, 6, 1),
        dt.date(2024, 5, 31),
        {"ends_on": ["The end lies before the start: check both dates."]},
    ),
}


@pytest.mark.parametrize(("starts_on", "ends_on", "sentences"), PERIODS.values(), ids=PERIODS)
def test_a_period_that_cannot_be_is_refused(cast, indicator, starts_on, ends_on, sentences):
    def work():
        report(indicator, cast.officer, starts_on=starts_on, ends_on=ends_on)

    said = refused(work)
    assert {name: said[name] for name in sentences} == sentences


def test_no_two_values_tell_of_one_day(cast, indicator):
    report(indicator, cast.officer)
    june = {"starts_on": dt.date(2024, 6, 1), "ends_on": dt.date(2024, 6, 30)}
    sentences = ["The indicator has a value for some of these days already."]
    assert refused(lambda: report(indicator, cast.officer, **june)) == {"__all__": sentences}


@pytest.mark.parametrize("value", ["100.01", "-0.01"])
def test_a_percentage_lies_between_0_and_100(cast, value):
    percentage = make_indicator(make_result(cast.jette), measure="percentage")
    sentences = {"value": ["A percentage lies between 0 and 100."]}
    assert refused(lambda: report(percentage, cast.officer, value)) == sentences
    target = {2024: {"value": Decimal(value)}}
    assert refused(lambda: set_targets(percentage, target, actor=cast.officer, version=1)) == {
        "value_2024": sentences["value"]
    }
    assert report(percentage, cast.officer, "100").value == 100


def test_a_qualitative_value_is_a_step_of_its_own_scale(cast):
    own, other = make_scale("own"), make_scale("other")
    quality = make_indicator(make_result(cast.jette), measure="scale", scale=own)
    assert refused(lambda: report(quality, cast.officer, 2)) == {
        "value": ["This indicator is told by a step of its scale, not by a number."]
    }
    assert refused(lambda: report(quality, cast.officer, None, level=other.levels.get(value=2))) == {
        "level": ["This step is not on the scale of the indicator."]
    }
    assert report(quality, cast.officer, None, level=own.levels.get(value=2)).level.value == 2


def parts(**numbers):
    return {Slice(sex): Decimal(number) for sex, number in numbers.items()}


def test_parts_add_up_to_the_value(cast):
    indicator = make_indicator(make_result(cast.jette), adds_parts=True, by_sex=True, by_age=True)
    said = refused(lambda: report(indicator, cast.officer, 9, parts=parts(women=3, men=5)))
    assert said == {"": ["The parts by sex add up to 8, but the value is 9."]}
    assert not IndicatorValue.objects.exists()
    value = report(indicator, cast.officer, 8, parts=parts(women=3, men=5))
    by_age = parts(women=3, men=5) | {Slice(band=cast.age_bands[1].pk): Decimal(7)}
    typed = ValueInput(**YEAR, value=Decimal(8), parts=by_age)
    said = refused(lambda: update_value(value, typed, actor=cast.officer, version=1))
    assert said == {"": ["The parts by age add up to 7, but the value is 8."]}
    assert IndicatorPart.objects.count() == 2


def test_parts_that_are_no_sum_may_say_anything(cast):
    average = make_indicator(make_result(cast.jette), by_sex=True)
    assert report(average, cast.officer, 9, parts=parts(women=3, men=5)).parts.count() == 2


def test_no_part_of_a_percentage_lies_above_100(cast):
    share = make_indicator(make_result(cast.jette), measure="percentage", by_sex=True)
    said = refused(lambda: report(share, cast.officer, 60, parts=parts(women=101, men=40)))
    assert said == {"": ["A percentage lies between 0 and 100."]}
    assert report(share, cast.officer, 60, parts=parts(women=100, men=40)).parts.count() == 2


def test_an_indicator_has_no_part_that_it_is_not_told_by(cast):
    indicator = make_indicator(make_result(cast.jette), by_sex=True)
    told = {Slice("women", None, cast.youth.pk): Decimal(3)}
    said = refused(lambda: report(indicator, cast.officer, 3, parts=told))
    assert said == {"": ["This indicator is not told by target group."]}


def test_only_parts_change_the_version_too(cast):
    indicator = make_indicator(make_result(cast.jette), by_sex=True)
    value = report(indicator, cast.officer, 3, parts=parts(women=3))
    typed = ValueInput(**YEAR, value=Decimal(3), parts=parts(men=3))
    update_value(value, typed, actor=cast.coordinator_north, version=1)
    value.refresh_from_db()
    assert (value.version, value.parts.get().sex) == (2, "men")
    entry = AuditEntry.objects.filter(verb="update").get()
    assert entry.changes == {"parts": [["women: 3"], ["men: 3"]]}
    with pytest.raises(StaleVersion):
        update_value(value, ValueInput(**YEAR, value=Decimal(4)), actor=cast.officer, version=1)


def test_an_officer_stands_for_a_value_and_takes_that_back_for_a_reason(cast, indicator):
    value = report(indicator, cast.coordinator_north)
    with pytest.raises(PermissionDenied):
        validate_value(value, actor=cast.coordinator_north, version=1)
    for _attempt in range(2):
        validate_value(value, actor=cast.officer, version=1)
    value.refresh_from_db()
    assert (value.state, value.validated_by, value.version) == ("validated", cast.officer, 2)
    typed = ValueInput(**YEAR, value=Decimal(9))
    frozen = ["This value is validated: an officer can take that back first."]
    assert refused(lambda: update_value(value, typed, actor=cast.officer, version=2)) == {"": frozen}
    back = {"actor": cast.officer, "version": 2}
    assert refused(lambda: take_back_validation(value, reason=" ", **back)) == {
        "reason": ["Say why the validation is taken back."]
    }
    take_back_validation(value, reason="Counted twice", **back)
    assert update_value(value, typed, actor=cast.officer, version=3).value == 9
    assert AuditEntry.objects.filter(verb="transition").count() == 2


def test_an_officer_stands_only_for_what_he_saw(cast, indicator):
    value = report(indicator, cast.officer)
    update_value(value, ValueInput(**YEAR, value=Decimal(9)), actor=cast.coordinator_north, version=1)
    with pytest.raises(StaleVersion):
        validate_value(value, actor=cast.officer, version=1)


def test_the_database_itself_keeps_a_validated_value(cast, indicator):
    value = make_value(indicator, 7, by=cast.officer)
    rows = IndicatorValue.objects.filter(pk=value.pk)
    for change in (lambda: rows.update(value=9), rows.delete):
        with pytest.raises(DatabaseError, match="partnerships_value_frozen"), transaction.atomic():
            change()


def test_nothing_slips_into_a_locked_year(cast, indicator):
    value = report(indicator, cast.officer)
    lock(cast.jette, 2024)
    locked = {"starts_on": ["The year 2024 is locked: an officer can open it again."]}
    other = make_indicator(indicator.outcome)
    typed = ValueInput(**YEAR, value=Decimal(9))
    assert refused(lambda: report(other, cast.officer)) == locked
    assert refused(lambda: update_value(value, typed, actor=cast.officer, version=1)) == locked
    assert refused(lambda: validate_value(value, actor=cast.officer, version=1)) == locked
    target = {2024: {"value": Decimal(9)}}
    assert refused(lambda: set_targets(indicator, target, actor=cast.officer, version=1)) == {
        "value_2024": locked["starts_on"]
    }
    on_a_scale = make_indicator(indicator.outcome, measure="scale", scale=make_scale())
    step = {2024: {"level": on_a_scale.scale.levels.first()}}
    assert refused(lambda: set_targets(on_a_scale, step, actor=cast.officer, version=1)) == {
        "level_2024": locked["starts_on"]
    }
    moved = ValueInput(dt.date(2025, 1, 1), dt.date(2025, 12, 31), value=Decimal(9))
    assert refused(lambda: update_value(value, moved, actor=cast.officer, version=1)) == locked


def correction(**fields):
    return {
        "value": Decimal(6),
        "recorded_on": dt.date(2025, 3, 1),
        "reason": "Counted twice",
        "language": "en",
    } | fields


def test_a_target_of_a_locked_year_is_refused_beside_it_also_on_a_scale(cast, client_of):
    row = make_indicator(make_result(cast.jette), measure="scale", scale=make_scale())
    lock(cast.jette, 2024)
    at, client = reverse("partnerships:targets_edit", args=[row.slug]), client_of(cast.officer)
    page = client.post(at, {"version": 1, "level_2024": row.scale.levels.first().pk, "note_2024": "It was good."})
    assert list(page.context["form"].errors) == ["level_2024"]
    assert page.context["form"]["note_2024"].value() == "It was good."


def test_the_empty_choice_of_a_step_is_a_word(cast, client_of):
    row = make_indicator(make_result(cast.jette), measure="scale", scale=make_scale())
    for name, word in (("targets_edit", "none"), ("value_create", "Choose…")):
        page = client_of(cast.officer).get(reverse(f"partnerships:{name}", args=[row.slug])).content.decode()
        assert (f">{word}</option>" in page, "---------" in page) == (True, False)


def test_what_names_a_field_that_a_form_lacks_speaks_of_the_whole():
    form = PortalForm({})
    form.add_error(None, ValidationError({"submission_key": ["One."], "nowhere": ["Two."]}))
    assert form.errors == {"submission_key": ["One."], "__all__": ["Two."]}


def test_a_value_of_a_locked_year_is_corrected_in_an_open_one(cast, indicator):
    value = make_value(indicator, 7, by=cast.officer)
    key = uuid.uuid4()
    open_year = ["The year of this value is not locked: change the value itself."]
    work = lambda **fields: correct_value(value, correction(**fields), actor=cast.coordinator_north, key=key)  # noqa: E731
    assert refused(work) == {"": open_year}
    lock(cast.jette, 2024)
    early = refused(lambda: work(recorded_on=dt.date(2024, 12, 31)))
    assert early == {"recorded_on": ["A value is corrected after the end of its period."]}
    lock(cast.jette, 2025)
    assert refused(work) == {"recorded_on": ["The year 2025 is locked: an officer can open it again."]}
    made = [work(recorded_on=dt.date(2026, 3, 1)) for _attempt in range(2)]
    assert [is_new for _row, is_new in made] == [True, False]
    value.refresh_from_db()
    assert (value.value, IndicatorCorrection.objects.get().state) == (7, "reported")


@pytest.mark.parametrize("is_validated", [True, False])
def test_what_was_corrected_is_corrected_again_when_its_year_is_opened(cast, indicator, client_of, is_validated):
    value = make_value(indicator, 7, by=cast.officer if is_validated else None)
    lock(cast.jette, 2024)
    first, _new = correct_value(value, correction(), actor=cast.coordinator_north, key=uuid.uuid4())
    cast.jette.programme.years.update(state="open")
    stays = ["This value has a correction: its first figure stays as it was."]
    typed = ValueInput(**YEAR, value=Decimal(9))
    change = lambda: update_value(value, typed, actor=cast.officer, version=1)  # noqa: E731
    validated = {"": ["This value is validated: an officer can take that back first."]}
    assert refused(change) == (validated if is_validated else {"value": stays})
    page = client_of(cast.officer).get(reverse("partnerships:indicator", args=[indicator.slug])).content.decode()
    offered = [reverse(f"partnerships:value_{step}", args=[value.pk]) in page for step in ("edit", "correct")]
    assert offered == [False, True]
    boss = client_of(cast.administrator)
    mended = page_of(boss, IndicatorCorrection, first.pk) | {"value": "6"}
    assert boss.post(address(IndicatorCorrection, "change", first.pk), mended).status_code == 302
    again = correct_value(value, correction(value=Decimal(5)), actor=cast.coordinator_north, key=uuid.uuid4())
    assert (again[0].value, again[1]) == (5, True)


def test_an_officer_stands_for_a_correction(cast, indicator):
    value = make_value(indicator, 7, by=cast.officer)
    lock(cast.jette, 2024)
    row, _new = correct_value(value, correction(), actor=cast.coordinator_north, key=uuid.uuid4())
    with pytest.raises(PermissionDenied):
        validate_correction(row, actor=cast.coordinator_north)
    for _attempt in range(2):
        validate_correction(row, actor=cast.officer)
    row.refresh_from_db()
    assert (row.state, AuditEntry.objects.filter(verb="transition").count()) == ("validated", 1)
    with pytest.raises(DatabaseError, match="partnerships_correction_frozen"), transaction.atomic():
        IndicatorCorrection.objects.filter(pk=row.pk).update(value=1)


def test_targets_are_set_together_once(cast, indicator):
    make_target(indicator, 5, 2022)
    wanted = {2022: None, 2023: {"value": Decimal(8)}, 2024: {"value": Decimal(9)}}
    for _attempt in range(2):
        set_targets(indicator, wanted, actor=cast.officer, version=1)
    assert list(IndicatorTarget.objects.values_list("year", "value")) == [(2023, 8), (2024, 9)]
    with pytest.raises(StaleVersion):
        set_targets(indicator, {2025: {"value": Decimal(1)}}, actor=cast.officer, version=1)
    with pytest.raises(PermissionDenied):
        set_targets(indicator, wanted, actor=cast.coordinator_north, version=2)
    verbs = AuditEntry.objects.filter(target_type="partnerships.indicatortarget").values_list("verb", flat=True)
    assert sorted(verbs) == ["create", "create", "delete"]


@pytest.mark.parametrize(
    ("is_ascending", "target", "sentence"),
    [
        (True, 9, "The target lies below the baseline, although a higher value is better."),
        (False, 11, "The target lies above the baseline, although a lower value is better."),
        (True, 10, ""),
        (False, 9, ""),
    ],
)
def test_a_target_behind_the_baseline_is_kept_and_warned_of(cast, is_ascending, target, sentence):
    indicator = make_indicator(make_result(cast.jette), baseline=Decimal(10), is_ascending=is_ascending)
    [row] = set_targets(indicator, {2024: {"value": Decimal(target)}}, actor=cast.officer, version=1)
    assert (row.warning, IndicatorTarget.objects.get().value) == (sentence, target)
    assert AuditEntry.objects.get(target_type="partnerships.indicatortarget").reason == sentence


def test_a_measure_in_use_stays(cast, indicator):
    make_target(indicator, 5)
    indicator.measure, indicator.adds_periods = "percentage", False
    assert refused(indicator.full_clean) == {"measure": ["Targets or values are told in this measure already."]}


SHARES = ["%", "% of the learners", "٪", "percent", "per cent", "Procent", "pour cent", "بالمئة", "في المئة"]


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
@pytest.mark.parametrize("unit", SHARES)
def test_a_number_of_per_cent_is_no_number(cast, unit, language):
    indicator = make_indicator(make_result(cast.jette), measure="percentage")
    indicator.measure = "number"
    setattr(indicator, f"unit_{language}", unit)
    assert refused(indicator.full_clean) == {
        "measure": ["A number whose unit is per cent is a percentage: choose that measure."]
    }
    indicator.measure = "percentage"
    indicator.full_clean()


def test_a_number_of_per_cent_that_was_stored_before_stays_and_may_become_what_it_is(cast):
    """Its other columns can be changed; its values are told as the shares that they are, and never added."""
    indicator = make_indicator(make_result(cast.jette), unit_fr="%", adds_periods=True)
    assert (indicator.told_measure, indicator.adds_up) == ("percentage", False)
    assert list(Indicator.objects.shares()) == [indicator]
    target = make_target(indicator, 120)
    indicator.title_nl = "Another title"
    indicator.full_clean()
    indicator.measure, indicator.adds_periods = "percentage", False
    assert refused(indicator.full_clean) == {"measure": ["Targets or values are told in this measure already."]}
    target.value = 80
    target.save()
    indicator.full_clean()


def test_the_administration_and_the_import_refuse_a_number_of_per_cent(cast, client_of):
    boss, result = client_of(cast.administrator), make_result(cast.jette)
    data = page_of(boss, Indicator) | {"outcome": result.pk, "slug": "share", "title_nl": "Deel", "unit_en": "%"}
    errors = boss.post(address(Indicator, "add"), data).context_data["adminform"].form.errors
    assert list(errors) == ["measure"]
    assert boss.post(address(Indicator, "add"), data | {"measure": "percentage"}).status_code == 302
    head = ["slug", "outcome", "number", "title_nl", "measure", "unit_nl", "whom"]
    row = ["part", result.slug, "2", "Deel", "number", "procent", "nobody"]
    told = faults(send(boss, "admin:partnerships_indicator_import", csv(head, row)))
    assert [(number, reason) for number, _column, reason in told] == [
        (2, "A number whose unit is per cent is a percentage: choose that measure.")
    ]
