"""Two people and the same money at once: one has it, the other is told. Threads on PostgreSQL, processes on SQLite."""

import datetime as dt
import os
import subprocess
import sys
import threading
import uuid
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import translation

from activities.models import Drawdown, Expenditure
from activities.services import ExpenseValues, StaleVersion, create_expense, judge
from partnerships.models import FundingSource
from portal.ground.models import AuditEntry, User
from tests.cast import Cast, make_expense, make_grant, make_transfer

DAY = dt.date(2024, 5, 14)
LEFT = "Only 0.00 € is left of what Federal cooperation granted."
ARRIVED = "Not so many dirham have arrived by transfer: give the rate at which they were bought."

pytestmark = pytest.mark.django_db(transaction=True)


def spend(activity, writer, **changes) -> str:
    """Spend 100 euro; return nothing, or why not."""
    federal = FundingSource.objects.get(slug="federal")
    fields = {"spent_on": DAY, "description": "Bus", "source": federal, "amount": Decimal(100), **changes}
    try:
        with translation.override("en"):
            create_expense(activity, ExpenseValues(**fields), actor=writer, key=uuid.uuid4())
    except ValidationError as error:
        return " ".join(error.messages).replace("\N{NO-BREAK SPACE}", " ").replace(",", ".")
    return ""


def decide(row, officer, decision: str) -> str:
    """Judge an expenditure; return nothing, or what somebody else said meanwhile."""
    try:
        judge(row, decision=decision, actor=officer, on=DAY, seen="", reason="No." if decision == "rejected" else "")
    except StaleVersion as stale:
        return stale.current.decision
    return ""


def at_once(*works) -> list[str]:
    """Let each work begin when all of them stand ready, and return what they answer."""
    ready, answers = threading.Barrier(len(works)), [""] * len(works)

    def run(place: int, work) -> None:
        try:
            connection.ensure_connection()
            ready.wait(timeout=60)
            answers[place] = work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place, work]) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_last_hundred_euro_are_spent_once(cast: Cast):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    people = [cast.coordinator_south, cast.officer]
    answers = at_once(*[lambda who=who: spend(cast.gillis.partner, who) for who in people])
    assert sorted(answers) == ["", LEFT]
    assert Expenditure.objects.count() == 1


def test_both_are_paid_where_there_is_enough(cast: Cast):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(200))
    people = [cast.coordinator_south, cast.officer]
    assert at_once(*[lambda who=who: spend(cast.gillis.partner, who) for who in people]) == ["", ""]


def test_the_last_dirham_are_drawn_once(cast: Cast):
    make_transfer(cast.gillis.programme, cast.federal)
    dirham = {"amount": Decimal(0), "original_amount": Decimal(10850), "original_currency": "MAD"}
    people = [cast.coordinator_south, cast.officer]
    answers = at_once(*[lambda who=who: spend(cast.gillis.partner, who, **dirham) for who in people])
    assert sorted(answers) == ["", ARRIVED]
    assert [part.amount for part in Drawdown.objects.all()] == [Decimal(10850)]


def test_two_officers_judge_the_same_expense(cast: Cast):
    row = make_expense(cast.gillis.partner)
    answers = at_once(
        lambda: decide(row, cast.officer, "justified"), lambda: decide(row, cast.administrator, "rejected")
    )
    row.refresh_from_db()
    assert sorted(answers) == ["", row.decision]
    assert AuditEntry.objects.filter(verb="transition").count() == 1


def test_the_same_judgement_twice_is_one(cast: Cast):
    row = make_expense(cast.gillis.partner)
    assert at_once(*[lambda: decide(row, cast.officer, "justified")] * 2) == ["", ""]
    assert AuditEntry.objects.filter(verb="transition").count() == 1


CHILD = """
import sys
import django
django.setup()
from activities.models import Activity
from portal.ground.models import User
from tests.test_money_races import spend
activity, writer = Activity.objects.get(pk=sys.argv[1]), User.objects.get(pk=sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
print(spend(activity, writer), flush=True)
"""


def start(folder: str, activity: int, writer: User) -> subprocess.Popen:
    """Start a process that waits at the line."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/race.sqlite3", "PORTAL_DATA_DIR": folder}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(activity), str(writer.pk)],
        env={**os.environ, **own, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Of PostgreSQL the threads above tell the same.")
def test_two_processes_on_one_file(cast: Cast, tmp_path):
    make_grant(cast.gillis.programme, cast.federal, amount=Decimal(100))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "race.sqlite3")])
    people = [cast.coordinator_south, cast.officer]
    racers = [start(str(tmp_path), cast.gillis.partner.pk, who) for who in people]
    assert [racer.stdout.readline().strip() for racer in racers] == ["ready", "ready"]
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = [racer.communicate(timeout=120)[0].strip() for racer in racers]
    assert sorted(answers) == ["", LEFT]
