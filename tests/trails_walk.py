"""The pages on which trails are written, with the mistakes that their forms know."""

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from partnerships.models import Decision, Risk
from tests.access_forms import TRAILED
from tests.admin_rows import fill
from tests.cast import Cast

MISTAKES = {
    "title_nl": "",
    "kind": "00",
    "found_on": "2090-01-01",
    "review_on": "2001-01-01",
    "closed_on": "2090-01-01",
}


def trails_walk(cast: Cast, client: Client, visit: Callable[..., HttpResponse]) -> Iterator[HttpResponse]:
    """Walk through what is found, decided, learned, put off and closed, asking for each form and sending mistakes."""
    client.force_login(cast.officer)
    made, bond = fill(cast, cast.gillis, "trails"), cast.gillis
    pages = [
        *(reverse(f"partnerships:{name}_create", args=[bond.partnership.slug]) for name in TRAILED),
        reverse("partnerships:risk_review", args=[made[Risk].pk]),
        reverse("partnerships:step_create", args=[made[Decision].pk]),
        reverse("activities:delay_create", args=[bond.partner.pk]),
        reverse("partnerships:programme_close", args=[bond.programme.slug]),
        reverse("partnerships:close", args=[bond.partnership.slug]),
        reverse("calendar_feeds"),
    ]
    for page in pages:
        yield visit(client, page)
        yield visit(client, page, data=MISTAKES)
    yield visit(client, reverse("partnerships:detail", args=[bond.partnership.slug]))
    yield visit(client, reverse("activities:detail", args=[bond.partner.pk]))
    for text in ("", "2024", "987654"):
        yield visit(client, f"{reverse('search')}?q={text}")
    for view in ("", "agenda"):
        yield visit(client, f"{reverse('calendar')}?month=2024-05&view={view}")
