"""Ten thousand expenses brought in from a spreadsheet, beside the library's default way and the bare rows.

`first` is all that an import takes, from the file's bytes: the check for the preview, and the confirmation, where the
file is read again, every rule is asked of each row again, and rows, headings and audit entries are written. All of it
stands beside the library's way, which has no preview and no rules, and beside the bare rows. `written` is what the
confirmation takes of it. `again` is the same file once more, which ends with the check: there is nothing to confirm.
`bare` is `bulk_create` of the same rows, parsed before.
`queries` are those of the whole import against 30 and 3 for each thousand rows. `peer` is good at 1: as many times as
fast as was asked, twenty on PostgreSQL and eight on SQLite.
The peer is django-import-export as it comes, a plain ModelResource of the same model with the same columns, on the
first rows of the same sheet; its time is scaled by rows, because it takes the same for each row.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.stage import report, set_the_stage

ROWS = 10_000
PEER_ROWS = 500
TIMES = 5
MEMORY = 300_000_000
QUERIES = 30 + 3 * ROWS // 1000
COLUMNS = ["activity", "spent_on", "description", "source", "heading", "amount"]


def fill() -> Any:
    """Write the cast with fifty activities, grants, a budget and rules of most kinds, none of which is broken."""
    from activities.models import Activity
    from tests.cast import assemble, in_all_languages

    cast = assemble()
    for source in [cast.federal, cast.own]:
        rules(cast.jette.programme, source)
    for number in range(50):
        Activity.objects.create(
            slug=f"bench-{number}",
            partnership=cast.jette.partnership,
            programme=cast.jette.programme,
            kind="training",
            side="partner",
            status="ongoing",
            **in_all_languages(title=f"Activity {number}"),
        )
    return cast


def rules(programme: Any, source: Any) -> None:
    """Write headings, rules, a grant and a budget of a source."""
    from decimal import Decimal

    from activities.models import BudgetLine
    from partnerships.models import CostHeading, FundingRule
    from tests.cast import in_all_languages, make_grant

    for kind, values in {
        "ceiling": {"amount": Decimal(90_000_000)},
        "share": {"percent": Decimal(90)},
        "overspend": {"percent": Decimal(10)},
        "voucher": {"amount": Decimal(50_000)},
        "window": {"first_day": dt.date(2022, 1, 1), "last_day": dt.date(2026, 12, 31)},
    }.items():
        words = in_all_languages(title=kind)
        FundingRule.objects.create(slug=f"{source.slug}-{kind}", source=source, kind=kind, **words, **values)
    make_grant(programme, source, amount=Decimal(80_000_000), accepted_budget=Decimal(99_000_000))
    for name in ["one", "two", "three"]:
        words = in_all_languages(name=name)
        heading = CostHeading.objects.create(slug=f"{source.slug}-{name}", source=source, nature="operational", **words)
        for year in range(2022, 2027):
            BudgetLine.objects.create(
                programme=programme, year=year, source=source, heading=heading, amount=Decimal(10**7)
            )


def rows_of_a_sheet(mark: str) -> list[list[Any]]:
    """Return the rows as a spreadsheet holds them: dates, numbers and texts."""
    first = dt.date(2022, 1, 1)
    sources = ["federal", "own"]
    return [
        [
            f"bench-{number % 50}",
            first + dt.timedelta(days=number % 1800),
            f"Paint {mark} for wall number {number}",
            sources[number % 2],
            f"{sources[number % 2]}-{['one', 'two', 'three'][number % 3]}",
            number % 900 + 0.5,
        ]
        for number in range(ROWS)
    ]


def peer_seconds(rows: list[list[Any]]) -> float:
    """Return what django-import-export takes for all rows, from what it takes for the first ones."""
    import tablib
    from import_export import fields, resources, widgets

    from activities.models import Activity, Expenditure
    from partnerships.models import CostHeading, FundingSource

    def by_slug(name: str, model: Any) -> Any:
        return fields.Field(attribute=name, column_name=name, widget=widgets.ForeignKeyWidget(model, "slug"))

    class Plain(resources.ModelResource):
        activity = by_slug("activity", Activity)
        source = by_slug("source", FundingSource)
        heading = by_slug("heading", CostHeading)

        class Meta:
            model = Expenditure
            fields = ("id", *COLUMNS)

    sheet = tablib.Dataset(*([*row, ""] for row in rows[:PEER_ROWS]), headers=[*COLUMNS, "id"])
    before = Expenditure.objects.count()
    spent = seconds(lambda: Plain().import_data(sheet, raise_errors=True))
    assert Expenditure.objects.count() == before + PEER_ROWS
    return spent * ROWS / PEER_ROWS


def bare_seconds(rows: list[list[Any]]) -> float:
    """Return what `bulk_create` takes for the parsed rows, their objects included."""
    from decimal import Decimal

    from django.db import transaction

    from activities.models import Activity, Expenditure
    from partnerships.models import CostHeading, FundingSource

    keys = {model: dict(model.objects.values_list("slug", "pk")) for model in (Activity, FundingSource, CostHeading)}
    parsed = [
        {
            "activity_id": keys[Activity][activity],
            "spent_on": day,
            "description": text,
            "source_id": keys[FundingSource][source],
            "heading_id": keys[CostHeading][heading],
            "amount": Decimal(str(amount)),
        }
        for activity, day, text, source, heading, amount in rows
    ]

    def write() -> None:
        with transaction.atomic():
            Expenditure.objects.bulk_create(Expenditure(**values) for values in parsed)

    return seconds(write)


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bring_in(cast: Any, content: bytes, *, expect: tuple[int, int]) -> tuple[float, float, int]:
    """Send a file, and write it where there is something to write; return (seconds, those of the writing, queries)."""
    import uuid

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from activities.resources import jobs

    def work() -> None:
        row = jobs.send(
            content, "sheet.xlsx", partnership=cast.jette.partnership, kind="expenses", actor=cast.officer, key=key
        )
        if row.state == "mapping":
            jobs.choose_columns(row, COLUMNS, actor=cast.officer)
        row.refresh_from_db()
        assert (row.new, row.unchanged, row.refused) == (*expect, 0), jobs.verdicts_of(row)[:3]
        sent.append(row)

    def write() -> None:
        row = sent[0]
        jobs.confirm(row, actor=cast.officer, seen=row.fingerprint)
        row.refresh_from_db()
        assert row.state == "done", (row.state, row.note)

    key = uuid.uuid4()
    sent: list[Any] = []
    with CaptureQueriesContext(connection) as captured:
        spent = seconds(work)
        written = seconds(write) if sent[0].new else 0.0
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return spent + written, written, sum(not query["sql"].startswith(marks) for query in captured)


def peak_memory() -> int:
    """Return the most bytes of memory that this process has held."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) * 1024


def main() -> None:
    """Measure the import, the same file again, the bare rows and the library."""
    set_the_stage()
    from django.db import connection

    from activities.models import Expenditure
    from portal.ground.spreadsheets import write_xlsx

    cast = fill()
    sheets = {mark: rows_of_a_sheet(mark) for mark in "abcde"[:TIMES]}
    files = {mark: write_xlsx(COLUMNS, rows) for mark, rows in sheets.items()}
    first, written, again, bare, queries = [], [], [], [], 0
    faster = {"postgresql": 20, "sqlite": 8}[connection.vendor]
    for mark, content in files.items():
        spent, confirmed, asked = bring_in(cast, content, expect=(ROWS, 0))
        first.append(spent)
        written.append(confirmed)
        queries = max(queries, asked)
        again.append(bring_in(cast, content, expect=(0, ROWS))[0])
        bare.append(bare_seconds(rows_of_a_sheet(f"{mark}, bare")))
        Expenditure.objects.all()._raw_delete("default")
    memory = peak_memory()
    peer = peer_seconds(rows_of_a_sheet("peer"))
    report("import_peer", min(first) * faster / peer)
    report("import_bare", min(first) / min(bare))
    report("import_again", min(again) / min(first))
    report("import_queries", queries / QUERIES)
    report("import_memory", memory / MEMORY)
    told = {
        "first": first,
        "written": written,
        "again": again,
        "bare": bare,
        "peer": peer,
        "queries": queries,
        "memory": memory,
    }
    sys.stderr.write(f"{json.dumps(told)}\n")


if __name__ == "__main__":
    main()
