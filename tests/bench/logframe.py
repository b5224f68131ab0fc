"""The logframe of a large programme and the board of one of its years, beside the bare SQL of the same numbers.

Both answer with the same rows, which is asserted before either is timed.
"""

import datetime as dt
import statistics
import sys
from collections.abc import Callable
from typing import Any

from tests.bench.large_programme import INDICATORS, YEARS, fill, fill_up
from tests.bench.stage import backend, once, processor_time, report, set_the_stage

# What else the machine does moves each turn by a third: the best of 25 turns still differs by a tenth from run to run.
ROUNDS, ROUNDS_AFTER_A_WRITE = 60, 25
# The settings of the tests keep nothing; so each page is measured as it is made anew, and then as it is in use.
IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}

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
# The same of what the report of 2024 still lacks, by kind; the first columns are the key of what is missing.
IN_2024 = "BETWEEN '2024-01-01' AND '2024-12-31'"
OUTCOMES = "partnerships_outcome o WHERE o.programme_id = {programme} AND o.level = 'outcome'"
SCORED = """SELECT COUNT(*) FROM partnerships_performancescore s
WHERE s.programme_id = {programme} AND s.year = 2024 AND s.outcome_id"""
BOARD = {
    "section": """SELECT h.id, o.id, h.title_nl FROM partnerships_sectionheading h LEFT JOIN partnerships_outcome o
    ON h.is_per_outcome AND o.programme_id = {programme} AND o.level = 'outcome'
WHERE h.is_required AND NOT EXISTS (SELECT 1 FROM partnerships_narrativesection s
    WHERE s.year_id = {year} AND s.heading_id = h.id AND (o.id IS NULL OR s.outcome_id = o.id)
        AND (s.text <> '' OR s.is_nothing_to_tell))""",
    "translation": """SELECT s.heading_id, s.outcome_id, s.owner_id FROM partnerships_narrativesection s
JOIN partnerships_narrativesection first ON first.id = s.translation_of_id
WHERE s.year_id = {year} AND s.translated_edition < first.edition""",
    "indicator": f"""SELECT i.id, i.owner_id, i.title_nl FROM partnerships_indicator i
{OF_PROGRAMME.replace("{table}", "i")} AND NOT EXISTS (SELECT 1 FROM partnerships_indicatorvalue v
    WHERE v.indicator_id = i.id AND v.starts_on {IN_2024})""",
    "validation": f"""SELECT v.id, i.title_nl FROM partnerships_indicatorvalue v {OF_INDICATOR.replace("{row}", "v")}
    AND v.state = 'reported' AND v.starts_on {IN_2024}""",
    "score": f"""SELECT given.id, given.number FROM (SELECT o.id, ({SCORED} = o.id) AS number FROM {OUTCOMES}
    UNION ALL SELECT 0, ({SCORED} IS NULL)) given
WHERE given.number < (SELECT COUNT(*) FROM partnerships_scorecriterion WHERE scale_id IS NOT NULL)""",
    "log": """SELECT a.id, a.side, a.title_nl FROM activities_activity a
WHERE a.programme_id = {programme} AND a.status IN ('ongoing', 'delayed', 'done')
    AND (a.starts_on IS NULL OR a.starts_on <= '2024-12-31') AND (a.ends_on IS NULL OR a.ends_on >= '2024-01-01')
    AND NOT EXISTS (SELECT 1 FROM activities_logentry l WHERE l.activity_id = a.id AND l.withdrawn_at IS NULL
        AND l.starts_on <= '2024-12-31' AND l.ends_on >= '2024-01-01')""",
    "consent": f"""SELECT p.id, l.author_id, p.caption FROM activities_photo p
JOIN activities_logentry l ON l.id = p.log_entry_id JOIN activities_activity a ON a.id = l.activity_id
WHERE p.consent = 'missing' AND l.withdrawn_at IS NULL AND a.partnership_id = {{partnership}}
    AND l.starts_on {IN_2024}""",
    "voucher": f"""SELECT e.id, l.author_id, a.side, e.description FROM activities_expenditure e
JOIN activities_activity a ON a.id = e.activity_id LEFT JOIN activities_logentry l ON l.id = e.log_entry_id
WHERE l.withdrawn_at IS NULL AND a.partnership_id = {{partnership}} AND e.spent_on {IN_2024}
    AND NOT EXISTS (SELECT 1 FROM activities_voucher v WHERE v.expenditure_id = e.id)""",
}


def measure(cast: Any) -> None:
    """Report the queries of each full page beside those of the small one, and its time beside that of the SQL.

    Each page is measured as it is made anew, and from memory. What of the board is kept depends on what was written:
    so it is measured after each kind of write in turn, too, and the middle one counts.
    """
    from django.conf import settings
    from django.test import Client, override_settings
    from django.urls import reverse

    client, programme = Client(), cast.jette.programme
    client.force_login(cast.officer)
    named = {"programme": programme.pk, "partnership": programme.partnership_id, "year": cast.jette.year(2024).pk}
    bare = {"logframe": [sql.format(**named) for sql in BARE]}
    board = {kind: sql.format(**named) for kind, sql in BOARD.items()}
    bare["readiness"] = list(board.values())
    pages = {
        "logframe": reverse("partnerships:logframe", args=[programme.slug]),
        "readiness": reverse("partnerships:year_readiness", args=[programme.slug, 2024]),
    }
    few = {name: _queries(client, address) for name, address in pages.items()}
    fill_up(cast)
    _agree_on_results(programme, bare["logframe"])
    _agree_on_gaps(cast, board)
    for name, address in pages.items():
        report(f"{name}_queries", _queries(client, address) / few[name])
    for name, address in pages.items():
        report(name, _beside(client, address, bare[name]))
    with override_settings(CACHES=settings.CACHES | {"overviews": IN_MEMORY}):
        for name, address in pages.items():
            report(f"{name}_again", _beside(client, address, bare[name]))
        after = []
        for told, write in _writes(cast).items():
            sys.stderr.write(f"after {told}: ")
            after.append(_beside(client, pages["readiness"], bare["readiness"], before=write))
        report("readiness_written", statistics.median(after))
    page = client.get(pages["logframe"]).content.decode()
    assert page.count("Indicator ") >= INDICATORS, "the page does not show all indicators"


def _agree_on_results(programme: Any, statements: list[str]) -> None:
    """Assert that page and SQL tell the same of targets, values, people and activities."""
    from portal.roof.overviews.results.chain import logframe_of

    _results, _indicators, targets, values, _corrections, people, activities = map(_rows, statements)
    flat = logframe_of(programme).flat()
    years = [(row.pk, year) for result in flat for row in result.indicators for year in row.years]
    assert sorted(targets) == sorted((pk, year.year, year.target.number) for pk, year in years if year.target)
    told = [(pk, year.year, figure.number) for pk, year in years if (figure := year.actual or year.reported)]
    assert sorted((row[1], int(str(row[2])[:4]), row[4]) for row in values) == sorted(told)
    counted = next(row for result in flat for row in result.indicators if row.number == 1)
    of = next(result.pk for result in flat if counted in result.indicators)
    for year in counted.years:
        assert year.counted == sum(row[-1] for row in people if row[0] == of and row[-2] == year.year)
    shown = [(result.pk, row.pk, result.activity_count) for result in flat for row in result.activities]
    assert sorted((row[0], row[1], row[4]) for row in activities) == sorted(shown)


def _agree_on_gaps(cast: Any, board: dict[str, str]) -> None:
    """Assert that page and SQL find the same gaps, and that there are some of each kind."""
    from portal.roof.overviews.readiness.finders import FINDERS
    from portal.roof.overviews.readiness.work import Years

    years = Years([cast.jette.year(2024)])
    # A section's key has the year before heading and outcome, and the language behind; an indicator's, the year behind.
    parts = {"section": slice(1, 3), "translation": slice(1, 3), "indicator": slice(1)}
    for kind, finder in FINDERS.items():
        part = parts.get(kind)
        width = part.stop - (part.start or 0) if part else 1
        keys = [row[0] for share in finder.find(years) for row in share.rows]
        found = sorted(key[part] if part else (key,) for key in keys)
        assert found, f"nothing is missing of the kind {kind}"
        assert found == sorted(tuple(key or 0 for key in row[:width]) for row in _rows(board[kind])), kind


def _rows(statement: str) -> list[tuple]:
    from django.db import connection

    return connection.connection.cursor().execute(statement).fetchall()


def _queries(client: Any, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)  # warm: the session, the language
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def _writes(cast: Any) -> dict[str, Callable[[], None]]:
    """Return what people write in a week, by what it is: each call writes it once more."""
    from activities.models import LogEntry, Photo, Voucher
    from partnerships.models import IndicatorValue, NarrativeSection, PerformanceScore
    from portal.ground.admin import trail
    from tests.cast import make_entry, make_expense

    turn = iter(range(10**6))

    def changed(rows: Any, name: str, *values: Any) -> Callable[[], None]:
        row = rows.first()

        def write() -> None:
            was = trail.state(row)
            setattr(row, name, values[next(turn) % len(values)])
            row.save()
            trail.record_change(row, actor=cast.officer, before=was)

        return write

    def made(make: Callable[[], Any]) -> Callable[[], None]:
        return lambda: trail.record_change(make(), actor=cast.officer, before={})

    activity = cast.jette.partner
    return {
        "a new entry": made(lambda: make_entry(activity, cast.officer)),
        "an entry told otherwise": changed(LogEntry.objects, "text", "One", "Two"),
        "an entry moved by a day": changed(LogEntry.objects, "ends_on", dt.date(2026, 12, 30), dt.date(2026, 12, 31)),
        "an entry withdrawn": changed(LogEntry.objects, "withdrawn_at", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None),
        "a new expense": made(lambda: make_expense(activity)),
        "a voucher": changed(Voucher.objects, "number", "1", "2"),
        "consent": changed(Photo.objects, "caption", "One", "Two"),
        "a value": changed(IndicatorValue.objects.filter(state="reported"), "value", 1, 2),
        "a section": changed(NarrativeSection.objects, "text", "One", "Two"),
        "a score": changed(PerformanceScore.objects, "justification", "One", "Two"),
    }


def _beside(client: Any, address: str, statements: list[str], *, before: Callable[[], None] | None = None) -> float:
    """Return the processor time of a page, here and in the database, beside that of the SQL.

    They are taken in turns and the best of each counts: what else the machine does falls on neither.
    """
    server = backend()

    def cost(work: Callable[[], object]) -> float:
        return processor_time(work, 1, server)

    def page() -> float:
        if before is None:
            return cost(lambda: client.get(address))
        before()
        return once(lambda: client.get(address), server)

    pairs = [
        (page(), cost(lambda: [_rows(statement) for statement in statements]))
        for _ in range(ROUNDS_AFTER_A_WRITE if before else ROUNDS)
    ]
    whole, alone = (min(column) for column in zip(*pairs, strict=True))
    sys.stderr.write(f"page {1000 * whole:.1f} ms, SQL {1000 * alone:.1f} ms\n")
    return whole / alone


def main() -> None:
    """Measure both pages of a large programme."""
    set_the_stage()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    measure(fill())


if __name__ == "__main__":
    main()
