"""A form is answered by who has its code or its link: without an account, once, in their language."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from beneficiaries.models import Answer, AnswerCode, AnswerSheet
from beneficiaries.services.answers import Given, code_of, make_codes, receive, withdraw_codes
from portal.ground.models import AuditEntry
from tests.conftest import TODAY
from tests.form_rows import answered, choice, make_form, make_question, make_whole, new_code
from tests.test_money_races import at_once

pytestmark = pytest.mark.django_db
USED = "Answers were received with this code already. Each code is for one time."
DAY = dt.timedelta(days=1)


@pytest.fixture
def whole(cast):
    form, asked = make_whole(cast.gillis)
    code = new_code(form, cast.coordinator_south)
    return form, asked, reverse("answering:by_code", args=[code])


@pytest.fixture
def shared(cast):
    form, asked = make_whole(cast.gillis, needs_code=False)
    return form, asked, reverse("answering:by_link", args=[form.link])


def told(page) -> str:
    return page.content.decode()


def test_answers_are_kept_once_and_lead_to_nobody(whole):
    form, asked, url = whole
    chosen = [choice(asked["choices"], "Selling"), choice(asked["choices"], "Law")]
    page = Client().post(f"{url}?lang=fr", answered(asked, choices=chosen, text="Plus d’heures."))
    assert (page.status_code, page["Location"]) == (302, "/answer/thanks/?lang=fr")
    sheet = AnswerSheet.objects.get()
    assert (sheet.form, sheet.way, sheet.language, sheet.received_on, sheet.typed_by) == (
        form, "online", "fr", TODAY, None
    )  # fmt: skip
    found = sorted(Answer.objects.values_list("question__kind", "choice__label_en", "number", "text"), key=str)
    assert found == [
        ("choice", "Evening", None, ""),
        ("choices", "Law", None, ""),
        ("choices", "Selling", None, ""),
        ("number", None, 20, ""),
        ("scale", None, 4, ""),
        ("text", None, None, "Plus d’heures."),
    ]
    assert AnswerCode.objects.get().state == "used"
    links = {field.related_model for field in AnswerSheet._meta.get_fields() if field.is_relation}
    assert AnswerCode not in links


def test_neither_words_nor_codes_stand_in_the_audit(whole):
    form, asked, url = whole
    Client().post(url, answered(asked, text="Kwartelvangst"))
    trail = str(list(AuditEntry.objects.values_list("changes", "target_text", "reason", "actor")))
    assert "Kwartelvangst" not in trail
    assert url.strip("/").split("/")[-1] not in trail
    # That somebody answered is told, with the hour; no number leads from there to the answers.
    entry = AuditEntry.objects.get(actor=None)
    assert (entry.target_id, entry.changes) == (form.pk, {"sheets": 1})
    assert str(AnswerSheet.objects.get().pk) not in trail


def test_a_code_is_kept_as_a_keyed_hash(cast):
    form = make_form(cast.gillis)
    code = new_code(form, cast.coordinator_south)
    assert len(code) == 16
    assert code.isdigit()
    assert code not in str(list(AnswerCode.objects.values()))
    assert code_of(f"{code[:4]} {code[4:8]}-{code[8:]}") == AnswerCode.objects.get()
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert code_of(arabic) == AnswerCode.objects.get()


def test_the_same_form_sent_twice_prints_the_same_codes(cast):
    form, key = make_form(cast.gillis), uuid.uuid4()
    first = make_codes(form, 5, actor=cast.coordinator_south, key=key)
    assert make_codes(form, 5, actor=cast.coordinator_south, key=key) == first
    assert form.codes.count() == len(set(first)) == 5
    other = make_form(cast.gillis)
    assert not set(make_codes(other, 5, actor=cast.coordinator_south, key=key)) & set(first)


def test_codes_that_were_lost_are_void(cast):
    form, asked = make_whole(cast.gillis)
    code = new_code(form, cast.coordinator_south, 3)
    assert withdraw_codes(form, actor=cast.coordinator_south) == 3
    page = Client().post(reverse("answering:by_code", args=[code]), answered(asked))
    assert (page.status_code, AnswerSheet.objects.count()) == (404, 0)


def test_the_same_answers_sent_twice_are_kept_once(whole):
    _form, asked, url = whole
    sent = answered(asked)
    assert [Client().post(url, sent).status_code for _time in range(2)] == [302, 302]
    assert AnswerSheet.objects.count() == 1


def test_a_second_form_with_the_same_code_is_refused(whole):
    _form, asked, url = whole
    Client().post(url, answered(asked))
    page = Client().post(f"{url}?lang=en", answered(asked, scale="1"))
    assert page.status_code == 409
    assert USED in told(page)
    assert Answer.objects.get(question=asked["scale"]).number == 4
    assert USED in told(Client().get(f"{url}?lang=en"))


def test_a_code_is_for_one_time_also_when_the_form_no_longer_asks_for_codes(whole):
    form, asked, url = whole
    type(form).objects.filter(pk=form.pk).update(needs_code=False)
    assert [Client().post(url, answered(asked, scale=scale)).status_code for scale in "41"] == [302, 409]
    assert AnswerSheet.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"opens_on": TODAY + DAY}, "This form is not open yet. Come back on 23 November 2026."),
        ({"opens_on": TODAY - 9 * DAY, "closes_on": TODAY - DAY}, "This form is closed: no more answers are taken."),
        ({"opens_on": None}, "This form is not open."),
    ],
)
def test_only_an_open_form_takes_answers(cast, days, said):
    form, asked = make_whole(cast.gillis, needs_code=False, **days)
    url = reverse("answering:by_link", args=[form.link]) + "?lang=en"
    assert said in told(Client().get(url))
    page = Client().post(url, answered(asked, text="In my <own> words."))
    assert (page.status_code, AnswerSheet.objects.count()) == (409, 0)
    assert said in told(page)
    # Whoever is too late does not lose what she wrote.
    assert "In my &lt;own&gt; words." in page.content.decode()


def test_a_form_is_open_on_its_first_and_its_last_day(cast):
    form, asked = make_whole(cast.gillis, needs_code=False, closes_on=TODAY)
    assert Client().post(reverse("answering:by_link", args=[form.link]), answered(asked)).status_code == 302


def test_a_form_without_questions_says_so(cast):
    form = make_form(cast.gillis, needs_code=False)
    url = reverse("answering:by_link", args=[form.link])
    assert "This form has no questions yet." in told(Client().get(f"{url}?lang=en"))


@pytest.mark.parametrize("code", ["0" * 16, "1234", "abc", "é" * 70, "٠" * 16, "%2e%2e"])
def test_a_forged_code_leads_nowhere(whole, code):
    page = Client().get(f"/answer/{code}/?lang=en")
    assert page.status_code == 404
    assert "This code does not open a form." in told(page)


def test_a_form_with_codes_has_no_open_door(whole):
    form, asked, _url = whole
    url = reverse("answering:by_link", args=[form.link])
    assert Client().post(url, answered(asked)).status_code == 404


def test_a_code_opens_its_own_form_alone(cast, whole):
    form, _asked, _url = whole
    other = make_form(cast.gillis)
    make_question(other, "text")
    foreign = code_of(new_code(other, cast.coordinator_south))
    with pytest.raises(ValidationError, match="code"):
        receive(form, [Given(1, text="x")], key=uuid.uuid4(), language="nl", on=TODAY, code=foreign)
    foreign.refresh_from_db()
    assert foreign.state == "free"


def test_wrong_codes_are_counted_and_then_not_looked_up(whole, settings):
    settings.ACCOUNT_RATE_LIMITS = {"answer_code": "3/10m/ip"}
    cache.clear()
    _form, _asked, url = whole
    client = Client()
    assert [client.get("/answer/1/").status_code for _time in range(4)] == [404, 404, 404, 429]
    assert client.post("/answer/", {"code": "1"}).status_code == 429
    page = client.get(f"{url}?lang=en")
    assert (page.status_code, "Wait ten minutes" in told(page)) == (429, True)
    cache.clear()


def test_a_code_is_typed_in_where_no_camera_reads_it(whole):
    _form, _asked, url = whole
    code = url.strip("/").split("/")[-1]
    page = Client().post("/answer/?lang=ar", {"code": f" {code[:4]} {code[4:]} "})
    assert page["Location"] == f"{url}?lang=ar"
    page = Client().post("/answer/?lang=en", {"code": "12 34\0"})
    assert (page.status_code, "type the 16 digits again" in told(page), 'value="12 34▯"' in told(page)) == (
        200, True, True
    )  # fmt: skip


@pytest.mark.parametrize("field", ["scale", "choice", "choices", "number", "text"])
@pytest.mark.parametrize("value", ["\0", "9" * 40, "-1", "<script>", "nan", "١٢٣x"])
def test_no_value_is_an_error_of_the_server(whole, field, value):
    _form, asked, url = whole
    page = Client().post(url, answered(asked, **{field: value}))
    assert page.status_code in {200, 302}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("scale", "", "Answer this question."),
        ("scale", "6", "Choose one of the answers that are shown."),
        ("choice", "999999", "Choose one of the answers that are shown."),
        ("choices", ["1", "\0"], "Choose one of the answers that are shown."),
        ("number", "181", "The number is at most 180."),
        ("number", "-1", "The number is at least 0."),
        ("number", "many", "Type the number in digits"),
        ("text", "a\0b", "The text holds characters that cannot be shown."),
        ("text", "a" * 1_000_000, "This text is longer than 2000 characters"),
    ],
)
def test_what_is_wrong_is_said_beside_the_question_and_the_rest_is_kept(whole, field, value, said):
    _form, asked, url = whole
    page = Client().post(f"{url}?lang=en", answered(asked, **({"text": "I liked it."} | {field: value})))
    html = told(page)
    assert (page.status_code, AnswerSheet.objects.count()) == (200, 0)
    assert said in html.split(f'id="error_q{asked[field].pk}"')[1].split("</p>")[0]
    if field != "text":
        assert "I liked it." in html
    assert ("a" * 1_000_000 in html) == (value == "a" * 1_000_000)


def test_a_forged_key_of_a_form_is_refused_in_a_sentence(whole):
    _form, asked, url = whole
    page = Client().post(f"{url}?lang=en", answered(asked) | {"submission_key": "x"})
    assert (page.status_code, "Enter a valid UUID." in told(page), AnswerSheet.objects.count()) == (200, True, 0)


def test_a_forged_question_is_refused(cast, whole):
    _form, asked, url = whole
    foreign = make_question(make_form(cast.jette), "text")
    page = Client().post(f"{url}?lang=en", answered(asked) | {f"q{foreign.pk}": "Boo"})
    assert "This form has other questions" in told(page)
    assert AnswerSheet.objects.count() == 0


def test_an_empty_form_is_not_sent(cast):
    form = make_form(cast.gillis, needs_code=False)
    make_question(form, "text")
    page = Client().post(reverse("answering:by_link", args=[form.link]) + "?lang=en", {})
    assert (page.status_code, "Nothing is answered yet." in told(page)) == (200, True)


def test_arabic_digits_are_a_number(whole):
    _form, asked, url = whole
    Client().post(url, answered(asked, number="٤٥"))
    assert Answer.objects.get(question=asked["number"]).number == 45


def test_no_cookie_is_set_and_no_engine_lists_it(whole):
    _form, asked, url = whole
    pages = [Client().get(path) for path in (url, "/answer/", "/answer/thanks/", "/answer/1/")]
    pages.append(Client(enforce_csrf_checks=True).post(url, answered(asked)))
    assert [dict(page.cookies) for page in pages] == [{}] * 5
    assert [page.get("X-Robots-Tag") for page in pages] == ["noindex"] * 4 + [None]
    assert all("no-store" in page["Cache-Control"] for page in pages)
    assert pages[-1].status_code == 302


@pytest.mark.parametrize(("asked", "header", "language"), [("ar", "nl", "ar"), ("", "fr", "fr"), ("xx", "en", "en")])
def test_the_page_speaks_the_language_that_was_chosen(whole, asked, header, language):
    page = Client(headers={"accept-language": header}).get(f"{whole[2]}?lang={asked}")
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in told(page)


def test_only_languages_that_the_form_is_written_in_are_offered(cast):
    empty = {"title_nl": "", "title_en": "", "title": ""}
    form, _asked = make_whole(cast.gillis, needs_code=False, **empty, title_ar="استمارة", title_fr="Formulaire")
    html = told(Client(headers={"accept-language": "nl"}).get(reverse("answering:by_link", args=[form.link])))
    assert [code for code in ("nl", "fr", "en", "ar") if f'href="?lang={code}"' in html] == ["fr", "ar"]
    assert '<html lang="ar" dir="rtl">' in html


def test_everybody_who_has_the_link_answers_and_each_sends_once(shared):
    _form, asked, url = shared
    first, second = answered(asked), answered(asked)
    for sent in (first, first, second):
        assert Client().post(url, sent).status_code == 302
    assert AnswerSheet.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_equal_forms_at_once_are_one_answer(cast):
    form, asked = make_whole(cast.gillis)
    code = new_code(form, cast.coordinator_south)
    url, sent = reverse("answering:by_code", args=[code]), answered(asked)

    def send() -> str:
        return str(Client().post(url, sent).status_code)

    assert at_once(send, send, send) == ["302"] * 3
    other = answered(asked)
    assert at_once(send, lambda: str(Client().post(url, other).status_code)) == ["302", "409"]
    assert (AnswerSheet.objects.count(), Answer.objects.count()) == (1, 3)
