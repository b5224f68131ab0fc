"""A cohort of these weeks with a session today and its link for trainers."""

import pytest

from beneficiaries.models import SheetLink
from tests.conftest import TODAY
from tests.learner_rows import make_session
from tests.trainers.rows import make, running


@pytest.fixture
def cohort(cast):
    return running(cast.gillis)


@pytest.fixture
def session(cohort):
    return make_session(cohort, held_on=TODAY)


@pytest.fixture
def coordinator(cast, client_of):
    client = client_of(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def link(coordinator, cohort):
    make(coordinator, cohort)
    return SheetLink.objects.get()
