"""A year is locked while somebody saves: either the save is in before, or it is refused. Threads, and two processes."""

import datetime as dt
import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from activities.models import Expenditure, LogEntry
from activities.services import EntryValues, create_entry
from partnerships.models import Closure, NarrativeSection, ProgrammeYear, SectionHeading
from partnerships.services import close, lock_year, save_section, submit_year, validate_year
from portal.ground.models import AuditEntry, User
from tests.cast import Bond, Cast, in_all_languages, make_entry, make_expense
from tests.log_form import filled
from tests.test_money_races import at_once

DAY = dt.date(2024, 5, 14)
LOCKED = "The year 2024 is locked: an officer can open it again."

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def year(cast: Cast) -> ProgrammeYear:
    """A year that waits for its lock."""
    year = cast.gillis.year(2024)
    submit_year(year, actor=cast.officer)
    validate_year(year, actor=cast.officer, on=DAY)
    return year


def write(activity, writer) -> str:
    """Write a log entry of the year; return nothing, or why not."""
    try:
        with translation.override("en"):
            create_entry(EntryValues(activity, DAY, DAY, "en", "They met."), actor=writer, key=uuid.uuid4())
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def lock(number: int, officer) -> str:
    """Lock a year; return whether this call did it."""
    return str(lock_year(ProgrammeYear.objects.get(pk=number), actor=officer))


def entry_before_lock() -> bool:
    """Whether the entry was written before the year was locked, as the trail tells it."""
    order = AuditEntry.objects.filter(verb__in=["create", "lock"]).order_by("pk").values_list("verb", flat=True)
    return list(order)[-2:] == ["create", "lock"]


def test_a_save_is_in_before_the_lock_or_refused(cast: Cast, year):
    saved, locked = at_once(
        lambda: write(cast.gillis.partner, cast.coordinator_south), lambda: lock(year.pk, cast.officer)
    )
    assert (locked, saved) in {("True", ""), ("True", LOCKED)}
    assert LogEntry.objects.count() == (0 if saved else 1)
    assert bool(saved) or entry_before_lock()


def test_two_officers_lock_and_validate_once(cast: Cast):
    year = cast.gillis.year(2023)
    submit_year(year, actor=cast.officer)
    people = [cast.officer, cast.administrator]
    done = at_once(*[lambda who=who: str(validate_year(year, actor=who, on=DAY)) for who in people])
    assert sorted(done) == ["False", "True"]
    assert sorted(at_once(*[lambda who=who: lock(year.pk, who) for who in people])) == ["False", "True"]
    assert AuditEntry.objects.filter(verb="lock").count() == 1


def test_a_section_is_saved_before_the_submission_or_refused(cast: Cast):
    year = cast.gillis.year(2024)
    heading = SectionHeading.objects.create(slug="c", is_required=False, **in_all_languages(title="Context"))
    section = NarrativeSection(year=year, heading=heading)

    def tell() -> str:
        try:
            save_section(section, {"text": "x", "language": "en"}, actor=cast.coordinator_south, version=0)
        except ValidationError as error:
            return error.code
        return ""

    told, _submitted = at_once(tell, lambda: str(submit_year(year, actor=cast.officer)))
    assert told in {"", "closed"}
    assert NarrativeSection.objects.count() == (0 if told else 1)


@pytest.mark.parametrize("door", ["delete_model", "delete_queryset"])
def test_nothing_is_deleted_from_a_year_that_is_locked_meanwhile(cast: Cast, year, door, rf):
    """The administration asked whether the row may go before the lock, and deletes it after."""
    from django.contrib import admin

    row = make_expense(cast.gillis.partner, spent_on=DAY)
    options = admin.site.get_model_admin(Expenditure)
    request = rf.post("/")
    request.user = cast.administrator
    assert options.has_delete_permission(request, row)
    lock_year(year, actor=cast.officer)
    chosen = {"delete_model": row, "delete_queryset": Expenditure.objects.filter(pk=row.pk)}[door]
    with pytest.raises(PermissionDenied), transaction.atomic():
        getattr(options, door)(request, chosen)
    assert Expenditure.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("is_new", [True, False])
def test_who_was_writing_keeps_the_text_and_is_told(cast: Cast, year, is_new):
    entry = make_entry(cast.gillis.partner, cast.coordinator_south, starts_on=DAY)
    lock_year(year, actor=cast.officer)
    client = Client()
    client.force_login(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    data = filled(entry.activity, cast.coordinator_south, text="All that was typed.", starts_on=str(DAY), version=1)
    answer = client.post("/activities/log/" if is_new else f"/activities/log/{entry.pk}/edit/", data)
    form = answer.context["form"]
    assert (answer.status_code, form.errors["starts_on"]) == (200, [LOCKED])
    assert form["text"].value() == "All that was typed."
    assert "All that was typed." in answer.content.decode()


CHILD = """
import sys
import django
django.setup()
from activities.models import Activity
from portal.ground.models import User
from tests.test_year_races import lock, write
work, number, who = sys.argv[1], int(sys.argv[2]), User.objects.get(pk=sys.argv[3])
target = Activity.objects.get(pk=number) if work == "write" else number
print("ready", flush=True)
sys.stdin.readline()
print({"write": write, "lock": lock}[work](target, who), flush=True)
"""


def start(folder: str, work: str, number: int, who: User) -> subprocess.Popen:
    """Start a process that waits at the line."""
    own = {"DATABASE_URL": f"sqlite:///{folder}/race.sqlite3", "PORTAL_DATA_DIR": folder}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, work, str(number), str(who.pk)],
        env={**os.environ, **own, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Of PostgreSQL the threads above tell the same.")
def test_two_processes_on_one_file(cast: Cast, year, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "race.sqlite3")])
    racers = [
        start(str(tmp_path), "write", cast.gillis.partner.pk, cast.coordinator_south),
        start(str(tmp_path), "lock", year.pk, cast.officer),
    ]
    assert [racer.stdout.readline().strip() for racer in racers] == ["ready", "ready"]
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    saved, locked = [racer.communicate(timeout=120)[0].strip() for racer in racers]
    assert (locked, saved) in {("True", ""), ("True", LOCKED)}


def close_at(day: dt.date, bond: Bond, officer: User) -> str:
    """Close a programme; return nothing, or why not."""
    closure = Closure(partnership=bond.partnership, programme=bond.programme, closed_on=day, reason_en="Voted")
    try:
        with translation.override("en"):
            close(closure, [], actor=officer, key=uuid.uuid4())
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def test_what_happens_later_is_logged_before_the_closure_or_refused(cast: Cast):
    written, closed = at_once(
        lambda: write(cast.gillis.partner, cast.coordinator_south),
        lambda: close_at(DAY - dt.timedelta(days=1), cast.gillis, cast.officer),
    )
    # One of the two is in; the other one is told.
    assert (LogEntry.objects.count(), Closure.objects.count()) in {(1, 0), (0, 1)}
    assert (bool(written), bool(closed)) == (not LogEntry.objects.exists(), not Closure.objects.exists())
