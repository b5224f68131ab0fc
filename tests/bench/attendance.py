"""An attendance sheet of thirty learners: the queries of the one request that saves it, of the twelve it may ask.

Once as a coordinator sends it, and once as a trainer does by the cohort's link, with the rate limit in the database.
"""

from typing import Any

from tests.bench.stage import report, set_the_stage

LEARNERS, MOST_QUERIES = 30, 12
CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}


def main() -> None:
    """Send a sheet that nobody filled in yet, and count what it asks the database."""
    set_the_stage()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client, override_settings
    from django.utils import timezone

    from beneficiaries.models import SheetLink
    from tests.cast import assemble
    from tests.learner_rows import enrol, make_cohort, make_course, make_learner, make_session

    settings.ALLOWED_HOSTS = ["testserver"]
    cast, today = assemble(), timezone.localdate()
    cohort = make_cohort(make_course(cast.gillis), starts_on=today, ends_on=None)
    joined = [enrol(cohort, make_learner(cast.gillis)).pk for _ in range(LEARNERS)]
    sessions = [make_session(cohort, held_on=today, starts_at=starts_at) for starts_at in ("09:00", "14:00")]
    client = Client()
    client.force_login(cast.coordinator_south)
    asked = _asked(client, f"/learning/sessions/{sessions[0].pk}/", joined, sessions[0])
    report("attendance_queries", asked / MOST_QUERIES)
    link = SheetLink.objects.create(cohort=cohort, made_by=cast.coordinator_south)
    limits = {"sheet_link": "40/10m/ip"}
    with override_settings(CACHES=settings.CACHES | {"default": CACHE}, ACCOUNT_RATE_LIMITS=limits):
        call_command("createcachetable", verbosity=0)
        asked = _asked(Client(), f"/sheets/{link.pk}/{link.key}/{sessions[1].pk}/", joined, sessions[1])
    report("attendance_link_queries", asked / MOST_QUERIES)


def _asked(client: Any, address: str, joined: list[int], session: Any) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from beneficiaries.models import Attendance

    sheet = {f"state-{pk}": "present" for pk in joined} | {"version": session.version}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(address, sheet)
    assert answer.status_code == 302, answer.status_code
    assert Attendance.objects.filter(state="present", session=session).count() == LEARNERS
    return len(asked)


if __name__ == "__main__":
    main()
