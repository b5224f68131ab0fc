"""Loading the demonstration: refused where it has no place, and whole or not at all."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from activities.models import Activity, LogEntry
from portal.ground.models import User
from portal.roof.demonstration import loading, texts


def run() -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    return out.getvalue()


def stored() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture
def _three_entries(monkeypatch):
    few = [row for row in texts.entries() if row.get("photos") and row.get("expenses")][:3]
    nothing = {"budget": [], "co_funding": {}, "rejected": {}, "open": [], "corrections": []}
    money = [text | nothing for text in texts.money()]
    monkeypatch.setattr(texts, "entries", lambda: few)
    monkeypatch.setattr(texts, "money", lambda: money)


@pytest.mark.django_db
def test_production_refuses(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        run()
    assert not User.objects.exists()


@pytest.mark.usefixtures("_three_entries")
def test_a_failure_leaves_neither_rows_nor_files(db, monkeypatch):
    def fail(entries):
        assert len(stored()) > 6
        raise RuntimeError

    monkeypatch.setattr(loading, "_mark", fail)
    with pytest.raises(RuntimeError):
        run()
    assert not User.objects.exists()
    assert not LogEntry.objects.exists()
    assert stored() == []
    assert "save" not in vars(default_storage._wrapped)


def test_an_account_of_somebody_else_is_left_alone(db):
    User.objects.create_user("officer", password="my own long password")
    with pytest.raises(CommandError, match="officer exists already"):
        run()
    assert User.objects.get().check_password("my own long password")


@pytest.mark.usefixtures("_three_entries")
def test_loads_into_an_empty_database(db):
    assert "3 log entries" in run()
    assert LogEntry.objects.count() == 3
    assert Activity.objects.filter(is_demonstration=False).exists()
    assert len(stored()) > 6


@pytest.mark.usefixtures("_three_entries")
def test_says_what_the_reference_lacks(db, monkeypatch):
    few = texts.entries()
    monkeypatch.setattr(texts, "entries", lambda: [few[0] | {"activity": "nobody-knows-it"}])
    with pytest.raises(CommandError, match="nobody-knows-it"):
        run()
    assert not Activity.objects.filter(is_demonstration=True).exists()
