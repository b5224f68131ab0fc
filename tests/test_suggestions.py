"""Suggestions of those who take part: a register in which each is answered, by whom and when."""

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Suggestion
from beneficiaries.services.suggestions import reply_to
from partnerships.models import Organisation
from portal.ground.models import AuditEntry
from portal.ground.versions import StaleVersion
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.learner_rows import make_cohort, make_course

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 2)
LIST = reverse("suggestions:list")


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def make(bond, **fields) -> Suggestion:
    values = {"text": "Begin later.", "language": "en", "theme": "hours", "made_on": DAY, **fields}
    return Suggestion.objects.create(partnership=bond.partnership, **values)


def test_the_register_is_narrowed_to_a_cohort_or_a_centre(cast, client_of):
    cohort = make_cohort(make_course(cast.gillis))
    centre = Organisation.objects.create(slug="centre", kind="association", **in_all_languages(name="Centre"))
    foreign = make_cohort(make_course(cast.jette))
    make(cast.gillis, text="Of the cohort", cohort=cohort)
    make(cast.gillis, text="Of the centre", centre=centre)
    make(cast.jette, text="Of others", cohort=foreign)
    client = client_of(cast.coordinator_south)

    def told(query: str) -> list[str]:
        page = client.get(f"{LIST}{query}").context
        return [row["cells"][0]["text"] for row in page["rows"]]

    assert told(f"?cohort={cohort.pk}") == ["Of the cohort"]
    assert told(f"?centre={centre.pk}") == ["Of the centre"]
    # What the reader does not see is no choice either.
    assert told(f"?cohort={foreign.pk}") == ["Of the centre", "Of the cohort"]


def test_it_is_written_down_and_answered(cast, client_of):
    client = client_of(cast.coordinator_south)
    cohort = make_cohort(make_course(cast.gillis))
    sent = {"text": "Begin later.", "language": "fr", "theme": "hours", "made_on": "2026-11-02", "cohort": cohort.pk}
    key = {"submission_key": str(uuid.uuid4())}
    url = reverse("suggestions:create", args=[cast.gillis.partnership.slug])
    for _time in range(2):
        client.post(url, sent | key)
    row = Suggestion.objects.get()
    assert (row.cohort, row.state, row.language) == (cohort, "new", "fr")
    reply = {"state": "done", "reply": "From 9:30 on.", "reply_language": "fr", "version": row.version}
    client.post(reverse("suggestions:reply", args=[row.pk]), reply)
    row.refresh_from_db()
    assert (row.state, row.reply, row.replied_on, row.replied_by) == (
        "done", "From 9:30 on.", TODAY, cast.coordinator_south
    )  # fmt: skip
    page = client_of(cast.viewer).get(reverse("suggestions:detail", args=[row.pk])).content.decode()
    assert "From 9:30 on." in page
    assert list(AuditEntry.objects.about(row).values_list("verb", flat=True)) == ["transition", "create"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "a\0"}, "text"),
        ({"text": "a" * 1_000_000}, "text"),
        ({"made_on": "2026-12-24"}, "made_on"),
        ({"theme": "riddle"}, "theme"),
        ({"cohort": "\0"}, "cohort"),
        ({"centre": "9" * 40}, "centre"),
        ({"language": "xx"}, "language"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(cast, client_of, fields, field):
    sent = {"text": "Begin later.", "language": "fr", "theme": "hours", "made_on": "2026-11-02", **fields}
    url = reverse("suggestions:create", args=[cast.gillis.partnership.slug])
    page = client_of(cast.coordinator_south).post(url, sent)
    assert (page.status_code, list(page.context["form"].errors)) == (200, [field])


def test_two_who_answer_see_each_other(cast):
    row = make(cast.gillis)
    said = {"state": "done", "language": "fr", "on": TODAY, "actor": cast.officer}
    reply_to(row, reply="Yes.", version=1, **said)
    reply_to(row, reply="Yes.", version=1, **said)
    with pytest.raises(StaleVersion):
        reply_to(row, reply="No.", version=1, **said)
    assert Suggestion.objects.get().reply == "Yes."


def test_the_database_keeps_an_answer_whole(cast):
    row = make(cast.gillis)
    for change in ({"state": "done"}, {"reply": "Yes."}, {"replied_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Suggestion.objects.filter(pk=row.pk).update(**change)


def test_the_list_is_narrowed_and_asks_the_same_however_long(cast, client_of):
    client = client_of(cast.coordinator_south)
    make(cast.gillis)
    make(cast.jette, text="Not theirs.")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(LIST)
        return len(found)

    before = queries()
    for number in range(20):
        make(cast.gillis, theme="care", text=f"Number {number}", made_on=DAY - dt.timedelta(days=number))
    assert queries() == before
    page = client.get(f"{LIST}?theme=hours").content.decode()
    assert ("Begin later." in page, "Number" in page, "Not theirs." in page) == (True, False, False)
    assert "Number 7" in client.get(f"{LIST}?q=NUMBER+7&state=new").content.decode()
    for odd in ("theme=%27", "state=x", "page=-1", "q=" + "x" * 10_000, "partnership=9999999999999999999999"):
        assert client.get(f"{LIST}?{odd}").status_code == 200
