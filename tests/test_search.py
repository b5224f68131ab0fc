"""One search over everything that a person may see, whatever the language, the capitals and the accents."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from activities.models import Activity
from beneficiaries.models import ConfidentialNote
from partnerships.models import Decision, Organisation
from portal.ground.folding import fold, likeness
from portal.roof.overviews.search import search
from portal.roof.overviews.search.finding import pieces_of
from portal.roof.overviews.search.kinds import KINDS
from tests.admin_rows import fill
from tests.cast import in_all_languages, make_entry


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def titled(cast):
    """A function that gives an activity of Jette its titles."""

    def give(**titles: str) -> Activity:
        none = dict.fromkeys(("title_nl", "title_fr", "title_en"))
        Activity.objects.filter(pk=cast.jette.partner.pk).update(**(none | titles))
        return Activity.objects.get(pk=cast.jette.partner.pk)

    return give


def found(user, text, **only):
    return [(group.key, str(row.title)) for group in search(user, text, **only) for row in group.found]


@pytest.mark.parametrize(
    ("titles", "text"),
    [
        ({"title_fr": "Éducation à l’Égalité"}, "education egalite"),
        ({"title_fr": "Éducation à l’Égalité"}, "ÉGALITÉ"),
        ({"title_nl": "Vrouwencentrum"}, "CENTRUM vrouw"),
        ({"title_ar": "تكوينُ الأطفالِ في القراءة"}, "الاطفال القراءه"),
        ({"title_nl": "100 % _ligne\\ 'x\""}, "% _ligne\\ 'x\""),
    ],
)
def test_words_are_found_in_any_language_however_they_are_written(cast, titled, titles, text):
    row = titled(**titles)
    with translation.override(next(iter(titles))[-2:]):
        assert found(cast.coordinator_north, text) == [("activity", str(row.title))]
    assert found(cast.coordinator_south, text) == []


@pytest.mark.parametrize("text", ["", "   ", "\x07"])
def test_no_word_finds_nothing(cast, text):
    assert search(cast.officer, text) == []


def test_every_kind_is_found_by_who_may_see_it_and_by_nobody_else(cast):
    fill(cast, cast.jette, "canary")
    mine = {group.key for kind in KINDS for group in search(cast.coordinator_north, "canary", only=kind.key)}
    theirs = {group.key for kind in KINDS for group in search(cast.coordinator_south, "canary", only=kind.key)}
    # These are the cast's own and have other names.
    assert (mine, theirs) == ({kind.key for kind in KINDS} - {"partnership", "activity", "entry"}, set())


def test_a_withdrawn_entry_and_a_confidential_note_are_found_by_nobody(cast):
    entry = make_entry(cast.jette.partner, cast.officer, text="A zanzibar of words")
    assert found(cast.coordinator_north, "zanzibar") == [("entry", str(cast.jette.partner.title))]
    type(entry).objects.filter(pk=entry.pk).update(withdrawn_at="2024-05-14T10:00:00Z")
    assert found(cast.coordinator_north, "zanzibar") == []
    assert ConfidentialNote not in {kind.rows(cast.officer).model for kind in KINDS}


@pytest.mark.parametrize("text", ["jong leerwekrplaats", "leerwerkplats", "Leerwerkplaatz"])
def test_what_nothing_holds_finds_what_is_like_it(cast, titled, text):
    titled(title_nl="Leerwerkplaats voor jongeren")
    groups = search(cast.coordinator_north, text.split()[-1])
    assert [(group.key, group.is_like, [str(row.title) for row in group.found]) for group in groups] == [
        ("activity", True, ["Leerwerkplaats voor jongeren"])
    ]
    assert search(cast.coordinator_north, "quixotical") == []


def test_what_has_the_words_in_its_title_comes_first(cast):
    bond = cast.jette.partnership
    for slug, title, text in (("a", "The zebra", ""), ("b", "Other", "of a zebra")):
        Decision.objects.create(slug=slug, partnership=bond, **in_all_languages(title=title, text=text))
    assert found(cast.officer, "zebra") == [("decision", "The zebra"), ("decision", "Other")]


def test_a_piece_of_the_text_is_shown_around_the_first_word_with_each_word_marked():
    text = "Begin. " + "aaa " * 40 + "the Été was hot and the été long " + "bbb " * 60
    pieces = pieces_of(text, ["ete", "long"])
    assert [piece.text for piece in pieces if piece.is_hit] == ["Été", "été", "long"]
    assert (pieces[0].text, pieces[-1].text) == ("… ", " …")
    assert len("".join(piece.text for piece in pieces)) < 300
    assert "".join(piece.text for piece in pieces_of("ﬁn <b>", ["fi"])) == "ﬁn <b>"
    assert pieces_of("", ["x"]) == []


def test_folding_and_likeness_are_those_of_the_database(db):
    texts = ["Éte", "ŒUVRE", "القراءةُ", "ﷺ", "ß", "İstanbul", "x" * 300]
    assert [fold(text) for text in ("Éte", "القراءةُ", None)] == ["ete", "القراءه", ""]
    assert (likeness("belfaa", "jette belfa"), likeness("x", "")) == (5 / 8, 0.0)
    assert all(isinstance(fold(text), str) for text in texts)


def test_the_page_costs_the_same_however_much_is_found(cast, client_of):
    client = client_of(cast.coordinator_north)
    Organisation.objects.create(slug="z", kind="ngo", **in_all_languages(name="Zebra"))

    def asked() -> int:
        client.get("/search/?q=zebra")
        with CaptureQueriesContext(connection) as queries:
            client.get("/search/?q=zebra")
        return len(queries)

    def decide(number: int) -> None:
        Decision.objects.create(
            slug=f"d{number}", partnership=cast.jette.partnership, **in_all_languages(title="Zebra")
        )

    decide(0)
    few = asked()
    for number in range(1, 60):
        decide(number)
    assert asked() == few
    assert client.get("/search/?q=zebra").context["groups"][0].has_more
    assert len(client.get("/search/?q=zebra&kind=decision").context["groups"][0].found) == 40


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "%_'\"\\", "\u202e\u200f", "😀", "ⵜⵉⴼⵉⵏⴰⵖ", "a " * 300, "<script>alert(1)</script>"]
)
def test_any_text_is_answered_and_shown_as_text(cast, client_of, text):
    client = client_of(cast.officer)
    client.cookies["django_language"] = "en"
    page = client.get("/search/", {"q": text, "kind": "nonsense"})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert bool(page.context["remarks"]) == (len(text) > 500)
