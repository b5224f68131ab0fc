"""Who is signed in stays so while the account may sign in and the session has not run out."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

pytestmark = pytest.mark.django_db


def is_signed_in(client):
    return client.get(reverse("search")).status_code == 200


def test_an_account_that_is_closed_or_gone_is_signed_out(cast, client_of):
    client = client_of(cast.stranger)
    assert is_signed_in(client)
    type(cast.stranger).objects.filter(pk=cast.stranger.pk).update(is_active=False)
    assert not is_signed_in(client)
    type(cast.stranger).objects.filter(pk=cast.stranger.pk).update(is_active=True)
    assert is_signed_in(client)
    cast.stranger.memberships.all().delete()
    type(cast.stranger).objects.filter(pk=cast.stranger.pk).delete()
    assert not is_signed_in(client)


def test_a_session_that_ran_out_is_nobodys(cast, client_of):
    client = client_of(cast.viewer)
    assert is_signed_in(client)
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    assert not is_signed_in(client)


def test_a_session_that_no_database_could_hold_is_nobodys(client):
    client.cookies["sessionid"] = "\0 and more"
    assert client.get(reverse("search")).status_code == 302


def test_a_new_password_signs_out_elsewhere(cast, client_of):
    client = client_of(cast.viewer)
    assert is_signed_in(client)
    cast.viewer.set_password("another-long-one")
    cast.viewer.save()
    assert not is_signed_in(client)


@pytest.mark.parametrize("word", ["username", "email"])
def test_people_sign_in_by_either_word(cast, client, word):
    cast.viewer.email = "viewer@example.org"
    cast.viewer.set_password("a-rather-long-one")
    cast.viewer.save()
    given = {"login": getattr(cast.viewer, word), "password": "a-rather-long-one"}
    assert client.post(reverse("account_login"), given).status_code == 302
    assert is_signed_in(client)
