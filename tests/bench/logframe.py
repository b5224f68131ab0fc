"""The logframe of a large programme and the board of one of its years, beside the bare SQL of the same numbers.

40 indicators × 5 years × 12 parts of each value, 5 000 activities with 20 000 log entries and 120 000 participations.
"""

import datetime as dt
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench.stage import report, set_the_stage

INDICATORS, ACTIVITIES, ENTRIES, CELLS = 40, 5_000, 4, 6
YEARS = range(2022, 2027)
ROUNDS = 7

# Whoever wanted these numbers and nothing else would ask the database like this.
WINDOWS = " ".join(f"WHEN l.starts_on BETWEEN '{year}-01-01' AND '{year}-12-31' THEN {year}" for year in YEARS)
OF_PROGRAMME = "JOIN partnerships_outcome o ON o.id = {table}.outcome_id WHERE o.programme_id = {programme}"
OF_INDICATOR = "JOIN partnerships_indicator i ON i.id = {row}.indicator_id " + OF_PROGRAMME.replace("{table}", "i")
BARE = [
    """SELECT id, parent_id, level, title_nl, text_nl, assumptions_nl FROM partnerships_outcome
WHERE programme_id = {programme}""",
    f"""SELECT i.id, i.outcome_id, i.title_nl, i.unit_nl, i.verification_nl, i.measure, i.accumulation, i.baseline
FROM partnerships_indicator i {OF_PROGRAMME.replace("{table}", "i")}""",
    f"SELECT t.indicator_id, t.year, t.value FROM partnerships_indicatortarget t {OF_INDICATOR.replace('{row}', 't')}",
    f"""SELECT v.id, v.indicator_id, v.starts_on, v.ends_on, v.value, v.state FROM partnerships_indicatorvalue v
{OF_INDICATOR.replace("{row}", "v")}""",
    f"""SELECT c.corrects_id, c.value FROM partnerships_indicatorcorrection c
JOIN partnerships_indicatorvalue v ON v.id = c.corrects_id {OF_INDICATOR.replace("{row}", "v")}""",
    f"""SELECT a.outcome_id, a.side, p.sex, p.counting, p.age_band_id, p.target_group_id,
CASE {WINDOWS} END AS year, SUM(p.count) FROM activities_participation p
JOIN activities_logentry l ON l.id = p.log_entry_id JOIN activities_activity a ON a.id = l.activity_id
JOIN partnerships_outcome o ON o.id = a.outcome_id WHERE l.withdrawn_at IS NULL AND o.programme_id = {{programme}}
AND l.starts_on BETWEEN '2022-01-01' AND '2026-12-31' GROUP BY 1, 2, 3, 4, 5, 6, 7""",
    f"""SELECT * FROM (SELECT a.outcome_id, a.id, a.title_nl, a.status, COUNT(*) OVER (PARTITION BY a.outcome_id),
ROW_NUMBER() OVER (PARTITION BY a.outcome_id ORDER BY a.starts_on IS NULL, a.starts_on DESC, a.id DESC) AS place
FROM activities_activity a {OF_PROGRAMME.replace("{table}", "a")}) numbered WHERE place <= 5""",
]
# The same of what the report of 2024 still lacks.
IN_2024 = "BETWEEN '2024-01-01' AND '2024-12-31'"
BOARD = [
    """SELECT a.id, a.side FROM activities_activity a
WHERE a.programme_id = {programme} AND a.status IN ('ongoing', 'delayed', 'done')
    AND (a.starts_on IS NULL OR a.starts_on <= '2024-12-31') AND (a.ends_on IS NULL OR a.ends_on >= '2024-01-01')
    AND NOT EXISTS (SELECT 1 FROM activities_logentry l WHERE l.activity_id = a.id AND l.withdrawn_at IS NULL
        AND l.starts_on <= '2024-12-31' AND l.ends_on >= '2024-01-01') ORDER BY a.id""",
    f"""SELECT p.id, l.author_id FROM activities_photo p JOIN activities_logentry l ON l.id = p.log_entry_id
JOIN activities_activity a ON a.id = l.activity_id WHERE p.consent = 'missing' AND l.withdrawn_at IS NULL
    AND a.programme_id = {{programme}} AND l.starts_on {IN_2024}""",
    f"""SELECT e.id, a.side FROM activities_expenditure e JOIN activities_activity a ON a.id = e.activity_id
LEFT JOIN activities_logentry l ON l.id = e.log_entry_id WHERE l.withdrawn_at IS NULL
    AND a.programme_id = {{programme}} AND e.spent_on {IN_2024}
    AND NOT EXISTS (SELECT 1 FROM activities_voucher v WHERE v.expenditure_id = e.id)""",
    f"""SELECT i.id, i.owner_id FROM partnerships_indicator i {OF_PROGRAMME.replace("{table}", "i")}
    AND NOT EXISTS (SELECT 1 FROM partnerships_indicatorvalue v
        WHERE v.indicator_id = i.id AND v.starts_on {IN_2024})""",
    f"""SELECT v.id FROM partnerships_indicatorvalue v {OF_INDICATOR.replace("{row}", "v")}
    AND v.state = 'reported' AND v.starts_on {IN_2024}""",
]


def fill() -> Any:
    """Write a programme with a chain of results and one counted indicator, and return the cast."""
    from tests.cast import assemble
    from tests.indicator_rows import make_indicator, make_result, make_rule

    cast = assemble()
    impact = make_result(cast.jette, "impact")
    outcomes = [make_result(cast.jette, "outcome", impact) for _number in range(4)]
    outputs = [make_result(cast.jette, "output", outcomes[number % 4]) for number in range(10)]
    indicator = make_indicator(outputs[0], adds_periods=True)
    make_rule(indicator)
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
        _log(cast, [row for row in results if row.level == "output"])
    with connection.cursor() as cursor:
        # As the server does by itself within a minute of such a load.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _values(cast: Any, indicators: list[Any]) -> None:
    from beneficiaries.models import IndicatorPart, Sex
    from tests.indicator_rows import make_rule, make_target, make_value

    sexes = [Sex.WOMEN, Sex.MEN]
    for number, indicator in enumerate(indicators):
        if number % 2:
            make_rule(indicator, sex=["", "women"][number % 4 // 2], groups=[cast.youth])
        for year in YEARS:
            make_target(indicator, 100 + number, year)
            value = make_value(indicator, 120, year, by=cast.officer if year < 2026 else None)
            IndicatorPart.objects.bulk_create(
                IndicatorPart(value=value, sex=sex, age_band=band, number=10)
                for sex in sexes
                for band in [*cast.age_bands, None]
            )


def _log(cast: Any, outputs: list[Any]) -> None:
    from activities.models import Activity, LogEntry, Participation
    from tests.cast import in_all_languages

    bond = cast.jette
    common = {"partnership": bond.partnership, "programme": bond.programme, "kind": "training", "status": "ongoing"}
    activities = Activity.objects.bulk_create(
        Activity(
            slug=f"bench-{number}",
            outcome=outputs[number % len(outputs)],
            side=["home", "partner"][number % 2],
            starts_on=dt.date(2022, 1, 1) + dt.timedelta(days=number % 1800),
            starts_precision="day",
            **common,
            **in_all_languages(title=f"Activity {number}"),
        )
        for number in range(ACTIVITIES)
    )
    entries = LogEntry.objects.bulk_create(
        LogEntry(activity=activity, author=cast.officer, starts_on=day, ends_on=day, language="en", text="Text")
        for number, activity in enumerate(activities)
        for place in range(ENTRIES)
        for day in [dt.date(2022, 1, 1) + dt.timedelta(days=(number * 7 + place * 451) % 1800)]
    )
    cells = [(sex, band) for band in cast.age_bands[1:4] for sex in ("women", "men")][:CELLS]
    Participation.objects.bulk_create(
        (
            Participation(log_entry=entry, target_group=cast.youth, sex=sex, age_band=band, count=3)
            for entry in entries
            for sex, band in cells
        ),
        batch_size=2000,
    )


def measure(cast: Any) -> None:
    """Report the queries of each full page beside those of the small one, and its time beside that of the SQL."""
    from django.test import Client
    from django.urls import reverse

    client, programme = Client(), cast.jette.programme
    client.force_login(cast.officer)
    pages = {
        "logframe": (reverse("partnerships:logframe", args=[programme.slug]), BARE),
        "readiness": (reverse("partnerships:year_readiness", args=[programme.slug, 2024]), BOARD),
    }
    few = {name: _queries(client, address) for name, (address, _statements) in pages.items()}
    fill_up(cast)
    for name, (address, statements) in pages.items():
        report(f"{name}_queries", _queries(client, address) / few[name])
        report(name, _beside(client, address, [one.format(programme=programme.pk) for one in statements]))
    page = client.get(pages["logframe"][0]).content.decode()
    assert page.count("Indicator ") >= INDICATORS, "the page does not show all indicators"


def _queries(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # warm: the session, the language
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def _beside(client: Any, address: str, statements: list[str]) -> float:
    """Return the time of a page beside that of the SQL.

    They are taken in turns and the best of each counts: what else the machine does falls on neither.
    """
    from django.db import connection

    def bare() -> list[list[tuple]]:
        cursor = connection.connection.cursor()
        return [cursor.execute(statement).fetchall() for statement in statements]

    assert any(bare()), "there is nothing to read"
    pairs = [(_seconds(lambda: client.get(address)), _seconds(bare)) for _ in range(ROUNDS)]
    whole, alone = (min(column) for column in zip(*pairs, strict=True))
    sys.stderr.write(f"page {whole:.3f} s, SQL {alone:.3f} s\n")
    return whole / alone


def main() -> None:
    """Measure both pages of a large programme."""
    set_the_stage()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    measure(fill())


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
