"""Every column that is special or confidential has a canary, and every way out is looked at: both follow by a rule."""

import json
import logging

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Place
from portal.ground.models import AccessToken, User
from portal.ground.tokens import make_token
from portal.roof.models import ReportJob
from portal.roof.overviews.search import finding
from portal.roof.reminders import send_reminders
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import dumps
from tests import admin_rows
from tests.addresses import ADDRESSES, ROLES, WRITES
from tests.canaries import found_in, lacking, plant, word_of
from tests.public_site import LANGUAGES, every_address, photo_of, published, released
from tests.report_rows import YEAR, taken
from tests.test_access import Scene
from tests.test_tripwire import hide, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(cast) -> Scene:
    scene = Scene(cast, cast.jette, admin_rows.fill(cast, cast.jette, "jette"))
    for name in ("a.pdf", "small.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    EmailAddress.objects.create(user=cast.officer, email="officer@example.org")
    Authenticator.objects.create(user=cast.officer, type="totp", data={})
    User.objects.update(reminder_days=1)
    User.objects.filter(email="").update(email="somebody@example.org")
    for place in Place.objects.all():
        hide(place)
    return scene


@pytest.fixture
def planted(scene) -> dict[str, str]:
    """What must not be found, by column."""
    return plant()


def test_every_column_has_a_canary(scene):
    assert lacking(plant()) == []


def test_a_column_without_a_row_is_told(cast):
    assert "beneficiaries.Learner.code" in lacking(plant())


def test_the_wire_is_alive(scene, planted):
    """Who works with learners sees the code, by the very same look."""
    page = scene.client("coordinator").get(scene.address("beneficiaries:learner_detail"))
    assert "beneficiaries.Learner.code" in found_in(told(page.getvalue()), planted)


def _says(answer) -> str:
    return "\n".join([told(answer.getvalue()), *(f"{name}: {value}" for name, value in answer.headers.items())])


@pytest.mark.parametrize("role", ["anonymous", "stranger", "viewer"])
def test_no_address_that_may_be_opened_tells_it(scene, planted, role, caplog):
    """Whatever stands in tests/addresses.py: pages, files, feeds, the API and what a form answers."""
    caplog.set_level(logging.DEBUG)
    found, looked_at = {}, 0
    for name, known in ADDRESSES.items():
        address = scene.address(name) + (f"?{known.data}" if known.data else "")
        answers = [getattr(scene.client(role), known.method)(address)]
        if name in WRITES:
            answers.append(scene.client(role).post(scene.address(name), scene.body(role, name)))
        looked_at += known.expected[ROLES.index(role)] == 200
        if told_of := sorted({column for answer in answers for column in found_in(_says(answer), planted)}):
            found[name] = told_of
    assert found == {}
    assert looked_at > 20
    assert found_in(caplog.text, planted) == []


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "docx"])
def test_no_report_of_a_viewer_tells_it(scene, planted, kind):
    asked = {"starts_on": "2024-01-01", "ends_on": "2025-12-31", "language": "nl", "kind": kind}
    answer = taken(scene.client("viewer"), reverse("reports:export", args=[scene.bond.partnership.slug]), asked)
    assert ReportJob.objects.latest("pk").state == "done"
    assert found_in(_says(answer), planted) == []


def test_no_frozen_data_hold_it(scene, planted):
    data = dumps(build_report(scene.bond.partnership, *YEAR, on=YEAR[1]))
    assert found_in(data, planted) == []


def test_no_public_page_feed_nor_file_tells_it(scene, planted, client):
    row = released(scene.bond.partner, scene.cast, photos=[])
    row.photos.add(photo_of(scene.bond.partner, scene.cast))
    published(scene.cast, 2022)
    addresses = [address for language in LANGUAGES for address in every_address(language)]
    answers = {address: client.get(address) for address in addresses}
    assert {address: told_of for address, one in answers.items() if (told_of := found_in(_says(one), planted))} == {}


@pytest.mark.parametrize("scope", ["read", "write"])
def test_no_answer_of_the_api_tells_it(scene, planted, client, scope):
    _row, secret = make_token(scene.cast.viewer, label="Books", scope=scope, actor=scene.cast.viewer)
    for name in ("api:expenses", "api:expense"):
        answer = client.get(scene.address(name), headers={"Authorization": f"Bearer {secret}"})
        assert answer.status_code == 200
        assert found_in(_says(answer), planted) == []


def test_no_calendar_feed_tells_it(scene, planted, client):
    _row, secret = make_token(scene.cast.viewer, label="Phone", scope=AccessToken.Scope.FEED, actor=scene.cast.viewer)
    answer = client.get(reverse("calendar_feed", args=[secret]))
    assert (answer.status_code, found_in(_says(answer), planted)) == (200, [])


def test_no_search_finds_it(scene, planted):
    """Not even who works with learners finds a person by searching."""
    words = {word for column, word in planted.items() if word.startswith("zq")}
    assert word_of(scene.rows[Place]._meta.get_field("slug")) in words
    found = {word: sum(len(group.found) for group in finding.search(scene.cast.officer, word)) for word in words}
    assert {word for word, count in found.items() if count} == set()


def test_no_mail_tells_it(scene, planted):
    send_reminders(timezone.now(), on=timezone.localdate())
    assert mail.outbox
    for letter in mail.outbox:
        assert found_in(f"{letter.subject}\n{letter.body}\n{json.dumps(letter.extra_headers)}", planted) == []
