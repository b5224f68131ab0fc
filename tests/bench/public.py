"""A public page from memory beside the list of activities of who is signed in: both as the portal answers them."""

from collections.abc import Callable
from typing import Any

from tests.bench.stage import backend, processor_time, report, set_the_stage

TEXTS, ROUNDS, TIMES = 60, 15, 20
PUBLIC, LIST = "/nl/jette-belfaa/", "/activities/"


def fill() -> Any:
    """Write the cast, and activities that were released; return who reads the list."""
    from activities.models import Activity
    from tests.cast import assemble, in_all_languages
    from tests.public_site import released

    cast = assemble()
    for number in range(TEXTS):
        activity = Activity.objects.create(
            slug=f"bench-{number}",
            partnership=cast.jette.partnership,
            programme=cast.jette.programme,
            kind="event",
            side="home",
            status="done",
            **in_all_languages(title=f"Activity {number}"),
        )
        released(activity, cast, **in_all_languages(title=f"Activity {number}", text="What happened there. " * 20))
    return cast.officer


def asking(path: str, cookie: str = "") -> Callable[[], bytes]:
    """Return what asks the portal for a page as a server does, without a client's own work."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import RequestFactory

    portal = WSGIHandler()
    headers = {"HTTP_HOST": "localhost", "HTTP_ACCEPT_ENCODING": "gzip", "HTTP_COOKIE": cookie}

    def ask() -> bytes:
        seen: list[str] = []
        answer = portal(RequestFactory().get(path, **headers).environ, lambda status, _headers: seen.append(status))
        body = b"".join(answer)
        answer.close()
        assert seen == ["200 OK"], seen
        return body

    return ask


def main() -> None:
    """Measure both."""
    set_the_stage("portal.settings")
    from django.core.management import call_command
    from django.test import Client

    call_command("collectstatic", verbosity=0, interactive=False)
    client = Client()
    client.force_login(fill())
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    public, listed = asking(PUBLIC), asking(LIST, cookie)
    listed()  # a request renews a connection that is too old; the one that serves from here on is measured
    server = backend()
    # In short turns, and the best of them: what else the machine does then falls on neither of the two.
    rounds = [[processor_time(ask, TIMES, server) for ask in (public, listed)] for _ in range(ROUNDS)]
    kept, made = (min(costs) for costs in zip(*rounds, strict=True))
    report("public_page", kept / made)


if __name__ == "__main__":
    main()
