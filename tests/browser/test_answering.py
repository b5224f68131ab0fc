"""A form as a woman in Berkane answers it: on a phone, in Arabic, on a line that breaks; and how it is built."""

import uuid

import pytest
from django.urls import reverse

from beneficiaries.models import Answer, AnswerSheet
from tests.admin_rows import fill
from tests.browser.conftest import SCREENS
from tests.form_rows import answered, make_whole, new_code

ARABIC = {"title_ar": "كيف كان التكوين؟"}


def wait_until_kept(page):
    """Wait until the page could be opened without a network, with all that it is made of."""
    page.wait_for_selector("html[data-offline=ready]", state="attached")


def lose_the_answer(route):
    """Let the server have a form, and break the line before it can say so."""
    if route.request.method == "POST":
        route.fetch(max_redirects=0)
        route.abort()
    else:
        route.fallback()


@pytest.fixture
def code_url(cast):
    form, asked = make_whole(cast.gillis, **ARABIC)
    return asked, reverse("answering:by_code", args=[new_code(form, cast.coordinator_south)])


@pytest.mark.once
@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("screen", SCREENS)
def test_pages_are_in_order(visit, cast, code_url, screen, language):
    rows = fill(cast, cast.jette, "jette")
    slug = {model.__name__: getattr(row, "slug", row.pk) for model, row in rows.items()}
    form, whole = f"/forms/{slug['EvaluationForm']}", f"/forms/{make_whole(cast.jette)[0].slug}"
    paths = [
        "/forms/",
        f"/forms/new/{cast.jette.partnership.slug}/",
        f"{form}/",
        f"{form}/edit/",
        f"{form}/questions/new/choices/",
        f"{form}/codes/",
        *(f"{whole}/{page}/" for page in ("preview", "paper", "results", "findings/new")),
        "/suggestions/",
        f"/suggestions/{slug['Suggestion']}/",
        f"/suggestions/{slug['Suggestion']}/reply/",
    ]
    visitor, wrong = visit(cast.officer, screen=screen, language=language), []
    stranger = visit(screen=screen, language=language)
    _asked, url = code_url
    for who, path in [*((visitor, path) for path in paths), (stranger, url), (stranger, "/answer/")]:
        try:
            who.go(path)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
            who.complaints.clear()
    assert not wrong


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_is_answered_on_a_phone_in_arabic(visit, code_url, javascript):
    asked, url = code_url
    visitor = visit(screen="phone", language="ar", javascript=javascript)
    page = visitor.page
    page.goto(f"{visitor.address}{url}")
    assert page.evaluate("document.documentElement.dir") == "rtl" if javascript else True
    page.locator(f"[name=q{asked['choices'].pk}]").nth(1).tap()
    page.locator("[type=submit]").tap()
    page.wait_for_selector(".question-wrong")
    assert page.locator(f"[name=q{asked['choices'].pk}]").nth(1).is_checked()
    page.locator(f"[name=q{asked['scale'].pk}][value='5']").tap()
    page.locator("[type=submit]").tap()
    page.wait_for_url("**/answer/thanks/**")
    assert set(Answer.objects.values_list("question__kind", flat=True)) == {"scale", "choices"}
    assert AnswerSheet.objects.get().language == "ar"


def test_without_a_network_the_page_opens_keeps_the_answers_and_sends_them_once(visit, code_url):
    asked, url = code_url
    visitor = visit(screen="phone", language="ar")
    page = visitor.page
    visitor.go(url)
    wait_until_kept(page)
    page.context.set_offline(True)
    page.reload()
    page.locator(f"[name=q{asked['scale'].pk}][value='4']").tap()
    page.locator("[type=submit]").tap()
    page.wait_for_selector("[data-outbox-note]:not([hidden])")
    assert AnswerSheet.objects.count() == 0
    page.reload()
    assert page.locator(f"[name=q{asked['scale'].pk}][value='4']").is_checked()
    page.context.set_offline(False)
    page.wait_for_url("**/answer/thanks/**")
    assert Answer.objects.get().number == 4
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_answer_that_the_server_had_already_is_not_sent_twice(visit, code_url):
    asked, url = code_url
    visitor = visit(screen="phone")
    page = visitor.page
    visitor.go(url)
    page.locator(f"[name=q{asked['scale'].pk}][value='3']").tap()
    page.route("**/answer/*/**", lose_the_answer)
    page.locator("[type=submit]").tap()
    page.wait_for_selector("[data-outbox-note]:not([hidden])")
    assert AnswerSheet.objects.count() == 1
    page.unroute("**/answer/*/**")
    page.reload()
    page.wait_for_url("**/answer/thanks/**")
    assert (AnswerSheet.objects.count(), page.evaluate("Object.keys(localStorage).length")) == (1, 0)


def test_several_women_answer_on_one_tablet_without_a_network(visit, cast):
    form, asked = make_whole(cast.gillis, needs_code=False)
    visitor = visit(screen="phone")
    page = visitor.page
    visitor.go(reverse("answering:by_link", args=[form.link]))
    wait_until_kept(page)
    # The first is sent back to be mended, so that her words stand in the page that the next one would see.
    page.locator(f"[name=q{asked['text'].pk}]").fill("Mine")
    page.locator("[type=submit]").tap()
    page.wait_for_selector(".question-wrong")
    page.context.set_offline(True)
    for step in ("1", "5"):
        page.locator(f"[name=q{asked['scale'].pk}][value='{step}']").tap()
        page.locator("[type=submit]").tap()
        page.locator("[name^=q]:checked:not([value=''])").wait_for(state="detached")
        assert page.locator(f"[name=q{asked['text'].pk}]").input_value() == ""
        assert page.locator(".question-wrong").count() == 0
    page.context.set_offline(False)
    page.get_by_text("The answers that were kept on this device were sent.").wait_for()
    assert sorted(Answer.objects.exclude(number=None).values_list("number", flat=True)) == [1, 5]
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_what_is_used_elsewhere_meanwhile_is_said_and_forgotten(visit, code_url, client):
    asked, url = code_url
    visitor = visit(screen="phone")
    page = visitor.page
    visitor.go(url)
    page.locator(f"[name=q{asked['scale'].pk}][value='2']").tap()
    client.post(url, answered(asked, key=str(uuid.uuid4())))
    page.locator("[type=submit]").tap()
    page.get_by_text("Answers were received with this code already.").wait_for()
    assert AnswerSheet.objects.count() == 1
    page.wait_for_load_state("load")
    assert page.evaluate("Object.keys(localStorage).length") == 0
