"""Reports in the background: one for whoever asks for the same, page by page, kept, stopped, and mailed about."""

import datetime as dt
import hashlib
import io

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from activities.models import Photo
from portal.ground.models import AuditEntry
from portal.roof.management.commands.work import do_chores
from portal.roof.models import ReportJob
from portal.roof.reports import jobs, progress, services
from portal.roof.reports.progress import CancelledReportError, Progress, watched
from portal.roof.reports.services import Export
from tests.report_rows import fill, taken
from tests.snapshot_rows import validated

ASKED = {"starts_on": "2024-01-01", "ends_on": "2024-12-31", "language": "nl"}
SLUG = "jette-belfaa"
EXPORT = f"/reports/{SLUG}/export/"


def url(name: str, row: ReportJob) -> str:
    return reverse(f"reports:{name}", args=[SLUG, row.pk])


@pytest.fixture
def waiting(cast, settings):
    """A report that waits for the worker, as outside the tests."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return jobs.ask(cast.jette.partnership, dict(ASKED), actor=cast.viewer)


@pytest.fixture
def quick(monkeypatch):
    """A report that is made at once, of three pages."""

    def make(_partnership, *, watch, **_asked):
        for page in (1, 2, 3):
            watch(Progress(page, "Activities", page * 30))
        return Export(b"%PDF-1.7", "report.pdf", "report.pdf")

    monkeypatch.setattr(jobs, "make_report", make)


@pytest.mark.django_db
def test_a_report_is_made_kept_and_downloaded_again(cast, client_of):
    fill(cast)
    client = client_of(cast.viewer)
    first = taken(client, EXPORT, ASKED)
    row = ReportJob.objects.get()
    content = first.getvalue()
    assert (row.state, row.size, row.sha256) == ("done", len(content), hashlib.sha256(content).hexdigest())
    assert taken_again(client_of(cast.officer), row) == content
    page = client.get(reverse("reports:register", args=[SLUG]))
    [made] = page.context["made"]
    assert (made["name"], made["who"], made["code"], made["sha256"]) == (
        "jaarverslag-jette-belfaa-2024.pdf",
        [str(cast.viewer)],
        "nl",
        row.sha256,
    )
    verbs = AuditEntry.objects.filter(verb="export").order_by("pk").values_list("target_type", "actor__username")
    assert list(verbs) == [
        ("partnerships.partnership", "viewer"),
        ("roof.reportjob", "viewer"),
        ("roof.reportjob", "officer"),
    ]


def taken_again(client, row):
    return client.post(url("job_download", row)).getvalue()


@pytest.mark.django_db
def test_the_lost_file_of_a_frozen_report_is_made_again_byte_for_byte(cast, client_of):
    fill(cast)
    validated(cast)
    client = client_of(cast.viewer)
    content = taken(client, EXPORT, ASKED).getvalue()
    row = ReportJob.objects.get()
    default_storage.delete(row.file.name)
    assert client.post(url("job_download", row)).url == url("job", row)
    assert taken_again(client, row) == content
    trail = AuditEntry.objects.filter(verb="update", target_type="roof.reportjob", actor=cast.viewer)
    assert [entry.changes for entry in trail] == [{"state": ["done", "waiting"]}]


@pytest.mark.django_db
def test_a_lost_file_is_replaced_by_no_other(cast, client_of, monkeypatch):
    validated(cast)
    files = [Export(b"%PDF-1", "report.pdf", "report.pdf"), Export(b"%PDF-2", "report.pdf", "report.pdf")]
    monkeypatch.setattr(jobs, "make_snapshot_report", lambda *_row, **_asked: files.pop(0))
    client = client_of(cast.viewer)
    taken(client, EXPORT, ASKED)
    row = ReportJob.objects.get()
    default_storage.delete(row.file.name)
    client.post(url("job_download", row))
    row.refresh_from_db()
    assert (row.state, row.sha256) == ("failed", hashlib.sha256(b"%PDF-1").hexdigest())
    assert row.note == "The file was lost, and the portal draws this report otherwise today."
    ReportJob.objects.update(asked_at=timezone.now() - 2 * jobs.KEEP_FAILED)
    jobs.forget_failed()
    assert ReportJob.objects.get() == row


@pytest.mark.django_db
def test_the_lost_file_of_what_was_not_frozen_has_to_be_asked_for_again(cast, client_of):
    client = client_of(cast.viewer)
    taken(client, EXPORT, ASKED)
    row = ReportJob.objects.get()
    default_storage.delete(row.file.name)
    answer = client.post(url("job_download", row), follow=True)
    assert "The file of this report was lost. Ask for the report again." in answer.content.decode()


@pytest.mark.django_db
def test_two_who_ask_for_the_same_wait_for_one(cast, waiting):
    again = jobs.ask(cast.jette.partnership, dict(ASKED), actor=cast.officer)
    other = jobs.ask(cast.jette.partnership, {**ASKED, "language": "fr"}, actor=cast.officer)
    assert (again, other == waiting) == (waiting, False)
    assert sorted(person.username for person in waiting.askers.all()) == ["officer", "viewer"]
    assert DBTaskResult.objects.count() == 2


@pytest.mark.django_db
def test_who_waits_gets_a_mail_in_the_own_language(cast, waiting, quick, settings):
    cast.viewer.language, cast.viewer.email = "fr", "viewer@example.org"
    cast.viewer.save()
    jobs.make.func(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.percent) == ("done", 100)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["viewer@example.org"], "Votre rapport est prêt : report.pdf")
    assert f"{settings.PORTAL_URL}{url('job', waiting)}" in letter.body


@pytest.mark.django_db
def test_the_bar_tells_the_page_and_its_chapter(cast, client_of, waiting):
    client = client_of(cast.viewer)
    client.cookies["django_language"] = "en"
    assert "It waits for its turn." in client.get(url("job", waiting)).content.decode()
    ReportJob.objects.update(state="making")
    jobs._Making(waiting).tell(Progress(12, "Uitgaven", 55))
    bar = client.get(url("job_bar", waiting)).content.decode()
    assert "Page 12 is being set." in bar
    assert '<span class="muted" lang="nl" dir="auto">Uitgaven</span>' in bar
    assert 'value="55"' in bar


@pytest.mark.django_db
def test_nobody_waits_any_more_and_it_stops_half_way(cast, client_of, waiting, monkeypatch):
    def make(_partnership, *, watch, **_asked):
        watch(Progress(1, "", 10))
        client_of(cast.viewer).post(url("job", waiting), {"cancel": "1"})
        monkeypatch.setattr(jobs, "TELL_SECONDS", 0)
        watch(Progress(2, "", 20))
        pytest.fail("The work went on.")

    monkeypatch.setattr(jobs, "make_report", make)
    jobs.make.func(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file.name) == ("cancelled", "")


@pytest.mark.django_db
def test_while_others_wait_it_goes_on(cast, waiting):
    jobs.ask(cast.jette.partnership, dict(ASKED), actor=cast.coordinator_north)
    assert jobs.cancel(waiting, actor=cast.viewer) is False
    waiting.refresh_from_db()
    assert (waiting.state, [person.username for person in waiting.askers.all()]) == ("waiting", ["coordinator_north"])
    assert jobs.cancel(waiting, actor=cast.officer) is True


@pytest.mark.django_db
def test_what_was_cancelled_at_the_last_moment_leaves_no_file(cast, waiting, monkeypatch):
    def make(_partnership, **_asked):
        ReportJob.objects.update(state="cancelled")
        return Export(b"%PDF-1.7", "report.pdf", "report.pdf")

    monkeypatch.setattr(jobs, "make_report", make)
    before = kept()
    jobs.make.func(waiting.pk)
    assert kept() == before
    assert mail.outbox == []


def kept() -> list[str]:
    try:
        return sorted(default_storage.listdir("reportjob")[1])
    except FileNotFoundError:
        return []


@pytest.mark.django_db
def test_a_process_that_was_killed_leaves_nothing_and_another_begins_anew(cast, waiting, monkeypatch, quick):
    whole = jobs.make_report

    def killed(*_args, **_asked):
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "make_report", killed)
    before = kept()
    with pytest.raises(KeyboardInterrupt):
        jobs.make.func(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file.name, kept()) == ("making", "", before)
    monkeypatch.setattr(jobs, "make_report", whole)
    jobs.make.func(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "done"


@pytest.mark.django_db
def test_work_that_came_to_a_halt_is_started_again_by_hand(cast, client_of, waiting):
    client = client_of(cast.viewer)
    assert b'name="restart"' not in client.get(url("job", waiting)).content
    ReportJob.objects.update(state="making", heard_at=timezone.now() - dt.timedelta(minutes=3))
    assert b'name="restart"' in client.get(url("job", waiting)).content
    client.post(url("job", waiting), {"restart": "1"})
    waiting.refresh_from_db()
    assert (waiting.state, DBTaskResult.objects.count()) == ("waiting", 2)


@pytest.mark.django_db
def test_a_file_goes_when_consent_is_taken_back(cast, client_of):
    fill(cast)
    client = client_of(cast.viewer)
    taken(client, EXPORT, ASKED)
    row = ReportJob.objects.get()
    assert row.photos
    path = row.file.path
    Photo.objects.filter(pk=row.photos[0]).update(consent="missing")
    answer = client.post(url("job_download", row), follow=True)
    assert answer.context["row"].state == "removed"
    row.refresh_from_db()
    assert (row.file.name, default_storage.exists(path)) == ("", False)
    assert jobs.drop_files() == 0


@pytest.mark.django_db
def test_a_failure_is_told_and_another_is_made_when_asked_again(cast, client_of, monkeypatch):
    def broken(*_args, **_asked):
        raise RuntimeError

    monkeypatch.setattr(jobs, "make_report", broken)
    cast.viewer.language = "nl"
    cast.viewer.save()
    client = client_of(cast.viewer)
    page = client.post(EXPORT, ASKED, follow=True)
    assert page.context["row"].note == "Er ging iets mis terwijl het verslag gemaakt werd."
    monkeypatch.undo()
    assert taken(client, EXPORT, ASKED).status_code == 200


@pytest.mark.django_db
def test_the_report_of_another_partnership_is_not_found(cast, client_of, waiting):
    for name in ("job", "job_bar"):
        assert client_of(cast.coordinator_south).get(url(name, waiting)).status_code == 404


def test_the_listener_alone_hears_pages_and_hands_the_end_on(caplog):
    import logging

    document = '<section class="chapter a"><h2 id="a"><span class="number">1</span> Eerste &amp; beste</h2>'
    document += "x" * progress.PAGE_CHARACTERS * 3
    heard = []

    def watch(told):
        heard.append(told)
        if told.page == 2:
            raise CancelledReportError

    logger = logging.getLogger("weasyprint.progress")

    def lay_out():
        with watched(document, watch):
            logger.info("Step 4 - Creating formatting structure")
            logger.info("Step 5 - Creating layout - Page %d", 1)
            logger.info("Step 5 - Creating layout - Page %d", 2)

    with pytest.raises(CancelledReportError):
        lay_out()
    assert [(told.page, told.chapter) for told in heard] == [(1, "1 Eerste & beste"), (2, "1 Eerste & beste")]
    assert heard[0].percent < heard[1].percent < progress.LAST_PERCENT
    assert logger.handlers == []
    assert caplog.messages == []


@pytest.mark.django_db(transaction=True)
def test_a_report_tells_of_one_state(cast, monkeypatch):
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("On SQLite a transaction sees one state by itself.")
    seen = []

    def build(*_args, **_asked):
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen.append(cursor.fetchone()[0])
        raise jobs.ReportUnavailableError

    monkeypatch.setattr(services, "build_report", build)
    asked = {name: dt.date.fromisoformat(ASKED[name]) for name in ("starts_on", "ends_on")}
    with pytest.raises(jobs.ReportUnavailableError):
        services.make_report(cast.jette.partnership, **asked, language="nl", on=dt.date(2025, 1, 1))
    assert seen == ["repeatable read"]
    with transaction.atomic():
        pass


@pytest.mark.django_db
def test_who_neither_asked_nor_is_an_officer_stops_nothing(cast, client_of, waiting):
    for person, may_stop in ((cast.viewer, True), (cast.officer, True), (cast.coordinator_north, False)):
        page = client_of(person).get(url("job", waiting)).content
        assert (b'name="cancel"' in page) is may_stop
    client_of(cast.coordinator_north).post(url("job", waiting), {"cancel": "1"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.askers.count()) == ("waiting", 1)
    for _twice in range(2):
        client_of(cast.officer).post(url("job", waiting), {"cancel": "1"})
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    [entry] = AuditEntry.objects.filter(target_type="roof.reportjob", verb="update")
    assert (entry.actor, entry.changes) == (cast.officer, {"state": ["waiting", "cancelled"]})


@pytest.fixture
def kept_reports(cast, settings):
    """A draft and a frozen report that were made 31 days ago, where files are kept for 30."""
    settings.REPORT_DAYS = 30
    fill(cast)
    draft = jobs.ask(cast.jette.partnership, {**ASKED, "kind": "docx", "draft": True}, actor=cast.officer)
    validated(cast)
    frozen = jobs.ask(cast.jette.partnership, {**ASKED, "kind": "docx"}, actor=cast.officer)
    ReportJob.objects.update(made_at=timezone.now() - dt.timedelta(days=31))
    return draft, frozen


@pytest.mark.django_db
def test_files_of_frozen_reports_stay_and_others_go(cast, client_of, kept_reports):
    draft, frozen = kept_reports
    draft.refresh_from_db()
    path, client = draft.file.path, client_of(cast.viewer)
    before = taken_again(client, frozen)
    assert jobs.drop_old(timezone.now() - dt.timedelta(days=2)) == 0
    do_chores()
    draft.refresh_from_db()
    assert (draft.state, draft.file.name, default_storage.exists(path), len(draft.sha256)) == ("expired", "", False, 64)
    assert client.post(url("job_download", draft), follow=True).context["row"].state == "expired"
    assert taken_again(client, frozen) == before
    assert hashlib.sha256(before).hexdigest() == ReportJob.objects.get(pk=frozen.pk).sha256
    page = client.get(reverse("reports:register", args=[SLUG]))
    assert [bool(made["download_url"]) for made in page.context["made"]] == [True, False]
    assert page.context["kept_days"] == 30


@pytest.mark.django_db
def test_a_command_names_and_removes_the_same(kept_reports):
    named, removed = io.StringIO(), io.StringIO()
    call_command("clear_reports", dry_run=True, stdout=named)
    assert named.getvalue().splitlines()[1:] == ["0 removed."]
    assert "jaarverslag-jette-belfaa-2024.docx" in named.getvalue()
    assert ReportJob.objects.filter(state="expired").count() == 0
    call_command("clear_reports", stdout=removed)
    assert removed.getvalue().splitlines()[-1] == "1 removed."
    assert ReportJob.objects.get(state="expired").pk == kept_reports[0].pk


@pytest.mark.django_db
def test_a_validated_year_is_one_report_whoever_asks_for_it_where(cast, client_of):
    fill(cast)
    row = validated(cast)
    window = jobs.ask(cast.jette.partnership, {**ASKED, "kind": "xlsx"}, actor=cast.viewer)
    client_of(cast.officer).post(
        reverse("reports:snapshot_export", args=[SLUG, row.pk]), {"language": "nl", "kind": "xlsx"}
    )
    assert (window.snapshot, ReportJob.objects.count(), window.askers.count()) == (row, 1, 2)
    draft = jobs.ask(cast.jette.partnership, {**ASKED, "kind": "xlsx", "draft": True}, actor=cast.viewer)
    assert draft.snapshot is None
