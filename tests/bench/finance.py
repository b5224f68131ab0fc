"""A programme's page of money over a million expenditures, beside the bare SQL that yields the same numbers."""

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.bench.stage import report, set_the_stage

ROWS = 1_000_000
ACTIVITIES, ENTRIES, TRANSFERS = 60, 20_000, 20
ROUNDS = 5

# Written without the checks of each row, which tests prove. Half of the expenditures were logged, nineteen of
# twenty have a voucher, a third was paid in dirham from a transfer, one of forty has no heading.
FILL = """
SET session_replication_role = replica;
INSERT INTO activities_logentry (activity_id, author_id, starts_on, ends_on, language, text, difficulties, next_step,
    created_at, version, is_demonstration)
SELECT (SELECT min(id) FROM activities_activity WHERE partnership_id = %(partnership)s) + n %% 60, %(author)s,
    '2024-05-01', '2024-05-01', 'en', 'Text ' || n, '', '', now(), 1, false FROM generate_series(1, %(entries)s) n;
UPDATE activities_logentry SET withdrawn_at = now() WHERE id %% 500 = 0;
INSERT INTO activities_expenditure (activity_id, log_entry_id, spent_on, description, source_id, heading_id, spent_by,
    amount, original_amount, original_currency, rate, rule_reason, decision, decision_reason, is_demonstration)
SELECT (SELECT min(id) FROM activities_activity WHERE partnership_id = %(partnership)s) + n %% 60,
    CASE WHEN n %% 2 = 0 THEN (SELECT min(id) FROM activities_logentry) + n %% %(entries)s END,
    date '2022-01-01' + n %% 1780, 'Expense ' || n,
    CASE WHEN n %% 7 = 0 THEN %(own)s ELSE %(federal)s END,
    CASE WHEN n %% 7 = 0 OR n %% 40 = 1 THEN NULL ELSE (%(headings)s)[1 + n %% %(count)s] END, '',
    (n %% 90000 + 1) / 100.0, CASE WHEN n %% 3 = 0 THEN (n %% 90000 + 1) / 10.0 END,
    CASE WHEN n %% 3 = 0 THEN 'MAD' ELSE '' END, CASE WHEN n %% 3 = 0 THEN 10 END, '',
    CASE n %% 10 WHEN 0 THEN 'rejected' WHEN 1 THEN '' WHEN 2 THEN '' ELSE 'justified' END,
    CASE n %% 10 WHEN 0 THEN 'No invoice' ELSE '' END, false
FROM generate_series(1, %(rows)s) n;
INSERT INTO activities_voucher
    (expenditure_id, file, original_name, content_type, size, sha256, added_at, number, supplier)
SELECT id, '', '', '', 0, '', now(), 'V' || id, '' FROM activities_expenditure WHERE id %% 20 > 0;
INSERT INTO activities_drawdown (expenditure_id, transfer_id, amount)
SELECT id, (SELECT min(id) FROM partnerships_transfer) + id %% %(transfers)s, original_amount
FROM activities_expenditure WHERE original_amount IS NOT NULL;
SET session_replication_role = DEFAULT;
"""

# Whoever wanted these numbers and nothing else would ask the database like this.
STANDING = """FROM activities_expenditure e JOIN activities_activity a ON a.id = e.activity_id
LEFT JOIN activities_logentry l ON l.id = e.log_entry_id
WHERE l.withdrawn_at IS NULL AND a.partnership_id = %(partnership)s
    AND e.spent_on BETWEEN '2022-01-01' AND '2026-12-31'"""
YEARS = ",\n".join(
    f"sum(e.amount) FILTER (WHERE e.spent_on BETWEEN '{year}-01-01' AND '{year}-12-31')" for year in range(2022, 2027)
)
BARE = [
    # Grouped by the year of a date, PostgreSQL would take four times as long and the page half of the SQL.
    f"SELECT e.source_id, e.heading_id, a.outcome_id, e.decision, count(*), {YEARS} {STANDING} GROUP BY 1, 2, 3, 4",
    f"""SELECT count(*), sum(e.amount) {STANDING} AND e.decision = '' AND e.heading_id IS NULL
AND EXISTS (SELECT 1 FROM partnerships_costheading h WHERE h.source_id = e.source_id)""",
    f"""SELECT count(*), sum(e.amount) {STANDING} AND e.decision = ''
AND EXISTS (SELECT 1 FROM partnerships_fundingrule r
    WHERE r.source_id = e.source_id AND r.kind = 'voucher' AND r.amount < e.amount)
AND NOT EXISTS (SELECT 1 FROM activities_voucher v WHERE v.expenditure_id = e.id)""",
    f"""SELECT e.source_id, sum(e.amount) {STANDING} AND e.decision <> 'rejected' AND e.spent_on > current_date
GROUP BY 1""",
    """SELECT d.transfer_id, sum(d.amount), sum(e.amount) FROM activities_drawdown d
JOIN activities_expenditure e ON e.id = d.expenditure_id LEFT JOIN activities_logentry l ON l.id = e.log_entry_id
WHERE l.withdrawn_at IS NULL
AND d.transfer_id IN (SELECT id FROM partnerships_transfer WHERE programme_id = %(programme)s) GROUP BY 1""",
    """SELECT d.expenditure_id, d.transfer_id, d.amount, e.amount FROM activities_drawdown d
JOIN activities_expenditure e ON e.id = d.expenditure_id LEFT JOIN activities_logentry l ON l.id = e.log_entry_id
WHERE l.withdrawn_at IS NULL
AND d.expenditure_id IN (SELECT expenditure_id FROM activities_drawdown GROUP BY 1 HAVING count(*) > 1)""",
    f"""SELECT e.activity_id, e.source_id, extract(year FROM e.spent_on), sum(e.amount) {STANDING}
AND e.decision <> 'rejected' AND e.activity_id IN (SELECT activity_id FROM activities_cofunding) GROUP BY 1, 2, 3""",
    """SELECT source_id, heading_id, year, sum(amount) FROM activities_budgetline WHERE programme_id = %(programme)s
GROUP BY 1, 2, 3""",
    "SELECT source_id, sum(amount) FROM partnerships_grant WHERE programme_id = %(programme)s GROUP BY 1",
    """SELECT g.source_id, t.year, sum(t.received_amount) FROM partnerships_tranche t
JOIN partnerships_grant g ON g.id = t.grant_id WHERE g.programme_id = %(programme)s GROUP BY 1, 2""",
    """SELECT id, source_id, sent_on, sent_amount, received_amount FROM partnerships_transfer
WHERE programme_id = %(programme)s""",
]


def fill() -> dict[str, Any]:
    """Write the cast, a programme's plan and a million expenditures; return the numbers that the SQL names."""
    import datetime as dt

    from activities.models import Activity, BudgetLine, CoFunding
    from tests.cast import assemble, in_all_languages, make_transfer
    from tests.finance_rows import claim_rules, receive, rule

    cast = assemble()
    bond = cast.jette
    values = {"partnership": bond.partnership, "kind": "training", "side": "partner", "status": "ongoing"}
    numbers = range(ACTIVITIES)
    Activity.objects.filter(partnership=bond.partnership).delete()
    made = Activity.objects.bulk_create(
        Activity(slug=f"bench-{number}", **values, **in_all_languages(title=f"Activity {number}")) for number in numbers
    )
    for year in range(2022, 2027):
        receive(cast, "100000.00", year)
        for heading in cast.headings.values():
            line = {"programme": bond.programme, "source": cast.federal, "heading": heading, "year": year}
            BudgetLine.objects.create(amount=Decimal(900_000), **line)
    for number in range(TRANSFERS):
        day = dt.date(2022 + number % 5, 2, 1)
        fields = {"sent_amount": Decimal(2_000_000), "received_amount": Decimal(21_000_000), "received_on": day}
        make_transfer(bond.programme, cast.federal, reference=f"T-{number}", sent_on=day, **fields)
    CoFunding.objects.create(activity=made[0], source=cast.own, share=20)
    claim_rules(cast)
    rule(cast, "voucher", amount=Decimal(100))
    return _write_expenditures(cast)


def _write_expenditures(cast: Any) -> dict[str, Any]:
    from django.db import connection

    bond = cast.jette
    parts = [heading.pk for heading in cast.headings.values() if heading.parent_id]
    scope = {"partnership": bond.partnership.pk, "programme": bond.programme.pk, "author": cast.officer.pk}
    known = {"own": cast.own.pk, "federal": cast.federal.pk, "headings": parts, "count": len(parts)}
    with connection.cursor() as cursor:
        for statement in FILL.split(";\n"):
            if statement.strip():
                size = {"rows": ROWS, "entries": ENTRIES, "transfers": TRANSFERS}
                cursor.execute(statement, {**scope, **known, **size})
        cursor.execute("VACUUM ANALYZE")
    return scope


def measure(scope: dict[str, Any]) -> float:
    """Return the time of the page as a multiple of that of the SQL.

    Both are taken in turns and the best of each counts: what else the machine does falls on neither.
    """
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from partnerships.models import Programme
    from portal.ground.models import User
    from portal.ground.money import format_amount

    client = Client()
    client.force_login(User.objects.get(username="officer"))
    address = reverse("partnerships:programme_money", args=[Programme.objects.get(pk=scope["programme"]).slug])

    def bare() -> list[list[tuple]]:
        with connection.connection.cursor() as cursor:
            return [cursor.execute(statement, scope).fetchall() for statement in BARE]

    page = client.get(address).content.decode()
    total = sum((amount for row in bare()[0] for amount in row[5:] if amount), Decimal(0))
    assert format_amount(total) in page, f"the page does not show {total}"
    pairs = [(_seconds(lambda: client.get(address)), _seconds(bare)) for _ in range(ROUNDS)]
    whole, alone = (min(column) for column in zip(*pairs, strict=True))
    sys.stderr.write(f"page {whole:.2f} s, SQL {alone:.2f} s\n")
    return whole / alone


def main() -> None:
    """Measure the page of a programme with a million expenditures."""
    set_the_stage()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    report("programme_money", measure(fill()))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
