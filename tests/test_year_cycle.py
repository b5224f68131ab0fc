"""The year's way from open to locked: who takes which step, what each refuses, and what it leaves behind."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from partnerships.models import NarrativeSection, ProgrammeYear, ReviewRemark, SectionHeading
from partnerships.narrative import missing_of
from partnerships.services import (
    MissingSectionsError,
    Remark,
    freezers,
    lock_year,
    reopen_year,
    return_year,
    submit_year,
    validate_year,
)
from portal.ground.models import AuditEntry
from tests.cast import close_year, in_all_languages

DAY = dt.date(2025, 4, 15)
State = ProgrammeYear.State
STEPS = {"submit": "submitted", "return": "returned", "validate": "validated", "lock": "locked", "reopen": "open"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def year(cast):
    return cast.gillis.year(2024)


def test_a_year_is_submitted_and_validated_once(cast, year):
    assert submit_year(year, actor=cast.coordinator_south) is True
    assert submit_year(year, actor=cast.coordinator_south) is False
    assert validate_year(year, actor=cast.officer, on=DAY) is True
    assert validate_year(year, actor=cast.administrator, on=DAY) is False
    year.refresh_from_db()
    assert year.state == State.VALIDATED
    told = AuditEntry.objects.filter(target_type="partnerships.programmeyear").order_by("pk")
    assert [(entry.actor, entry.verb, entry.changes) for entry in told] == [
        (cast.coordinator_south, "transition", {"state": ["open", "submitted"]}),
        (cast.officer, "transition", {"state": ["submitted", "validated"]}),
    ]


def test_only_an_officer_validates(cast, year):
    submit_year(year, actor=cast.coordinator_south)
    with pytest.raises(PermissionDenied):
        validate_year(year, actor=cast.coordinator_south, on=DAY)


def test_an_open_year_is_not_validated(cast, year):
    with pytest.raises(ValidationError, match="“open”: from there this step"):
        validate_year(year, actor=cast.officer, on=DAY)


def test_a_room_above_freezes_the_year_in_the_same_transaction(cast, year, monkeypatch):
    seen = []
    monkeypatch.setattr(freezers, "_FREEZERS", [])
    freezers.add_freezer(lambda year, actor, on: seen.append((year.pk, year.state, actor, on)))
    submit_year(year, actor=cast.coordinator_south)
    validate_year(year, actor=cast.officer, on=DAY)
    validate_year(year, actor=cast.officer, on=DAY)
    assert seen == [(year.pk, "validated", cast.officer, DAY)]


def test_what_a_freezer_raises_undoes_the_validation(cast, year, monkeypatch):
    def full(year, actor, on):
        raise OSError("full")

    monkeypatch.setattr(freezers, "_FREEZERS", [full])
    submit_year(year, actor=cast.coordinator_south)
    with pytest.raises(OSError, match="full"):
        validate_year(year, actor=cast.officer, on=DAY)
    year.refresh_from_db()
    assert year.state == State.SUBMITTED


@pytest.fixture
def section(year):
    """A section that everybody writes, with a text."""
    heading = SectionHeading.objects.create(slug="context", **in_all_languages(title="Context"))
    return NarrativeSection.objects.create(year=year, heading=heading, language="nl", text="Het regende.")


def page(year, verb=""):
    return f"/partnerships/programmes/{year.programme.slug}/{year.year}/{verb}"


def told(response):
    return [str(message) for message in response.context["messages"]]


@pytest.fixture
def press(client_of):
    """A function that takes a step on the year's page, in English, and returns the page that follows."""

    def send(person, year, verb, **data):
        client = client_of(person)
        client.cookies["django_language"] = "en"
        return client.post(page(year, f"{verb}/"), data, follow=True)

    return send


def test_the_whole_way_on_its_page(cast, year, press):
    coordinator, officer = cast.coordinator_south, cast.officer
    way = [
        (coordinator, "submit", {}, "submitted"),
        (officer, "return", {"whole": "Tell more.", "language": "en"}, "returned"),
        (coordinator, "submit", {}, "submitted"),
        (officer, "validate", {}, "validated"),
        (officer, "lock", {}, "locked"),
        (officer, "reopen", {"reason": "A voucher came late."}, "open"),
    ]
    for person, verb, data, state in way:
        assert press(person, year, verb, **data).status_code == 200
        year.refresh_from_db()
        assert year.state == state
    entries = AuditEntry.objects.filter(target_type="partnerships.programmeyear").order_by("pk")
    assert [(entry.actor, entry.verb, entry.reason) for entry in entries] == [
        (coordinator, "transition", ""),
        (officer, "transition", ""),
        (coordinator, "transition", ""),
        (officer, "transition", ""),
        (officer, "lock", ""),
        (officer, "reopen", "A voucher came late."),
    ]


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", STEPS)
def test_a_wrong_step_is_refused_with_a_sentence(cast, year, press, state, verb):
    ProgrammeYear.objects.filter(pk=year.pk).update(state=state)
    to = {"submit": "submitted", "return": "returned", "validate": "validated", "lock": "locked", "reopen": "open"}[
        verb
    ]
    response = press(cast.officer, year, verb, whole="More.", language="en", reason="Why")
    year.refresh_from_db()
    moved = to in State(state).next or state == to
    assert year.state == (to if moved else state)
    if not moved:
        sentence = f"The year 2024 is “{State(state).label}”: from there this step is not possible."
        assert sentence in response.content.decode()


def test_the_second_officer_is_told_that_it_is_done(cast, year, press):
    submit_year(year, actor=cast.coordinator_south)
    assert told(press(cast.officer, year, "validate")) == ["2024 is validated."]
    again = "This step was taken already for 2024, so there was nothing left to do."
    assert told(press(cast.administrator, year, "validate")) == [again]


@pytest.mark.parametrize("reason", ["", "   ", "a\x00b", "\u202e"])
def test_a_year_is_opened_again_for_a_reason_that_can_be_read(cast, year, press, reason):
    close_year(year, cast.officer)
    response = press(cast.officer, year, "reopen", reason=reason)
    assert response.context["form"].errors["reason"]
    year.refresh_from_db()
    assert year.state == State.LOCKED


def test_an_empty_section_is_named_with_a_link_to_it(cast, year, section, press):
    NarrativeSection.objects.update(text=" ")
    response = press(cast.coordinator_south, year, "submit")
    url = page(year, "sections/context/0/nl/")
    sentence = "“Context” is still empty. Write it, or mark that there is nothing to tell this year."
    assert told(response) == [f'{sentence} <a href="{url}">Write it</a>']
    year.refresh_from_db()
    assert year.state == State.OPEN


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        ({"text": "It rained."}, []),
        ({"text": "", "is_nothing_to_tell": True}, []),
        ({"text": ""}, ["Context"]),
    ],
)
def test_a_required_section_is_told_or_has_nothing_to_tell(cast, year, section, columns, missing):
    NarrativeSection.objects.update(**columns)
    assert [str(slot) for slot in missing_of(year)] == missing
    if not missing:
        submit_year(year, actor=cast.coordinator_south)
        section.refresh_from_db()
        assert section.state == "ready"


def test_a_funder_asks_for_its_own_sections_in_its_languages(cast, year):
    SectionHeading.objects.create(slug="a", source=cast.bwi, **in_all_languages(title="Of another funder"))
    SectionHeading.objects.create(
        slug="b", source=cast.federal, languages=["nl", "fr"], position=1, **in_all_languages(title="Lessons")
    )
    past = {"ends_on": dt.date(2020, 12, 31), "ends_precision": "day"}
    SectionHeading.objects.create(slug="c", **past, **in_all_languages(title="No longer asked"))
    SectionHeading.objects.create(slug="d", is_required=False, **in_all_languages(title="Optional"))
    SectionHeading.objects.create(slug="e", is_per_outcome=True, position=2, **in_all_languages(title="Progress"))
    for number, level in [(1, "impact"), (2, "outcome"), (3, "outcome"), (4, "output")]:
        year.programme.outcomes.create(
            slug=f"o{number}",
            partnership=cast.gillis.partnership,
            level=level,
            number=number,
            **in_all_languages(title=f"Result {number}"),
        )
    with pytest.raises(MissingSectionsError) as caught:
        submit_year(year, actor=cast.coordinator_south)
    assert [str(slot) for slot in caught.value.slots] == [
        "Lessons (Nederlands)",
        "Lessons (Français)",
        "Progress – Result 2",
        "Progress – Result 3",
    ]


def test_remarks_stand_once_and_turn_their_sections_back(cast, year, section):
    submit_year(year, actor=cast.coordinator_south)
    remarks = [Remark("Tell more."), Remark(" Which day? ", section), Remark("  ", section)]
    assert return_year(year, remarks, actor=cast.officer, language="en") is True
    assert return_year(year, remarks, actor=cast.officer, language="en") is False
    assert return_year(year, [Remark("And who?", section)], actor=cast.administrator, language="fr") is False
    assert list(ReviewRemark.objects.values_list("section", "text", "language", "author")) == [
        (None, "Tell more.", "en", cast.officer.pk),
        (section.pk, "Which day?", "en", cast.officer.pk),
        (section.pk, "And who?", "fr", cast.administrator.pk),
    ]
    section.refresh_from_db()
    assert (section.state, section.version) == ("returned", 1)


def test_a_year_is_returned_with_a_remark_at_least_and_the_text_stays(cast, year, section, press):
    submit_year(year, actor=cast.coordinator_south)
    empty = press(cast.officer, year, "return", whole=" ", language="en")
    assert empty.context["form"].non_field_errors() == ["Say what is to be mended: of a section, or of the whole."]
    name = f"section_{section.pk}"
    unreadable = press(cast.officer, year, "return", whole="a\x00b", language="en", **{name: "Kept"})
    assert unreadable.context["form"].errors["whole"]
    assert unreadable.context["form"][name].value() == "Kept"
    foreign = NarrativeSection.objects.create(year=cast.gillis.year(2023), heading=section.heading, language="nl")
    with pytest.raises(ValidationError, match="This section belongs to another year"):
        return_year(year, [Remark("x", foreign)], actor=cast.officer, language="en")


def test_the_page_says_who_has_it_and_what_comes_next(cast, year, client_of):
    def standing(person):
        found = client_of(person).get(page(year), headers={"accept-language": "en"}).context["standing"]
        return found.badge["label"], found.sentence, [step.label for step in found.steps]

    assert standing(cast.coordinator_south) == (
        "Open",
        "The coordinators write it: coordinator_south.",
        ["Submit 2024"],
    )
    assert standing(cast.viewer)[2] == []
    submit_year(year, actor=cast.coordinator_south)
    assert standing(cast.coordinator_south) == ("Submitted", "The officers read it: officer.", [])
    assert standing(cast.officer)[2] == ["Validate 2024", "Return with remarks"]
    validate_year(year, actor=cast.officer, on=DAY)
    assert standing(cast.officer)[2] == ["Lock 2024", "Open again"]
    lock_year(year, actor=cast.officer)
    assert standing(cast.officer) == ("Locked", "Nothing dated in it changes any more.", ["Open again"])
    reopen_year(year, actor=cast.officer, reason="Late")
    assert standing(cast.officer)[2] == ["Submit 2024"]
