"""Imports in the background: who may, what happens twice or at once, and what a killed process leaves behind."""

import datetime as dt
import os
import re
import threading
import time
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from activities.models import Expenditure, SheetImport
from activities.resources import jobs, progress
from portal.ground import background
from portal.ground.models import AuditEntry
from tests.cast import make_grant
from tests.sheet_rows import HEADINGS, checked, confirm, counts, csv, send, url, verdicts

DATABASE = "django_tasks_db.DatabaseBackend"


@pytest.fixture
def officer(cast, client_of):
    return client_of(cast.officer)


def content(cast, number=1, *, amount=5, text="Paint"):
    rows = [[cast.jette.partner.slug, "1/2/2024", f"{text} {n}", "own", amount] for n in range(number)]
    return csv(HEADINGS, *rows)


@pytest.fixture
def in_the_background(settings):
    """Let tasks wait for the worker, as they do outside the tests."""
    settings.TASKS = {"default": {"BACKEND": DATABASE}}


@pytest.mark.parametrize(("part", "code"), [("viewer", 403), ("stranger", 403), ("coordinator_south", 200)])
def test_who_may_send_a_file(cast, client_of, part, code):
    client = client_of(cast.people[part])
    assert client.get(reverse("activities:import")).status_code == code
    fields = {"partnership": cast.jette.partnership.pk, "kind": "expenses"}
    assert client.post(reverse("activities:import"), fields).status_code == code
    assert not SheetImport.objects.exists()


def test_a_coordinator_brings_in_expenses_and_no_budget(cast, client_of):
    client = client_of(cast.coordinator_north)
    row = checked(client, content(cast), cast.jette.partnership)
    assert counts(row) == (1, 0, 0, 0)
    assert confirm(client, row).state == "done"
    answer = send(client, content(cast), cast.jette.partnership, kind="budget")
    assert answer.status_code == 403
    page = send(client, content(cast), cast.gillis.partnership)
    assert page.status_code == 200, "not one of the choices"
    assert "Select a valid choice" in page.content.decode()


def test_an_import_is_seen_by_who_sent_it(cast, client_of, officer):
    row = checked(officer, content(cast), cast.jette.partnership)
    for part in ["stranger", "viewer", "coordinator_north", "administrator"]:
        client = client_of(cast.people[part])
        for address in [url(row), f"{url(row)}progress/", f"{url(row)}verdicts/csv/"]:
            assert client.get(address).status_code == 404
        assert client.post(url(row), {"confirm": "1", "seen": row.fingerprint}).status_code == 404
    cast.officer.memberships.filter(partnership=cast.jette.partnership).update(role="viewer")
    assert officer.get(url(row)).status_code == 403
    assert officer.post(url(row), {"confirm": "1", "seen": row.fingerprint}).status_code == 403
    with pytest.raises(PermissionDenied):
        jobs.confirm(row, actor=cast.officer, seen=row.fingerprint)
    cast.officer.memberships.filter(partnership=cast.jette.partnership).delete()
    assert officer.get(url(row)).status_code == 404
    assert not Expenditure.objects.exists()


def test_activities_of_another_partnership_are_not_there(cast, officer):
    rows = csv(HEADINGS, [cast.gillis.partner.slug, "1/2/2024", "Paint", "own", 5])
    row = checked(officer, rows, cast.jette.partnership)
    assert verdicts(officer, row)[0][2][0][1] == f"This partnership has no activity “{cast.gillis.partner.slug}”."


def test_the_form_sent_twice_keeps_one_file(cast, officer):
    page = officer.get(reverse("activities:import")).content.decode()
    key = re.search(r'name="submission_key" value="([^"]+)"', page)[1]
    for _ in range(2):
        fields = {"partnership": cast.jette.partnership.pk, "kind": "expenses", "submission_key": key}
        fields["file"] = SimpleUploadedFile("a.csv", content(cast))
        assert officer.post(reverse("activities:import"), fields).status_code == 302
    assert SheetImport.objects.count() == 1


def test_a_file_that_came_before_is_read_once_less_and_shown_the_same(cast, officer, monkeypatch):
    read, told = jobs.read, []
    monkeypatch.setattr(jobs, "read", lambda *args, **names: (told.append(1), read(*args, **names))[1])
    shown = []
    for _ in range(2):
        row = checked(officer, content(cast, 3), cast.jette.partnership)
        shown.append((row.headings, row.samples, row.rows, row.columns, counts(row), len(told)))
        told.clear()
    assert shown[0][:-1] == shown[1][:-1]
    assert (shown[0][-1], shown[1][-1]) == (2, 1), "looked at and checked, then only checked"
    checked(officer, content(cast, 4), cast.jette.partnership)
    assert len(told) == 2, "another file is another one"


def test_a_confirmation_sent_twice_writes_once(cast, officer):
    row = checked(officer, content(cast, 3), cast.jette.partnership)
    assert confirm(officer, row).state == "done"
    assert confirm(officer, row).state == "done"
    jobs.write.call(row.pk)
    jobs.check.call(row.pk)
    assert Expenditure.objects.count() == 3
    assert AuditEntry.objects.filter(target_type="activities.sheetimport").count() == 1


def test_what_changed_since_the_preview_is_looked_at_again(cast, officer):
    first = checked(officer, content(cast, 2), cast.jette.partnership)
    second = checked(officer, content(cast, 2), cast.jette.partnership)
    assert confirm(officer, first).state == "done"
    second = confirm(officer, second)
    assert (second.state, counts(second)) == ("ready", (0, 0, 2, 0))
    assert "Nothing was written" in officer.get(url(second)).content.decode()
    assert Expenditure.objects.count() == 2


def test_one_error_amid_the_writing_takes_all_back(cast, officer, monkeypatch):
    row = checked(officer, content(cast, 3), cast.jette.partnership)

    def breaks(*_arguments, **_names):
        raise IntegrityError

    monkeypatch.setattr("activities.resources.expense_writing.entries", breaks)
    row = confirm(officer, row)
    assert row.state == "failed"
    assert "Nothing was written" in officer.get(url(row)).content.decode()
    assert not Expenditure.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_thousand_rows_cost_few_queries(cast, officer):
    row = checked(officer, content(cast, 1000), cast.jette.partnership)
    row.refresh_from_db()
    jobs.SheetImport.objects.filter(pk=row.pk).update(state="checking")
    with CaptureQueriesContext(connection) as checking:
        jobs.check.call(row.pk)
    jobs.SheetImport.objects.filter(pk=row.pk).update(state="writing")
    with CaptureQueriesContext(connection) as writing:
        jobs.write.call(row.pk)
    assert Expenditure.objects.count() == 1000
    marks = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    for captured in [checking, writing]:
        assert sum(not query["sql"].startswith(marks) for query in captured) <= 33


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_write_once(cast, officer, in_the_background):
    row = checked(officer, content(cast, 20), cast.jette.partnership)
    assert background.do_next()
    row.refresh_from_db()
    assert (row.state, counts(row)) == ("ready", (20, 0, 0, 0))
    began, both = [], threading.Barrier(2)

    def press():
        both.wait()
        try:
            began.append(jobs.confirm(row, actor=cast.officer, seen=row.fingerprint))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(began) == [False, True]
    both.reset()
    threads = [threading.Thread(target=_written, args=(row.pk, both)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Expenditure.objects.count() == 20


def _written(key, both):
    both.wait()
    try:
        jobs.write.call(key)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_files_at_once_spend_the_last_euro_once(cast, officer, in_the_background):
    make_grant(cast.jette.programme, cast.own, amount=100)
    files = [content(cast, 1, amount=80, text=text) for text in ["a", "b"]]
    rows = [checked(officer, one, cast.jette.partnership) for one in files]
    while background.do_next():
        pass
    for row in rows:
        row.refresh_from_db()
        assert jobs.confirm(row, actor=cast.officer, seen=row.fingerprint)
    both = threading.Barrier(2)
    threads = [threading.Thread(target=_written, args=(row.pk, both)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(SheetImport.objects.values_list("state", flat=True))
    assert states == ["done", "ready"]
    assert Expenditure.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_the_work_and_then_its_end(cast, officer, in_the_background):
    row = checked(officer, content(cast, 3), cast.jette.partnership)
    assert row.state == "checking"
    page = officer.get(url(row)).content.decode()
    assert "<progress" in page
    assert "Look again" in page
    bar = officer.get(f"{url(row)}progress/")
    assert "hx-trigger" in bar.content.decode()
    assert background.do_next()
    assert officer.get(f"{url(row)}progress/")["HX-Refresh"] == "true"
    assert 'name="confirm"' in officer.get(url(row)).content.decode()
    assert not background.do_next()


def test_the_bar_moves_while_the_rows_are_written(cast, officer, monkeypatch):
    row = checked(officer, content(cast, 1200), cast.jette.partnership)
    told = []
    tell = progress.tell
    monkeypatch.setattr(progress, "tell", lambda *arguments: (tell(*arguments), told.append(progress.percent(row))))
    confirm(officer, row)
    assert told[0] == 0
    assert told == sorted(told)
    assert len(set(told)) > 3


@pytest.mark.django_db(transaction=True)
def test_a_task_that_was_killed_half_way_is_done_again(cast, officer, in_the_background):
    row = checked(officer, content(cast, 3), cast.jette.partnership)
    task = DBTaskResult.objects.get()
    task.claim("worker that is killed")
    assert not background.do_next()
    background.put_back()
    assert background.do_next()
    row.refresh_from_db()
    assert row.state == "ready"
    task.refresh_from_db()
    task.status, task.worker_ids = "RUNNING", ["a", "b", "c"]
    task.save()
    background.put_back()
    task.refresh_from_db()
    assert task.status == "FAILED", "what kills each worker is given up"


@pytest.mark.django_db(transaction=True)
def test_work_that_came_to_a_halt_can_be_started_again(cast, officer, in_the_background):
    row = checked(officer, content(cast, 3), cast.jette.partnership)
    DBTaskResult.objects.all().delete()
    assert "Start it again" not in officer.get(url(row)).content.decode()
    path = progress.path_of(row)
    old = time.time() - 3600
    os.utime(path, (old, old))
    assert "Start it again" in officer.get(url(row)).content.decode()
    assert officer.post(url(row), {"restart": "1"}).status_code == 302
    assert background.do_next()
    row.refresh_from_db()
    assert row.state == "ready"


def test_abandoned_files_are_removed(cast, officer, settings):
    row = checked(officer, content(cast), cast.jette.partnership)
    jobs.forget_abandoned()
    assert SheetImport.objects.filter(pk=row.pk).exists()
    SheetImport.objects.update(sent_at=timezone.now() - dt.timedelta(days=8))
    jobs.forget_abandoned()
    assert not SheetImport.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
