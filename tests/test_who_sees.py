"""The list of who may see what is known of people is what the roles of today let people see."""

import datetime as dt

import pytest
from django.urls import reverse

from beneficiaries.models import Learner
from beneficiaries.reading import may_read_words
from partnerships.models import Membership, Role
from portal.ground.models import User
from portal.roof.overviews.who_sees import sights_of
from tests.form_rows import make_whole

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()  # noqa: DTZ011 - the roles are those of the day on which the page is read


def test_the_list_names_those_who_see_learners_and_no_one_else(cast):
    Learner.objects.create(partnership=cast.jette.partnership, code="A-1", sex="women")
    _everywhere, (sight,) = sights_of([cast.jette.partnership], on=TODAY)
    named = {seer.name for seer in sight.people if seer.sees_learners}
    members = User.objects.filter(memberships__partnership=cast.jette.partnership).distinct()
    seeing = {str(user) for user in members if Learner.objects.visible_to(user).exists() and not user.is_superuser}
    assert named == seeing
    assert str(cast.viewer) not in named


def test_a_viewer_who_reads_notes_is_named_for_a_side_alone(cast):
    Membership.objects.filter(user=cast.viewer).update(reads_notes=True, side="partner")
    _everywhere, (sight,) = sights_of([cast.jette.partnership], on=TODAY)
    (seer,) = [seer for seer in sight.people if seer.name == str(cast.viewer)]
    assert (seer.sees_learners, seer.reads_words, len(seer.notes_of)) == (False, False, 1)


@pytest.mark.parametrize("is_staff", [True, False])
def test_true_counts_and_the_history_are_seen_by_who_works_here(cast, is_staff):
    """A viewer who may enter the administration finds none of it there (tests/test_admin_pages.py)."""
    User.objects.filter(pk=cast.viewer.pk).update(is_staff=is_staff)
    _everywhere, (sight,) = sights_of([cast.jette.partnership], on=TODAY)
    told = {seer.name: (seer.sees_counts, seer.sees_photos, seer.sees_history) for seer in sight.people}
    worker = (True, True, True)
    assert told == {
        str(cast.coordinator_north): worker,
        str(cast.officer): worker,
        str(cast.viewer): (False, True, False),
    }


def test_own_words_are_read_by_who_works_with_learners_and_reads_notes(cast):
    """The list says what may_read_words answers."""
    form, _asked = make_whole(cast.jette)
    assert form.is_at_risk
    Membership.objects.filter(user=cast.coordinator_north).update(reads_notes=True, side="partner")
    _everywhere, (sight,) = sights_of([cast.jette.partnership], on=TODAY)
    named = {seer.name for seer in sight.people if seer.reads_words}
    people = [user for user in cast.people.values() if not user.is_superuser]
    assert named == {str(user) for user in people if may_read_words(user, form)} == {str(cast.coordinator_north)}


def test_who_has_gone_or_is_no_longer_a_member_is_not_named(cast):
    cast.coordinator_north.is_active = False
    cast.coordinator_north.save()
    Membership.objects.filter(user=cast.officer).update(ends_on=TODAY - dt.timedelta(days=1))
    _everywhere, (sight,) = sights_of([cast.jette.partnership], on=TODAY)
    names = {seer.name for seer in sight.people}
    assert not names & {str(cast.coordinator_north), str(cast.officer)}


def test_an_officer_reads_the_list_and_others_read_no_names(cast, client_of):
    page = client_of(cast.officer).get(reverse("who_sees")).content.decode()
    assert str(cast.coordinator_north) in page
    assert str(cast.administrator) in page
    for column in ("Learners", "Counts of vulnerable groups", "Photos", "History"):
        assert f'<th scope="col">{column}</th>' in page
    held = Membership.objects.filter(user=cast.viewer).values_list("role", flat=True)
    assert set(held) == {Role.VIEWER}
    others = client_of(cast.viewer).get(reverse("who_sees")).content.decode()
    assert str(cast.coordinator_north) not in others
    assert str(cast.administrator) not in others
