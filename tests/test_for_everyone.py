"""What of a page's frame is the same for everyone is written once in each language, and holds nothing of one reader."""

import pytest
from django.template import engines
from django.urls import reverse, set_script_prefix
from django.utils import translation

from portal.roof.templatetags.navigation import here

pytestmark = pytest.mark.once


def part(inside):
    template = engines["django"].from_string(
        f"{{% load i18n frame %}}{{% for_everyone %}}{inside}{{% endfor_everyone %}}"
    )

    def written(language="en", **variables):
        with translation.override(language):
            return template.render(variables)

    return written


def test_each_language_has_its_own():
    written = part("{% translate 'Menu' %}")
    assert [written(code) for code in ("nl", "ar", "nl", "ar")] == ["Menu", "القائمة"] * 2


def test_it_is_written_once():
    written = part("{% now 'u' %}")
    assert len({written() for _again in range(3)}) == 1
    assert written("fr") != written("en")


def test_nothing_of_a_reader_is_known_in_it():
    written = part("[{{ user }}{% if user %} is here{% endif %}]")
    assert written(user="Fatima") == "[]"


def test_its_addresses_follow_where_the_portal_is_served():
    written = part("{% url 'search' %}")
    first = written()
    set_script_prefix("/portal/")
    try:
        assert written() == "/portal" + first
    finally:
        set_script_prefix("/")
    assert written() == first == reverse("search")


def test_it_is_written_for_each_value_that_it_names():
    template = engines["django"].from_string(
        "{% load frame %}{% for_everyone place %}[{{ of }}{{ user }}{% now 'u' %}]{% endfor_everyone %}"
    )
    calendar, money, again = (
        template.render({"place": place, "user": "F"}) for place in ("calendar", "money", "calendar")
    )
    assert calendar == again
    assert (calendar[:9], money[:6], "F" in calendar) == ("[calendar", "[money", False)


@pytest.mark.parametrize(
    ("name", "args", "expected"),
    [
        ("dashboard", [], "dashboard"),
        ("search", [], ""),
        ("partnerships:list", [], "partnerships:list"),
        ("partnerships:detail", ["jette-belfaa"], "partnerships:list"),
        ("partnerships:organisation_list", [], "partnerships:organisation_list"),
        ("activities:log_create", [], "activities:list"),
        ("calendar", [], "calendar"),
    ],
)
def test_a_page_lies_in_the_main_page_of_the_longest_address(name, args, expected):
    assert here(reverse(name, args=args)) == expected


def test_an_address_above_the_portal_lies_in_no_main_page():
    set_script_prefix("/portal/")
    try:
        assert (here("/"), here("/portal/"), here("/portal/calendar/")) == ("", "dashboard", "calendar")
    finally:
        set_script_prefix("/")
