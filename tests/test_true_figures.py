"""Who works in a partnership reads true figures; a viewer reads nothing by which a few vulnerable people are found."""

import datetime as dt

import pytest
from django.urls import reverse

from partnerships.models import Membership
from tests.indicator_rows import make_indicator, make_result, make_rule, make_value, reach
from tests.test_report_attained import part

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 5, 14)


@pytest.fixture
def scene(cast):
    """Forty young people and, in an entry each, women of a vulnerable group by themselves and beside others."""
    work = cast.jette.partner
    work.outcome = make_result(cast.jette, "outcome")
    work.save()
    reach(cast, work, DAY, ("women", 1, 40))
    both = reach(cast, work, DAY, ("women", 1, 7))
    both.participations.create(target_group=cast.women, age_band=cast.age_bands[2], sex="women", count=3)
    both.unique_people, both.unique_counting = 9, "counted"
    both.save()
    reach(cast, work, DAY, ("women", 2, 1), group=cast.women, text="Some came.")
    return work


def page_of(client_of, user, address, *args):
    client = client_of(user)
    client.cookies["django_language"] = "en"
    return client.get(reverse(address, args=args))


@pytest.fixture(params=["viewer", "coordinator_north", "officer", "administrator"])
def reader(cast, request):
    return request.param, getattr(cast, request.param)


def test_an_activity_tells_who_came(cast, scene, client_of, reader):
    name, user = reader
    page = page_of(client_of, user, "activities:detail", scene.pk)
    log = page.context["log"]
    entries = [(entry.people, [crowd.count for crowd in entry.crowds], bool(entry.unique)) for entry in log.entries]
    if name != "viewer":
        assert (log.people, {crowd.count for crowd in log.crowds}) == (51, {47, 4})
        assert sorted(entries, key=str) == [(1, [1], False), (10, [7, 3], True), (40, [40], False)]
        return
    assert (log.people, log.people_note) == (47, "without the groups of which the number is not shown")
    assert {crowd.count for crowd in log.crowds} == {47, None}
    assert sorted(entries, key=str) == [(40, [40], False), (7, [7, None], False), (None, [None], False)]
    assert "not shown" in page.content.decode()


def test_a_year_tells_who_came(cast, scene, client_of, reader):
    name, user = reader
    page = page_of(client_of, user, "partnerships:year_detail", cast.jette.programme.slug, 2024)
    figures = page.context["figures"]
    rows = {row.url: row.people for row in figures.activities}
    own = rows[reverse("activities:detail", args=[scene.pk])]
    told = (figures.people, own, [count for _group, count in figures.by_group])
    assert told == ((47, 47, [47, None]) if name == "viewer" else (51, 51, [47, 4]))


def test_the_overview_draws_who_came(cast, scene, client_of, reader):
    name, user = reader
    client = client_of(user)
    client.cookies["django_language"] = "en"
    charts = client.get("/").context["charts"]
    [chart] = [chart for chart in charts if chart["title"] == "People who took part"]
    assert [bar["value_text"] for bar in chart["bars"] if bar["label"] == "2024"] == [
        "47" if name == "viewer" else "51"
    ]
    assert ("vulnerable groups are left out" in chart["note"]) is (name == "viewer")


@pytest.fixture
def few(cast, scene):
    """An indicator that counts three women, with a value and its part; and one that counts nobody vulnerable."""
    indicator = make_indicator(scene.outcome, whom="vulnerable", by_sex=True)
    part(make_value(indicator, 3, 2024, by=cast.officer), 3, sex="women")
    counted = make_indicator(scene.outcome)
    make_rule(counted, groups=[cast.women])
    many = make_indicator(scene.outcome)
    make_value(many, 2, 2024, by=cast.officer)
    return indicator, counted, many


def test_a_logframe_tells_what_may_leave_the_portal(cast, few, client_of, reader):
    name, user = reader
    page = page_of(client_of, user, "partnerships:logframe", cast.jette.programme.slug)
    told = [_cells(panel) for result in page.context["results"] for panel in result.indicators]
    sees = name != "viewer"
    assert [("3" in cells, "4" in cells, "2" in cells) for cells in told] == [
        (sees, False, False),
        (False, sees, False),
        (False, False, True),
    ]
    assert ("are shown to those who work in the partnership alone" in page.content.decode()) is not sees


def test_an_indicator_tells_what_may_leave_the_portal(cast, few, client_of, reader):
    name, user = reader
    sees = name != "viewer"
    for indicator, number in zip(few, ("3", "4", "2"), strict=True):
        page = page_of(client_of, user, "partnerships:indicator", indicator.slug)
        is_open = sees or number == "2"
        assert (number in _cells(page.context["panel"])) is is_open
        assert page.context["hides_values"] is not is_open
        assert len(page.context["values"]) == (number != "4" and is_open)


def _cells(panel):
    return [cell.text for line in panel.lines for cell in line.cells]


def test_a_viewer_elsewhere_who_works_here_reads_true_figures_here_alone(cast, scene, client_of):
    """A role counts in its own partnership: a coordinator of Sint-Gillis looks on in Jette."""
    since = {"side": "home", "starts_on": dt.date(2022, 1, 1)}
    Membership.objects.create(user=cast.stranger, partnership=cast.jette.partnership, role="viewer", **since)
    Membership.objects.create(user=cast.stranger, partnership=cast.gillis.partnership, role="coordinator", **since)
    reach(cast, cast.gillis.partner, DAY, ("women", 1, 4), group=cast.women)
    assert page_of(client_of, cast.stranger, "activities:detail", scene.pk).context["log"].people == 47
    assert page_of(client_of, cast.stranger, "activities:detail", cast.gillis.partner.pk).context["log"].people == 4
