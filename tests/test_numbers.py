"""Numbers as each language writes them, on pages that count much."""

from types import SimpleNamespace

from django.template.loader import render_to_string
from django.utils import translation

from portal.ground.numbers import format_number, format_percentage
from portal.roof.overviews.readiness import GapGroup, Kind

IN_LANGUAGE = {"nl": "1.234", "fr": "1\N{NO-BREAK SPACE}234", "en": "1,234"}


def test_a_number_is_written_in_the_language_that_is_named_whichever_is_active():
    for active in ("ar", "nl", "fr", "en"):
        with translation.override(active):
            assert {code: format_number(1234, language=code) for code in IN_LANGUAGE} == IN_LANGUAGE
            assert format_percentage(1234, language="nl") == "1.234\N{NO-BREAK SPACE}%"
            assert format_number(1234) == format_number(1234, language=active)


def test_a_board_and_an_overview_group_what_they_count_alike():
    group = GapGroup(Kind.LOG, "Activities", 1234, 1234, [], None)
    year = SimpleNamespace(label="2024", url="/", count=1234, mine=1234, due=None)
    overview = {"panel": "waiting", "waiting": SimpleNamespace(gaps=[], years=[year])}
    for code, number in IN_LANGUAGE.items():
        with translation.override(code):
            assert [text.count(number) for text in (group.all_text, group.mine_text)] == [1, 1]
            assert render_to_string("start/waiting.html", overview).count(number) == 2
            board = SimpleNamespace(groups=[group], dues=[])
            page = render_to_string("partnerships/year_readiness.html", {"board": board, "trail": [], "kind": None})
            assert page.count(number) == 4
