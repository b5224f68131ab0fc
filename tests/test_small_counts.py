"""Whoever tells in words a small count of vulnerable people that the log holds is asked about it once."""

import pytest
from django.urls import reverse

from activities.forms.participants import cell_name
from activities.models import Activity, Document, Expenditure, LogEntry, Participation, Photo, PublicText
from beneficiaries.models import IndicatorPart
from partnerships.models import (
    FundingSource,
    Indicator,
    IndicatorCorrection,
    IndicatorValue,
    NarrativeSection,
    SectionHeading,
)
from tests.cast import in_all_languages, make_entry
from tests.indicator_rows import lock, make_indicator, make_result, make_rule, make_value
from tests.log_form import filled, picture
from tests.test_admin_writes import address, page_of
from tests.test_import import ACTIVITIES, confirm, csv
from tests.test_import import send as send_sheet

pytestmark = pytest.mark.django_db
LOG = "/activities/log/"
LATER = {"X-Waiting": "later"}


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def activity(cast):
    return cast.gillis.partner


@pytest.fixture
def send(cast, client, activity):
    """Send the form of an entry in which two women of 15 to 24 and four of 25 to 55 were counted, and nine young men.

    Six women together are told.
    """
    counted = {
        cell_name(cast.women.pk, "women", cast.age_bands[1].pk): "2",
        cell_name(cast.women.pk, "women", cast.age_bands[2].pk): "4",
        cell_name(cast.youth.pk, "men", cast.age_bands[1].pk): "3",
    }

    def post(text, *, to=LOG, headers=None, **changes):
        return client.post(
            to, filled(activity, cast.coordinator_south, text=text, **counted | changes), headers=headers
        )

    return post


def sentences(page):
    """Return the errors of the entry's own part."""
    return {} if page.status_code == 302 else dict(page.context["page"].form.errors)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("Only two women spoke.", "two"),
        ("4 vrouwen bleven tot 16 uur.", "4"),
        ("Quatre femmes sont restées.", "Quatre"),
        ("جاءت امرأتان.", "امرأتان"),
        ("حضرت ٤ نساء.", "٤"),
    ],
)
def test_a_small_count_in_the_text_is_asked_about(send, text, figure):
    page = send(text)
    errors = sentences(page)
    assert (list(errors), LogEntry.objects.count()) == (["text", "points_at_nobody"], 0)
    assert f": {figure.lower()}." in errors["text"][0]
    assert text in page.content.decode(), "what was typed stays"
    [tick] = [line for line in page.content.decode().splitlines() if 'id="id_points_at_nobody"' in line]
    assert 'type="checkbox"' in tick
    assert send(text, points_at_nobody="on").status_code == 302
    assert LogEntry.objects.get().text == text


@pytest.mark.parametrize(
    "text",
    [
        "Six women came; three young men helped.",
        "On 4 May, at 2 o'clock, for 4 hours and 2 euros.",
        "Op 4 mei om 14u30 kostte het 2 euro; het duurde twee uur, en de 4e keer vier weken.",
        "Le 2 avril à 14h04, 4 dirhams, deux heures, quatre jours, n° 2, la 4ème séance.",
        "في 2 أبريل على الساعة 4، 4 دراهم، ٤ ساعات، أربعة أيام.",
        "Everybody stayed until the end of 2024-05-04.",
        "Two sessions, four times, two hundred metres and 4 municipalities.",
        "Deux demi-journées, quatre séances, deux cents mètres, 4 à deux groupes.",
        "Twee keer, vier lessen, 2 groepen en 4 foto's.",
        "أربع جلسات، ٢ مرات، أربع جمعيات.",
    ],
)
def test_a_number_that_is_no_small_count_of_theirs_is_not_asked_about(send, text):
    assert send(text).status_code == 302


def test_where_nobody_vulnerable_was_counted_nothing_is_asked(cast, send):
    cast.women.is_vulnerable = False
    cast.women.save()
    assert send("Two women spoke, 4 stayed.").status_code == 302


@pytest.mark.parametrize("language", ["nl", "fr", "ar"])
def test_it_is_asked_in_the_language_of_the_writer(client, send, language):
    client.cookies["django_language"] = language
    errors = sentences(send("2"))
    said = {"nl": "Uw tekst noemt", "fr": "Votre texte mentionne", "ar": "يذكر نصكم"}[language]
    assert errors["text"][0].startswith(said)


def test_every_text_of_an_entry_is_asked_about_and_its_captions(send):
    page = send("Some came.", difficulties="4 left early.", next_step="Ask 2 of them.", **photo("Four women"))
    assert list(sentences(page)) == ["difficulties", "next_step", "points_at_nobody"]
    page = send("Some came.", **photo("Four women"))
    [row] = [row for row in page.context["page"].photos if row.errors]
    assert list(row.errors) == ["caption"]
    assert list(sentences(page)) == ["points_at_nobody"]
    assert send("Some came.", points_at_nobody="on", **photo("Four women")).status_code == 302
    assert Photo.objects.get().caption == "Four women"


def photo(caption):
    return {"photo-0-file": picture(), "photo-0-caption": caption}


def test_the_title_of_a_document_is_asked_about(send):
    def paper() -> dict[str, object]:
        return {"document-0-file": picture(), "document-0-title": "Letter of two women"}

    page = send("Some came.", **paper())
    assert [list(row.errors) for row in page.context["page"].documents] == [["title"]]
    assert list(sentences(page)) == ["points_at_nobody"]
    assert send("Some came.", points_at_nobody="on", **paper()).status_code == 302
    assert Document.objects.get().title == "Letter of two women"


def test_what_was_paid_is_asked_about(send):
    """A report tells it."""
    own = FundingSource.objects.get(slug="own").pk
    paid = {"description": "Bus, two women", "amount": "20", "currency": "EUR", "source": own}
    sent = {f"expense-0-{name}": text for name, text in paid.items()}
    page = send("Some came.", **sent)
    assert [list(row.errors) for row in page.context["page"].expenses] == [["description"]]
    assert list(sentences(page)) == ["points_at_nobody"]
    assert send("Some came.", points_at_nobody="on", **sent).status_code == 302
    assert Expenditure.objects.get().description == "Bus, two women"


def test_few_different_people_are_asked_about_too(send):
    assert sentences(send("Three people in all.", unique_people="3"))
    assert send("Three people in all.").status_code == 302


def test_another_row_is_shown_without_a_question(send):
    assert sentences(send("Two women spoke.", add="photo")) == {}


def test_who_corrects_an_entry_is_asked_about_what_is_new(cast, send):
    send("Two women spoke.", points_at_nobody="on")
    entry = LogEntry.objects.get()
    edit = reverse("activities:log_edit", args=[entry.pk])
    assert send("Two women spoke at length.", to=edit, version=1).status_code == 302
    assert list(sentences(send("Two women spoke, four left.", to=edit, version=2))) == ["text", "points_at_nobody"]
    fewer = {cell_name(cast.women.pk, "women", cast.age_bands[2].pk): "1"}
    errors = sentences(send("Two women spoke, one left.", to=edit, version=2, **fewer))
    assert ": one." in errors["text"][0]


def test_what_waited_without_a_network_comes_back_with_the_question_and_is_confirmed(send, client):
    """The script keeps it as not accepted, with the sentences of the summary, until its writer opened and ticked it."""
    key = "8e7cf3c8-5d5e-4e5c-9a37-0a2f8d7d9a11"
    answer = send("Two women spoke.", submission_key=key, headers=LATER)
    page = answer.content.decode()
    assert (answer.status_code, "error-summary" in page, "vulnerable group: two. No report" in page) == (
        200,
        True,
        True,
    )
    saved = send("Two women spoke.", submission_key=key, points_at_nobody="on", headers=LATER)
    assert saved.json()["said"] == ["The entry is saved."]


@pytest.fixture
def entry(cast, activity):
    """An entry of two women, as it stood before anybody was asked."""
    row = make_entry(activity, cast.coordinator_south, text="Some came.")
    band = cast.age_bands[1]
    Participation.objects.create(log_entry=row, target_group=cast.women, sex="women", age_band=band, count=2)
    return row


def test_a_public_text_tells_no_small_count_of_its_activity_unasked(client, activity, entry):
    form = reverse("activities:public_edit", args=[activity.pk])
    values = {"title_en": "A course", "text_en": "Two women learned.", "version": 0}
    page = client.post(form, values)
    assert list(page.context["form"].errors) == ["text_en", "points_at_nobody"]
    assert "vulnerable group: two. Everybody reads" in page.content.decode()
    assert client.post(form, values | {"points_at_nobody": "on"}).status_code == 302
    row = PublicText.objects.get()
    assert row.text_en == "Two women learned."
    values |= {"version": row.version, "text_en": "Two women learned much."}
    assert client.post(form, values).status_code == 302, "was asked about before"


def test_the_summary_of_an_activity_tells_no_small_count_of_it_unasked(cast, client, client_of, activity, entry):
    """A report tells it too."""
    at = reverse("activities:edit", args=[activity.pk])
    form = client.get(at).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: value for name, value in values.items() if value not in (None, [], False)}
    page = client.post(at, values | {"summary_fr": "Deux femmes apprennent."})
    assert list(page.context["form"].errors) == ["summary_fr", "points_at_nobody"]
    sent = values | {"summary_fr": "Deux femmes apprennent.", "points_at_nobody": "on"}
    assert client.post(at, sent).status_code == 302
    boss = client_of(cast.administrator)
    at, values = address(Activity, "change", activity.pk), page_of(boss, Activity, activity.pk)
    errors = boss.post(at, values | {"title_nl": "Twee vrouwen"}).context["adminform"].form.errors
    assert list(errors) == ["title_nl", "points_at_nobody"]
    assert boss.post(at, values | {"summary_fr": "Deux femmes apprennent bien."}).status_code == 302, "was asked about"


def test_the_words_of_a_year_tell_no_small_count_of_it_unasked(cast, client, client_of, entry):
    SectionHeading.objects.create(slug="context", **in_all_languages(title="Context", guidance="What changed"))
    year = cast.gillis.year(2024)
    at = f"/partnerships/programmes/{year.programme.slug}/2024/sections/context/0/new/"
    values = {"text": "Deux femmes sont venues.", "language": "fr", "version": 0}
    page = client.post(at, values)
    assert list(page.context["form"].errors) == ["text", "points_at_nobody"]
    assert client.post(at.replace("2024/sec", "2023/sec"), values).status_code == 302, "they came in another year"
    assert client.post(at, values | {"points_at_nobody": "on"}).status_code == 302
    assert NarrativeSection.objects.filter(text=values["text"]).count() == 2

    row = NarrativeSection.objects.get(year=year)
    boss = client_of(cast.administrator)
    at, values = address(NarrativeSection, "change", row.pk), page_of(boss, NarrativeSection, row.pk)
    page = boss.post(at, values | {"text": "Trois jours, deux femmes."})
    assert page.status_code == 302, "was asked about"
    page = boss.post(at, page_of(boss, NarrativeSection, row.pk) | {"text": "Rien."})
    values = page_of(boss, NarrativeSection, row.pk) | {"text": "Deux femmes."}
    errors = boss.post(at, values).context["adminform"].form.errors
    assert list(errors) == ["text", "points_at_nobody"]
    assert boss.post(at, values | {"points_at_nobody": "on"}).status_code == 302


def test_a_spreadsheet_of_activities_warns_of_a_small_count_of_them(cast, client_of, activity, entry):
    boss = client_of(cast.administrator)
    rows = [[activity.slug, "Deux femmes apprennent.", "Three days"], [cast.gillis.home.slug, "Deux", "Two"]]
    preview = send_sheet(boss, ACTIVITIES, csv(["slug", "summary_fr", "title_en"], *rows))
    [warning] = preview.context_data["outcome"].warnings
    assert (warning.row, "vulnerable group: deux. No report" in warning.reason) == (2, True)
    assert confirm(boss, ACTIVITIES, preview).status_code == 302
    activity.refresh_from_db()
    assert activity.summary_fr == "Deux femmes apprennent."
    again = csv(["slug", "summary_fr"], [activity.slug, "Deux femmes apprennent bien."])
    assert send_sheet(boss, ACTIVITIES, again).context_data["outcome"].warnings == [], "was asked about"


def test_a_spreadsheet_of_expenses_warns_of_a_small_count(cast, client_of, activity, entry):
    boss = client_of(cast.administrator)
    at, head = "admin:activities_expenditure_import", ["activity", "spent_on", "description", "source", "amount"]
    rows = [[row.slug, "2024-05-02", "Bus, two women", "own", "20"] for row in (activity, cast.gillis.home)]
    preview = send_sheet(boss, at, csv(head, *rows))
    [warning] = preview.context_data["outcome"].warnings
    assert (warning.row, "vulnerable group: two. No report" in warning.reason) == (2, True)
    assert confirm(boss, at, preview).status_code == 302
    row = Expenditure.objects.get(activity=activity)
    again = csv(["id", "description"], [row.pk, "Bus for two women"])
    assert send_sheet(boss, at, again).context_data["outcome"].warnings == [], "was asked about"


def test_a_spreadsheet_of_values_warns_of_a_small_count(cast, client_of):
    boss, result = client_of(cast.administrator), make_result(cast.gillis)
    at, head = "admin:partnerships_indicatorvalue_import", ["indicator", "starts_on", "ends_on", "value", "comment"]
    rows = [make_indicator(result, whom=whom) for whom in ("vulnerable", "nobody")]
    sent = [[row.slug, "2024-01-01", "2024-12-31", "3", "Three stayed."] for row in rows]
    preview = send_sheet(boss, at, csv(head, *sent))
    [warning] = preview.context_data["outcome"].warnings
    assert (warning.row, "vulnerable group: three. No report" in warning.reason) == (2, True)
    assert confirm(boss, at, preview).status_code == 302
    again = csv(head, [rows[0].slug, "2024-01-01", "2024-12-31", "3", "Three stayed on."])
    assert send_sheet(boss, at, again).context_data["outcome"].warnings == [], "was asked about"


def test_the_comment_of_a_value_tells_no_small_count_of_it_unasked(cast, client):
    indicator = make_indicator(make_result(cast.gillis), whom="vulnerable")
    at = reverse("partnerships:value_create", args=[indicator.slug])
    values = {
        "starts_on": "2024-01-01",
        "ends_on": "2024-12-31",
        "value": "3",
        "comment": "Three stayed.",
        "language": "en",
    }
    page = client.post(at, values)
    assert list(page.context["form"].errors) == ["comment", "points_at_nobody"]
    assert client.post(at, values | {"points_at_nobody": "on"}).status_code == 302
    assert IndicatorValue.objects.get().comment == "Three stayed."
    indicator.whom = "nobody"
    indicator.save()
    values |= {"starts_on": "2023-01-01", "ends_on": "2023-12-31"}
    assert client.post(at, values).status_code == 302
    make_rule(indicator, groups=[cast.women])
    page = client.post(at, values | {"starts_on": "2022-01-01", "ends_on": "2022-12-31"})
    assert list(page.context["form"].errors) == ["comment", "points_at_nobody"], "its rule counts vulnerable people"


def test_the_administration_asks_about_the_comment_of_a_value(cast, client_of):
    boss = client_of(cast.administrator)
    row = make_value(make_indicator(make_result(cast.gillis), whom="vulnerable"), 3)
    at, values = address(IndicatorValue, "change", row.pk), page_of(boss, IndicatorValue, row.pk)
    errors = boss.post(at, values | {"comment": "Three stayed."}).context["adminform"].form.errors
    assert list(errors) == ["comment", "points_at_nobody"]
    assert boss.post(at, values | {"comment": "Three stayed.", "points_at_nobody": "on"}).status_code == 302
    values = page_of(boss, IndicatorValue, row.pk) | {"comment": "Three stayed on."}
    assert boss.post(at, values).status_code == 302, "was asked about"


def test_the_reason_of_a_correction_tells_no_small_count_unasked(cast, client, client_of):
    """Nor how few lie between two values: six of eight would be told without."""
    indicator = make_indicator(make_result(cast.gillis), whom="vulnerable", by_sex=True)
    value = make_value(indicator, 8, by=cast.officer)
    IndicatorPart.objects.create(value=value, sex="women", number=4)
    lock(cast.gillis, 2024)
    at = reverse("partnerships:value_correct", args=[value.pk])
    values = {"value": "6", "language": "en", "recorded_on": "2025-03-01"}
    for reason, figure in [("Two came twice.", "two"), ("4 were women.", "4")]:
        page = client.post(at, values | {"reason": reason})
        assert list(page.context["form"].errors) == ["reason", "points_at_nobody"]
        assert f"vulnerable group: {figure}. No report" in page.content.decode()
    assert IndicatorCorrection.objects.count() == 0
    values |= {"reason": "Two came twice."}
    assert client.post(at, values | {"points_at_nobody": "on"}).status_code == 302
    row = IndicatorCorrection.objects.get()
    assert row.reason == "Two came twice."

    boss = client_of(cast.administrator)
    at = address(IndicatorCorrection, "change", row.pk)
    sent = page_of(boss, IndicatorCorrection, row.pk)
    assert boss.post(at, sent | {"reason": "Two came twice, in all."}).status_code == 302, "was asked about"
    errors = boss.post(at, sent | {"value": "5", "reason": "Three came twice."}).context["adminform"].form.errors
    assert list(errors) == ["reason", "points_at_nobody"]
    assert boss.post(at, sent | {"reason": "Nine are too many."}).status_code == 302
    Indicator.objects.update(whom="nobody")
    assert boss.post(at, sent | {"reason": "Four are too many."}).status_code == 302


def test_the_administration_asks_about_the_caption_of_a_photo(cast, client_of, send):
    send("Some came.", points_at_nobody="on", **photo("The hall"))
    boss, row = client_of(cast.administrator), Photo.objects.get()
    at, values = address(Photo, "change", row.pk), page_of(boss, Photo, row.pk)
    errors = boss.post(at, values | {"caption": "Two women"}).context["adminform"].form.errors
    assert list(errors) == ["caption", "points_at_nobody"]
    assert boss.post(at, values | {"caption": "Two women", "points_at_nobody": "on"}).status_code == 302
    at, values = address(LogEntry, "change", row.log_entry_id), page_of(boss, LogEntry, row.log_entry_id)
    page = boss.post(at, values | {"photos-0-caption": "Four women"})
    said = [each.non_form_errors().as_text() for each in page.context["inline_admin_formsets"]]
    assert sum("vulnerable group: four. No report" in text for text in said) == 1
    assert boss.post(at, values | {"photos-0-caption": "Two women there"}).status_code == 302, "was asked about"


def test_the_administration_asks_about_the_title_of_a_document(cast, client_of, send):
    send("Some came.", **{"document-0-file": picture(), "document-0-title": "Letter"})
    boss, row = client_of(cast.administrator), Document.objects.get()
    at, values = address(Document, "change", row.pk), page_of(boss, Document, row.pk)
    errors = boss.post(at, values | {"title": "Two women"}).context["adminform"].form.errors
    assert list(errors) == ["title", "points_at_nobody"]
    at, values = address(LogEntry, "change", row.log_entry_id), page_of(boss, LogEntry, row.log_entry_id)
    page = boss.post(at, values | {"documents-0-title": "Four women"})
    said = [each.non_form_errors().as_text() for each in page.context["inline_admin_formsets"]]
    assert sum("vulnerable group: four. No report" in text for text in said) == 1


def test_the_administration_asks_about_an_entry_and_about_a_count_of_it(cast, client_of, entry):
    boss = client_of(cast.administrator)
    at, values = address(LogEntry, "change", entry.pk), page_of(boss, LogEntry, entry.pk)
    page = boss.post(at, values | {"text": "Two came."})
    [formset, *_others] = page.context["inline_admin_formsets"]
    assert "vulnerable group: two. No report" in formset.non_form_errors()[0]
    assert boss.post(at, values | {"text": "Two came.", "points_at_nobody": "on"}).status_code == 302
    row = entry.participations.get()
    at, values = address(Participation, "change", row.pk), page_of(boss, Participation, row.pk)
    LogEntry.objects.update(text="Two came, three left.")
    page = boss.post(at, values | {"count": "3"})
    assert list(page.context["adminform"].form.errors) == ["count", "points_at_nobody"]
    assert boss.post(at, values | {"count": "3", "points_at_nobody": "on"}).status_code == 302
    assert boss.post(at, values | {"count": "7"}).status_code == 302
