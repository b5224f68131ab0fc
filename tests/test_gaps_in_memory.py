"""What a year lacks is kept in memory, and found anew by whatever could change it, however little else is."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.models import Activity, Expenditure, LogEntry, Photo, Voucher
from partnerships.models import (
    FundingRule,
    Grant,
    Indicator,
    IndicatorValue,
    NarrativeSection,
    Outcome,
    PartnershipFunding,
    PerformanceScore,
    Programme,
    ProgrammeYear,
    ScoreCriterion,
    SectionHeading,
)
from portal.ground.admin import trail
from portal.roof.freshness import Memory
from portal.roof.overviews.readiness import board_of
from portal.roof.overviews.readiness.deadlines import part_due
from portal.roof.overviews.readiness.finders import FINDERS, part_found
from portal.roof.overviews.readiness.work import Years
from tests.cast import in_all_languages, make_entry, make_expense, make_grant
from tests.indicator_rows import make_indicator, make_result, make_scale, make_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_in_memory")]
DAY = dt.date(2024, 5, 14)
LATER = dt.date(2090, 1, 1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def write_sections(year, owner):
    """Write one section with a translation that is out of date, and one that is empty."""
    told, empty = (
        SectionHeading.objects.create(slug=slug, **in_all_languages(title=slug)) for slug in ("told", "empty")
    )
    first = NarrativeSection.objects.create(year=year, heading=told, language="nl", text="Tekst.", edition=2)
    of = {"year": year, "heading": told, "translation_of": first, "translated_edition": 1}
    NarrativeSection.objects.create(language="fr", text="Texte.", **of)
    NarrativeSection.objects.create(year=year, heading=empty, language="nl", owner=owner)


@pytest.fixture
def bond(cast):
    """A year of Jette of which every kind of gap is there, and one record that closes another."""
    bond, year = cast.jette, cast.jette.year(2024)
    outcome = make_result(bond, "outcome")
    make_value(make_indicator(outcome, owner=cast.officer), 3, 2024)
    make_indicator(outcome, owner=cast.officer)
    scale = make_scale()
    criteria = [
        ScoreCriterion.objects.create(slug=slug, scale=scale, source=source, **in_all_languages(name=slug))
        for slug, source in (("relevance", None), ("gender", cast.own))
    ]
    PerformanceScore.objects.create(
        programme=bond.programme,
        year=2024,
        outcome=outcome,
        criterion=criteria[0],
        level=scale.levels.first(),
        justification="Good.",
    )
    write_sections(year, cast.officer)
    entry = make_entry(bond.partner, cast.coordinator_north, starts_on=DAY, ends_on=DAY)
    Photo.objects.create(log_entry=entry, caption="In the hall", file="a.jpg", thumbnail="b.jpg")
    make_expense(bond.partner, description="Bus", spent_on=DAY, log_entry=entry)
    Voucher.objects.create(expenditure=make_expense(bond.partner, description="Hall", spent_on=DAY), number="1")
    make_grant(bond.programme, cast.own)
    PartnershipFunding.objects.create(partnership=bond.partnership, source=cast.bwi, purpose="top_up")
    for source, what in ((cast.own, FundingRule.Deadline.MORAL), (cast.bwi, FundingRule.Deadline.FINANCIAL)):
        FundingRule.objects.create(
            slug=what,
            source=source,
            kind=FundingRule.Kind.DEADLINE,
            deadline_for=what,
            month=4,
            day=30,
            **in_all_languages(title="The report"),
        )
    return bond


def gaps(bond):
    """Return what 2024 lacks by kind, as it is told, and whose it is; and what is due."""
    rows = ProgrammeYear.objects.filter(programme=bond.programme, year=2024)
    years, kept = Years(list(rows.select_related("programme"))), Memory()
    told = {
        kind.value: [
            (row[0], str(told.title), told.note, told.url, share.owner, share.side)
            for share in kept.get_all([part_found(years, kind)])[0]
            for row in share.rows
            for told in [finder.tell(years.rows[share.year], row)]
        ]
        for kind, finder in FINDERS.items()
    }
    return told | {"due": kept.get_all([part_due(years)])[0]}


# What an administrator corrects, and of which kinds something else is told then; None takes the records away.
TITLES = {f"title_{code}": "Another name" for code in ("nl", "fr", "en", "ar")}
CORRECTIONS = [
    (Activity, TITLES, {"log", "consent"}),
    (Activity, {"side": "home"}, {"voucher"}),
    (LogEntry, {"starts_on": LATER, "ends_on": LATER}, {"log", "consent"}),
    (LogEntry, {"ends_on": DAY + dt.timedelta(days=1)}, {"consent"}),
    (LogEntry, {"author_id": lambda cast: cast.officer.pk}, {"consent", "voucher"}),
    (LogEntry, {"withdrawn_at": dt.datetime(2024, 6, 1, tzinfo=dt.UTC)}, {"log", "consent", "voucher"}),
    (Photo, {"consent": Photo.Consent.GIVEN, "consented_on": DAY}, {"consent"}),
    (Photo, {"caption": "Before the door"}, {"consent"}),
    (Expenditure, {"description": "Train"}, {"voucher"}),
    (Voucher, None, {"voucher"}),
    (Indicator, TITLES | {"owner_id": None}, {"indicator", "validation"}),
    (IndicatorValue, None, {"indicator", "validation"}),
    (Outcome, TITLES, {"indicator", "score"}),
    (NarrativeSection, {"text": "", "owner_id": None}, {"section"}),
    (NarrativeSection, {"translated_edition": 2}, {"translation"}),
    (SectionHeading, TITLES, {"section", "translation"}),
    (SectionHeading, {"is_required": False}, {"section"}),
    (PerformanceScore, None, {"score"}),
    (ScoreCriterion, {"scale_id": None}, {"score"}),
    (Grant, {"starts_on": LATER, "ends_on": LATER}, {"score", "due"}),
    (PartnershipFunding, None, {"due"}),
    (FundingRule, {"day": 1}, {"due"}),
    (Programme, {"starts_on": dt.date(2025, 1, 1)}, {"validation", "consent", "voucher"}),
]


@pytest.mark.parametrize(("model", "changes", "kinds"), CORRECTIONS)
def test_a_correction_is_found_in_each_kind_that_tells_of_it(cast, bond, model, changes, kinds):
    before = gaps(bond)
    for row in list(model._default_manager.all()):
        if changes is None:
            trail.remove(row, actor=cast.administrator)
            continue
        was = trail.state(row)
        for name, value in changes.items():
            setattr(row, name, value(cast) if callable(value) else value)
        row.save()
        trail.record_change(row, actor=cast.administrator, before=was)
    remembered = gaps(bond)
    caches["overviews"].clear()
    found = gaps(bond)
    assert remembered == found
    assert {kind for kind in found if found[kind] != before[kind]} >= kinds


UNTOUCHED = [
    (LogEntry, {"text": "Told otherwise."}, 1),
    (Activity, {"is_flagship": True}, 1),
    (Programme, {"name_en": "Another name"}, 0),
]


@pytest.mark.parametrize(("model", "changes", "sought"), UNTOUCHED)
def test_what_tells_nothing_of_a_gap_lets_it_be(cast, bond, model, changes, sought):
    gaps(bond)
    with CaptureQueriesContext(connection) as kept:
        gaps(bond)
    row = model._default_manager.first()
    was = trail.state(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    trail.record_change(row, actor=cast.administrator, before=was)
    with CaptureQueriesContext(connection) as asked:
        gaps(bond)
    # One more asks what was written, and the others find what it may have changed.
    assert len(asked) - len(kept) == 1 + sought


def test_a_board_tells_another_name_and_address_of_its_programme_at_once(cast, bond):
    def told():
        year = ProgrammeYear.objects.select_related("programme__partnership").get(programme=bond.programme, year=2024)
        groups = board_of(year, cast.officer, on=DAY).groups
        return [(str(gap.title), gap.url) for group in groups for gap in group.gaps]

    before = told()
    was = trail.state(bond.programme)
    bond.programme.slug, bond.programme.name_en = "renamed", "Renamed"
    bond.programme.save()
    trail.record_change(bond.programme, actor=cast.administrator, before=was)
    remembered = told()
    caches["overviews"].clear()
    assert remembered == told() != before
