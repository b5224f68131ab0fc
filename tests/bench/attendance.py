"""An attendance sheet of thirty learners: the queries of the one request that saves it, of the twelve it may ask."""

from tests.bench.stage import report, set_the_stage

LEARNERS, MOST_QUERIES = 30, 12


def main() -> None:
    """Send a sheet that nobody filled in yet, and count what it asks the database."""
    set_the_stage()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from beneficiaries.models import Attendance
    from tests.cast import assemble
    from tests.learner_rows import enrol, make_cohort, make_course, make_learner, make_session

    settings.ALLOWED_HOSTS = ["testserver"]
    cast = assemble()
    cohort = make_cohort(make_course(cast.gillis))
    session = make_session(cohort)
    joined = [enrol(cohort, make_learner(cast.gillis)) for _ in range(LEARNERS)]
    client = Client()
    client.force_login(cast.coordinator_south)
    sheet = {f"state-{row.pk}": "present" for row in joined} | {"version": session.version}
    with CaptureQueriesContext(connection) as asked:
        answer = client.post(f"/learning/sessions/{session.pk}/", sheet)
    assert answer.status_code == 302, answer.status_code
    assert Attendance.objects.filter(state="present").count() == LEARNERS
    report("attendance_queries", len(asked) / MOST_QUERIES)


if __name__ == "__main__":
    main()
