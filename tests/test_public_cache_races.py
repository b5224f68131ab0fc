"""A page that is made while somebody writes is kept in no memory: that write may have an older number."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.core.cache import caches
from django.db import connection, connections, transaction  # noqa: F401 - the mark asks the first
from django.test import Client

from activities.models import PublicText
from activities.services import withdraw_public_text
from portal.ground import audit
from portal.ground.models import User
from portal.roof.freshness import last_write
from tests.public_site import released
from tests.test_public_cache import PATH

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # SQLite lets one write at a time, so that numbers come in the order in which writes end.
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time."),
]
TITLE = "Young people make a film"


@pytest.fixture(autouse=True)
def _memory(settings):
    backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "public-pages-under-test"}
    settings.CACHES = settings.CACHES | {"public": backend}
    caches["public"].clear()
    yield
    caches["public"].clear()


@contextmanager
def unfinished(write: Callable[[], object]) -> Iterator[None]:
    """Let another connection write, and end only when the block does."""
    written, over, failed = threading.Event(), threading.Event(), []

    def run() -> None:
        try:
            with transaction.atomic():
                write()
                written.set()
                over.wait(timeout=60)
        except BaseException as error:  # noqa: BLE001 - it is raised below, in the test
            failed.append(error)
        finally:
            written.set()
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert written.wait(timeout=60)
        yield
    finally:
        over.set()
        thread.join()
    assert failed == []


def shows_the_film() -> bool:
    return TITLE in Client().get(PATH).content.decode()


@pytest.mark.parametrize("is_first", [True, False], ids=["begins first", "begins last"])
def test_what_was_withdrawn_under_an_older_number_is_gone_once_that_is_done(cast, is_first):
    """One withdraws, another writes and is done before; a page is asked for, and only then the first is done.

    The other may have begun to write before the one who withdraws, and yet have the higher number.
    """
    film = released(cast.jette.partner, cast)
    withdrawing = unfinished(lambda: withdraw_public_text(film, actor=cast.officer, reason="A face"))
    with ExitStack() as running:
        with transaction.atomic():
            if not is_first:
                User.objects.filter(pk=cast.viewer.pk).update(language="fr")
            running.enter_context(withdrawing)
            audit.record(cast.jette.partnership, actor=cast.officer, verb="update", reason="Something else")
        number, may_keep = last_write()
        assert may_keep is False
        assert [shows_the_film() for _twice in range(2)] == [True, True]
    assert PublicText.objects.get(pk=film.pk).state == PublicText.State.WITHDRAWN
    # What ended last has no higher number, so nothing but the rule tells that the page is another one.
    assert last_write()[0] == number
    assert shows_the_film() is False


def test_nothing_is_kept_while_a_write_runs(cast, monkeypatch):
    released(cast.jette.partner, cast)
    kept: list[str] = []
    monkeypatch.setattr(type(caches["public"]), "set", lambda _self, key, *_rest, **_more: kept.append(key))
    with unfinished(lambda: audit.record(cast.jette.partnership, actor=cast.officer, verb="update")):
        assert shows_the_film()
    assert kept == []
    assert shows_the_film()
    assert len(kept) == 1
