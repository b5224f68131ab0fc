"""A programme as large as they come.

40 indicators × 5 years × 12 parts of each value; 5 000 activities with 20 000 log entries, a photo and 6 counts of
people in each; two expenses of each activity a year, one of 47 without a voucher, as one of 47 photos waits for
consent; and the sections and scores that its funders ask for, not all of them there.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

INDICATORS, ACTIVITIES, ENTRIES, CELLS, EXPENSES, LACKING = 40, 5_000, 4, 6, 2, 47
YEARS = range(2022, 2027)
FIRST, DAYS = dt.date(2022, 1, 1), 1800
BATCH = 2000


def fill() -> Any:
    """Write a programme with its results, what its funders ask for and one counted indicator; return the cast."""
    from tests.cast import assemble
    from tests.indicator_rows import make_indicator, make_result, make_rule

    cast = assemble()
    impact = make_result(cast.jette, "impact")
    outcomes = [make_result(cast.jette, "outcome", impact) for _number in range(4)]
    outputs = [make_result(cast.jette, "output", outcomes[number % 4]) for number in range(10)]
    indicator = make_indicator(outputs[0], adds_periods=True, owner=cast.officer)
    make_rule(indicator)
    _words_and_scores(cast, outcomes)
    return cast


def fill_up(cast: Any) -> None:
    """Write all the rest."""
    from django.db import connection, transaction

    from partnerships.models import Outcome
    from tests.indicator_rows import make_indicator

    results = list(Outcome.objects.order_by("pk"))
    with transaction.atomic():
        indicators = [
            make_indicator(results[number % len(results)], adds_periods=True, by_sex=True, by_age=True)
            for number in range(1, INDICATORS)
        ]
        _values(cast, indicators)
        activities = _activities(cast, [row for row in results if row.level == "output"])
        _log(cast, activities)
        _expenses(cast, activities)
    with connection.cursor() as cursor:
        # As the server does by itself within a minute of such a load.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _values(cast: Any, indicators: list[Any]) -> None:
    """Write a value of each year, but of 2024 not for all indicators; an officer stands for those of earlier years."""
    from beneficiaries.models import IndicatorPart, Sex
    from tests.indicator_rows import make_rule, make_target, make_value

    sexes = [Sex.WOMEN, Sex.MEN]
    for number, indicator in enumerate(indicators):
        if number % 2:
            make_rule(indicator, sex=["", "women"][number % 4 // 2], groups=[cast.youth])
        for year in YEARS:
            make_target(indicator, 100 + number, year)
            if year == 2024 and number % 8 == 0:
                continue
            value = make_value(indicator, 120, year, by=cast.officer if year < 2024 or number % 3 else None)
            IndicatorPart.objects.bulk_create(
                IndicatorPart(value=value, sex=sex, age_band=band, number=10)
                for sex in sexes
                for band in [*cast.age_bands, None]
            )


def _activities(cast: Any, outputs: list[Any]) -> list[Any]:
    from activities.models import Activity
    from tests.cast import in_all_languages

    bond = cast.jette
    common = {"partnership": bond.partnership, "programme": bond.programme, "kind": "training", "status": "ongoing"}
    return Activity.objects.bulk_create(
        Activity(
            slug=f"bench-{number}",
            outcome=outputs[number % len(outputs)],
            side=["home", "partner"][number % 2],
            starts_on=FIRST + dt.timedelta(days=number % DAYS),
            starts_precision="day",
            **common,
            **in_all_languages(title=f"Activity {number}"),
        )
        for number in range(ACTIVITIES)
    )


def _log(cast: Any, activities: list[Any]) -> None:
    from activities.models import LogEntry, Participation, Photo

    entries = LogEntry.objects.bulk_create(
        LogEntry(activity=activity, author=cast.officer, starts_on=day, ends_on=day, language="en", text="Text")
        for number, activity in enumerate(activities)
        for place in range(ENTRIES)
        for day in [FIRST + dt.timedelta(days=(number * 7 + place * 451) % DAYS)]
    )
    cells = [(sex, band) for band in cast.age_bands[1:4] for sex in ("women", "men")][:CELLS]
    Participation.objects.bulk_create(
        (
            Participation(log_entry=entry, target_group=cast.youth, sex=sex, age_band=band, count=3)
            for entry in entries
            for sex, band in cells
        ),
        batch_size=BATCH,
    )
    Photo.objects.bulk_create(
        (
            Photo(
                log_entry=entry,
                file=f"photo/{number}.jpg",
                thumbnail=f"photo/{number}s.jpg",
                caption=f"Photo {number}",
                consent="missing" if number % LACKING == 0 else "given",
                consented_on=None if number % LACKING == 0 else entry.starts_on,
            )
            for number, entry in enumerate(entries)
        ),
        batch_size=BATCH,
    )


def _expenses(cast: Any, activities: list[Any]) -> None:
    from activities.models import Expenditure, Voucher

    made = Expenditure.objects.bulk_create(
        (
            Expenditure(
                activity=activity,
                spent_on=dt.date(year, 1, 1) + dt.timedelta(days=(number * 5 + place * 170) % 365),
                description=f"Expense {number} of {year}",
                amount=Decimal(100),
                source=cast.own,
            )
            for number, activity in enumerate(activities)
            for year in YEARS
            for place in range(EXPENSES)
        ),
        batch_size=BATCH,
    )
    Voucher.objects.bulk_create(
        (Voucher(expenditure=row, number=f"V{place}") for place, row in enumerate(made) if place % LACKING),
        batch_size=BATCH,
    )


def _words_and_scores(cast: Any, outcomes: list[Any]) -> None:
    """Write six sections of which half are told, one translation that is behind, and scores of all outcomes but one."""
    from partnerships.models import NarrativeSection, PerformanceScore, ScoreCriterion, SectionHeading
    from tests.cast import in_all_languages
    from tests.indicator_rows import make_scale

    year, scale = cast.jette.year(2024), make_scale()
    for number in range(6):
        name = in_all_languages(title=f"Section {number}")
        heading = SectionHeading.objects.create(slug=f"section-{number}", is_per_outcome=number == 5, **name)
        if number < 3:
            row = {"year": year, "heading": heading, "text": "Text"}
            first = NarrativeSection.objects.create(language="nl", edition=2, **row)
    NarrativeSection.objects.create(language="fr", translation_of=first, translated_edition=1, **row)
    for number in range(4):
        names = in_all_languages(name=f"Criterion {number}")
        criterion = ScoreCriterion.objects.create(slug=f"criterion-{number}", scale=scale, **names)
        for outcome in outcomes[1:]:
            PerformanceScore.objects.create(
                programme=cast.jette.programme,
                year=2024,
                outcome=outcome,
                criterion=criterion,
                level=scale.levels.first(),
                justification="Text",
            )
