"""The list of 100 000 activities beside the stock admin's list of the same rows; its last pages beside the first."""

from tests.bench.stage import backend, processor_time, report, set_the_stage

ROWS = 100_000
PER_PAGE = 50
ROUNDS, TIMES = 15, 3


def fill() -> None:
    """Write the cast and 100 000 activities."""
    import datetime as dt

    from django.conf import settings
    from django.db import connection, transaction

    from activities.models import Activity, Status
    from partnerships.models import Side
    from tests.cast import assemble

    cast = assemble()
    bonds = [cast.jette, cast.gillis]
    kinds, statuses, sides = list(Activity.Kind), list(Status), list(Side)
    first = dt.date(2022, 1, 1)

    def activity(number: int) -> Activity:
        bond = bonds[number % 2]
        titles = {f"title_{code}": f"Activity {number} ({code})" for code, _name in settings.LANGUAGES}
        return Activity(
            slug=f"bench-{number}",
            partnership=bond.partnership,
            programme=bond.programme,
            kind=kinds[number % len(kinds)],
            status=statuses[number % len(statuses)],
            side=sides[number % len(sides)],
            starts_on=first + dt.timedelta(days=number % 1800),
            starts_precision="day",
            title=titles["title_nl"],
            **titles,
        )

    with transaction.atomic():
        for start in range(0, ROWS, 5000):
            Activity.objects.bulk_create(activity(number) for number in range(start, start + 5000))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As the server does by itself within a minute of such a load.
            cursor.execute("VACUUM (ANALYZE)")


def main() -> None:
    """Measure both pages."""
    set_the_stage()
    from django.conf import settings
    from django.test import Client

    from portal.ground.models import User

    settings.ROOT_URLCONF = "tests.bench.urls"
    settings.ALLOWED_HOSTS = ["testserver"]
    fill()
    client = Client()
    client.force_login(User.objects.get(username="administrator"))
    server = backend()
    paths = ["/stock/activities/activity/", "/activities/", "/activities/?page=1900"]
    for path in paths:
        text = client.get(path).content.decode()
        assert text.count("Activity ") >= PER_PAGE, f"{path} does not show fifty activities"

    def cost(path: str) -> float:
        return processor_time(lambda: client.get(path), TIMES, server)

    # In short turns, and the best of them: what else the machine does then falls on none of the three.
    rounds = [[cost(path) for path in paths] for _ in range(ROUNDS)]
    stock, first, late = (min(costs) for costs in zip(*rounds, strict=True))
    report("activity_list_page1", first / stock)
    report("activity_list_page1900", late / first)


if __name__ == "__main__":
    main()
