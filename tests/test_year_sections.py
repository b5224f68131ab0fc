"""A year's report in words: written once, translated beside its original, closed while officers read it."""

import pytest
from django.utils import translation

from partnerships.models import NarrativeSection, ProgrammeYear, SectionHeading
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def year(cast):
    return cast.gillis.year(2024)


@pytest.fixture
def heading(db):
    return SectionHeading.objects.create(slug="context", **in_all_languages(title="Context", guidance="What changed"))


def page(year, language="new", heading="context", outcome=0):
    slug = year.programme.slug
    return f"/partnerships/programmes/{slug}/{year.year}/sections/{heading}/{outcome}/{language}/"


@pytest.fixture
def send(client_of, year):
    """A function that sends the form of a section and returns the answer."""

    def post(person, place="new", **data):
        client = client_of(person)
        client.cookies["django_language"] = "en"
        return client.post(page(year, place), {"text": "It rained.", "language": "en", "version": 0, **data})

    return post


def test_a_section_is_written_and_written_again(cast, year, heading, send):
    answer = send(cast.coordinator_south, is_ready="on", owner=cast.officer.pk)
    assert (answer.status_code, answer.headers["Location"].partition("#")[2]) == (302, "words")
    section = NarrativeSection.objects.get()
    assert (section.text, section.language, section.state, section.edition) == ("It rained.", "en", "ready", 1)
    assert (section.owner, section.translation_of) == (cast.officer, None)
    send(cast.coordinator_south, "en", text="It rained.", version=1, section=section.pk)
    section.refresh_from_db()
    assert (section.state, section.edition, section.version) == ("draft", 1, 2), "only its state changed"
    send(cast.coordinator_south, "en", text="It snowed.", version=2, section=section.pk)
    section.refresh_from_db()
    assert (section.text, section.edition, section.version) == ("It snowed.", 2, 3)
    told = AuditEntry.objects.filter(target_type="partnerships.narrativesection").values_list("verb", flat=True)
    assert sorted(told) == ["create", "update", "update"]


def test_the_same_form_twice_writes_once(cast, heading, send):
    for _time in range(2):
        assert send(cast.coordinator_south).status_code == 302
    assert AuditEntry.objects.filter(target_type="partnerships.narrativesection").count() == 1


def test_who_wrote_second_sees_both_texts(cast, heading, send):
    send(cast.coordinator_south)
    answer = send(cast.officer, text="It snowed.")
    assert answer.status_code == 409
    assert [(item.saved, item.typed) for item in answer.context["theirs"] if item.label == "Text"] == [
        ("It rained.", "It snowed.")
    ]
    form = answer.context["form"]
    assert (form["text"].value(), form["version"].value()) == ("It snowed.", "1")
    answer = send(cast.officer, text="Rain, then snow.", version=1)
    assert answer.status_code == 302
    assert NarrativeSection.objects.get().text == "Rain, then snow."


def test_two_who_begin_in_two_languages_do_not_make_a_translation(cast, heading, send):
    send(cast.coordinator_south)
    answer = send(cast.officer, text="Il a plu.", language="fr")
    assert (answer.status_code, answer.context["form"]["text"].value()) == (409, "Il a plu.")
    assert NarrativeSection.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"text": "", "is_ready": "on"}, "text", "It is still empty"),
        ({"text": "x", "is_nothing_to_tell": "on"}, "is_nothing_to_tell", "There is a text"),
        ({"text": "a\x00b"}, "text", "characters that cannot be shown"),
        ({"text": "x" * 50_001}, "text", "longer than 50000"),
        ({"language": "de"}, "language", "de"),
        ({"owner": "99999999999999999999999"}, "owner", "choice"),
        ({"owner": "the stranger"}, "owner", "choice"),
    ],
)
@pytest.mark.usefixtures("heading")
def test_what_is_wrong_is_said_beside_the_field_and_the_text_stays(cast, send, data, field, sentence):
    if data.get("owner") == "the stranger":
        data = {"owner": cast.stranger.pk}
    answer = send(cast.coordinator_south, **data)
    assert answer.status_code == 200
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert answer.context["form"]["text"].value() == data.get("text", "It rained.").replace("\x00", "▯")
    assert NarrativeSection.objects.count() == 0


def test_nothing_to_tell_is_ready(cast, heading, send):
    assert send(cast.coordinator_south, text="", is_nothing_to_tell="on", is_ready="on").status_code == 302
    assert NarrativeSection.objects.get().is_told


@pytest.fixture
def pair(cast, year, heading, send):
    """An original in English and its translation into French."""
    send(cast.coordinator_south)
    send(cast.coordinator_south, "fr", text="Il a plu.", seen=1)
    return NarrativeSection.objects.get(language="en"), NarrativeSection.objects.get(language="fr")


def test_a_translation_stands_beside_its_original_and_goes_out_of_date(cast, year, pair, send, client_of):
    original, translated = pair
    assert (translated.translation_of, translated.is_out_of_date) == (original, False)
    send(cast.coordinator_south, "en", text="It snowed.", version=1, section=original.pk)
    translated.refresh_from_db()
    assert translated.is_out_of_date
    client = client_of(cast.coordinator_south)
    shown = client.get(page(year, "fr"), headers={"accept-language": "en"})
    assert (str(shown.context["original"]), shown.context["is_out_of_date"]) == ("It snowed.", True)
    marks = client.get(page(year).partition("sections/")[0], headers={"accept-language": "en"}).context["words"]
    assert [[mark["label"] for mark in row.marks] for row in marks] == [["draft"], ["draft", "out of date"]]
    send(cast.coordinator_south, "fr", text="Il a neigé.", version=1, seen=2)
    translated.refresh_from_db()
    assert not translated.is_out_of_date


def test_what_changed_while_somebody_translated_stays_out_of_date(cast, pair, send):
    original, translated = pair
    send(cast.coordinator_south, "en", text="It snowed.", version=1, section=original.pk)
    send(cast.officer, "fr", text="Il a beaucoup plu.", version=1, seen=1)
    translated.refresh_from_db()
    assert (translated.text, translated.is_out_of_date) == ("Il a beaucoup plu.", True)


def test_a_translation_is_confirmed_beside_the_text_that_was_read(cast, pair, send, client_of):
    original, translated = pair
    send(cast.coordinator_south, "en", text="It rained!", version=1, section=original.pk)
    client, url = client_of(cast.coordinator_south), f"/partnerships/sections/{translated.pk}/confirm/"
    for edition, stale in [("1", True), ("", True), ("9" * 30, True), ("2", False), ("2", False)]:
        assert client.post(url, {"edition": edition}).status_code == 302
        translated.refresh_from_db()
        assert translated.is_out_of_date is stale, edition
    assert client.post(f"/partnerships/sections/{original.pk}/confirm/", {"edition": "1"}).status_code == 302


SUBMITTED = "The report of 2024 is submitted: its officers read it, and can return it to you."
VALIDATED = "The report of 2024 is validated: an officer can open the year again."
LOCKED = "The year 2024 is locked: an officer can open it again."
CLOSED = {
    "open": ("", ""),
    "returned": ("", ""),
    "submitted": (SUBMITTED, ""),
    "validated": (VALIDATED, VALIDATED),
    "locked": (LOCKED, LOCKED),
}


@pytest.mark.usefixtures("heading")
@pytest.mark.parametrize("state", CLOSED)
def test_who_may_write_when(cast, year, send, client_of, state):
    ProgrammeYear.objects.filter(pk=year.pk).update(state=state)
    for person, sentence in zip([cast.coordinator_south, cast.officer], CLOSED[state], strict=True):
        NarrativeSection.objects.all().delete()
        shown = client_of(person).get(page(year), headers={"accept-language": "en"})
        assert ("form" not in shown.context, shown.context.get("closed", "")) == (bool(sentence), sentence)
        answer = send(person)
        if not sentence:
            assert answer.status_code == 302
            continue
        form = answer.context["form"]
        assert (answer.status_code, form.non_field_errors(), form["text"].value()) == (200, [sentence], "It rained.")
        assert NarrativeSection.objects.count() == 0


def test_a_viewer_reads_and_does_not_write(cast, year, heading, send, client_of):
    send(cast.coordinator_south)
    shown = client_of(cast.viewer).get(page(year, "en"))
    assert (str(shown.context["text"]), "form" in shown.context) == ("It rained.", False)
    assert send(cast.viewer).status_code == 403
    assert send(cast.coordinator_north).status_code == 404


@pytest.mark.parametrize("place", [("xx", "context", 0), ("new", "nowhere", 0), ("new", "context", "9" * 30)])
def test_an_address_that_leads_nowhere(cast, year, heading, client_of, place):
    assert client_of(cast.officer).get(page(year, *place)).status_code == 404
