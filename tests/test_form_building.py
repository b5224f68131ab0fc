"""A coordinator builds a form: its record, its questions in order, codes, a new edition; nobody changes its meaning."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from beneficiaries.models import Answer, AnswerSheet, EvaluationForm, Question, QuestionChoice, TargetGroup
from beneficiaries.services.answers import Given, make_codes
from beneficiaries.services.evaluation_forms import (
    add_question,
    change_question,
    copy_form,
    create_form,
    move_question,
    update_form,
)
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from portal.ground.versions import StaleVersion
from tests.cast import in_all_languages
from tests.conftest import TODAY
from tests.form_rows import choice, fill_in, make_form, make_question, make_whole
from tests.learner_rows import make_cohort, make_course

pytestmark = pytest.mark.django_db
FROZEN = "The form has answers, so its questions stay as they are. Copy it into a new edition."


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def writer(cast):
    return cast.coordinator_south


def send(client, url, user, **fields):
    return client.post(url, {"submission_key": str(uuid.uuid4()), "author": author_token(user), **fields})


def test_a_form_is_built_from_its_title_to_its_questions(cast, writer, client_of):
    client = client_of(writer)
    url = reverse("forms:create", args=[cast.gillis.partnership.slug])
    days = {"opens_on": "2026-11-01", "closes_on": "2026-11-30", "needs_code": "on"}
    page = send(client, url, writer, title_en="How was it?", title_ar="كيف كان؟", **days)
    form = EvaluationForm.objects.get()
    assert page["Location"] == reverse("forms:detail", args=[form.slug])
    assert (form.title_ar, form.opens_on, form.needs_code) == ("كيف كان؟", dt.date(2026, 11, 1), True)
    assert len(form.link) == 14
    question = reverse("forms:question_create", args=[form.slug, "choices"])
    offers = {"choices_en": "Selling\n\n  Law ", "choices_ar": "البيع\nالقانون"}
    send(client, question, writer, text_en="More about?", is_required="on", **offers)
    scale = reverse("forms:question_create", args=[form.slug, "scale"])
    send(client, scale, writer, text_en="How much?", steps="4", low_en="nothing", high_en="much")
    first, second = form.questions.all()
    offered = list(first.choices.values_list("label_en", "label_ar"))
    assert offered == [("Selling", "البيع"), ("Law", "القانون")]
    assert (first.kind, first.is_required, second.steps, second.low_en) == ("choices", True, 4, "nothing")
    entries = AuditEntry.objects.about(form).values_list("verb", "target_type")
    assert list(entries) == [("create", "beneficiaries.question")] * 2 + [("create", "beneficiaries.evaluationform")]


def test_a_form_begun_at_a_cohort_is_for_it(cast, writer, client_of):
    cohort = make_cohort(make_course(cast.gillis, target_group=cast.youth))
    client, url = client_of(writer), reverse("forms:create", args=[cast.gillis.partnership.slug])
    page = client.get(f"{url}?cohort={cohort.slug}")
    given = [page.context["form"].initial[name] for name in ("cohort", "course", "target_group")]
    assert given == [cohort, cohort.course, cast.youth.pk]
    assert client.get(f"{url}?cohort={'x' * 300}").status_code == 200
    make_form(cast.gillis, cohort=cohort, course=cohort.course, **in_all_languages(title="How was it?"))
    assert "How was it?" in client.get(reverse("beneficiaries:cohort_detail", args=[cohort.slug])).content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ("text_en", "Write this in at least one language.")),
        ({"choices_en": "One"}, ("choices_en", "Write 2 to 20 answers, one a line.")),
        ({"choices_en": "One\nOne"}, ("choices_en", "The same answer stands here twice.")),
        (
            {"choices_en": "One\nTwo", "choices_ar": "واحد"},
            ("choices_ar", "Here stand 1 answers, in another"),
        ),
        ({"choices_en": "\n".join(map(str, range(21)))}, ("choices_en", "Write 2 to 20 answers, one a line.")),
        ({"choices_en": "a" * 151 + "\nb"}, ("choices_en", "An answer is at most 150 characters long.")),
        ({"choices_en": "a\0\nb"}, ("choices_en", "The text holds characters that cannot be shown.")),
    ],
)
def test_a_question_that_cannot_be_asked_is_sent_back(cast, writer, client_of, fields, wrong):
    field, said = wrong
    form = make_form(cast.gillis)
    url = reverse("forms:question_create", args=[form.slug, "choice"])
    page = send(client_of(writer), url, writer, **({"text_en": "Which?"} if fields else {}), **fields)
    errors = " ".join(page.context["form"].errors[field])
    assert (page.status_code, form.questions.count()) == (200, 0)
    assert said in errors


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "number", "lowest": "5", "highest": "4"}, "The highest number lies below the lowest."),
        ({"kind": "number", "lowest": "many"}, "Type the number in digits"),
        ({"kind": "scale", "steps": "11"}, "Select a valid choice"),
    ],
)
def test_a_range_that_makes_no_sense_is_sent_back(cast, writer, client_of, asked, said):
    form = make_form(cast.gillis)
    url = reverse("forms:question_create", args=[form.slug, asked["kind"]])
    page = send(client_of(writer), url, writer, text_en="How much?", **asked)
    assert said in page.content.decode()
    assert form.questions.count() == 0


def test_a_kind_that_does_not_exist_is_no_page(cast, writer, client_of):
    assert client_of(writer).get(f"/forms/{make_form(cast.gillis).slug}/questions/new/riddle/").status_code == 404


def test_questions_change_places(cast, writer):
    form = make_form(cast.gillis)
    rows = [make_question(form, kind) for kind in ("text", "number", "scale")]
    assert move_question(rows[2], up=True, actor=writer)
    assert not move_question(rows[0], up=True, actor=writer)
    assert list(form.questions.values_list("kind", flat=True)) == ["text", "scale", "number"]


def test_once_answered_nothing_changes_its_meaning(cast, writer, client_of):
    form, asked = make_whole(cast.gillis)
    fill_in(form, Given(asked["scale"].pk, number=4), actor=writer)
    client, pk = client_of(writer), asked["choice"].pk
    send(client, reverse("forms:question_edit", args=[pk]), writer, text_en="Other", choices_en="a\nb", version=1)
    for name in ("question_move", "question_remove"):
        client.post(reverse(f"forms:{name}", args=[pk]), {"down": ""})
    page = send(client, reverse("forms:question_create", args=[form.slug, "text"]), writer, text_en="Why?")
    assert FROZEN in page.content.decode()
    assert list(form.questions.values_list("pk", flat=True)) == [row.pk for row in asked.values()]
    assert Question.objects.get(pk=pk).text_en == "Choice?"
    group = TargetGroup.objects.get(pk=cast.youth.pk)
    for change in ({"needs_code": False}, {"target_group": group}):
        with pytest.raises(ValidationError, match="so this stays"):
            update_form(form, change, actor=writer, version=1)
    assert update_form(form, {"closes_on": TODAY}, actor=writer, version=1).closes_on == TODAY


def test_a_new_edition_asks_the_same_and_has_no_answers(cast, writer):
    form, asked = make_whole(cast.gillis, closes_on=TODAY)
    fill_in(form, Given(asked["scale"].pk, number=4), actor=writer)
    key = uuid.uuid4()
    copy, is_new = copy_form(form, actor=writer, key=key)
    assert (copy_form(form, actor=writer, key=key)[0], is_new) == (copy, True)
    assert (copy.copied_from, copy.opens_on, copy.sheets.count()) == (form, None, 0)
    told = [
        [(row.kind, row.text_en, [choice.label_en for choice in row.choices.all()]) for row in one.questions.all()]
        for one in (form, copy)
    ]
    assert told[0] == told[1]
    assert Question.objects.count() == 10


def test_two_who_change_a_question_see_each_other(cast, writer):
    question = make_question(make_form(cast.gillis), "text")
    change_question(question, in_all_languages(text="One"), [], actor=writer, version=1)
    with pytest.raises(StaleVersion):
        change_question(question, in_all_languages(text="Two"), [], actor=writer, version=1)
    assert Question.objects.get().text_en == "One"


def test_the_same_question_sent_twice_is_one(cast, writer):
    form, key = make_form(cast.gillis), uuid.uuid4()
    for _time in range(2):
        add_question(form, in_all_languages(text="Why?") | {"kind": "text"}, [], actor=writer, key=key)
    assert form.questions.count() == 1


def test_a_form_asks_at_most_sixty_questions(cast, writer):
    form = make_form(cast.gillis)
    Question.objects.bulk_create(Question(form=form, kind="text", position=place) for place in range(60))
    with pytest.raises(ValidationError, match="at most 60"):
        add_question(form, in_all_languages(text="Why?") | {"kind": "text"}, [], actor=writer, key=uuid.uuid4())


@pytest.mark.parametrize("part", ["viewer", "coordinator_north", "stranger"])
def test_only_who_works_in_the_partnership_builds(cast, part):
    form, person = make_form(cast.gillis), cast.people[part]
    question = make_question(form, "text")
    for build in (
        lambda: create_form(EvaluationForm(partnership=form.partnership), {}, actor=person, key=uuid.uuid4()),
        lambda: move_question(question, up=True, actor=person),
        lambda: make_codes(form, 1, actor=person, key=uuid.uuid4()),
        lambda: fill_in(form, Given(question.pk, text="x"), actor=person),
    ):
        with pytest.raises(PermissionDenied):
            build()


def test_a_cohort_of_others_does_not_answer(cast):
    cohort = make_cohort(make_course(cast.jette))
    with pytest.raises(ValidationError, match="another partnership"):
        make_form(cast.gillis, cohort=cohort).full_clean()
    own, other = make_cohort(make_course(cast.gillis)), make_course(cast.gillis)
    with pytest.raises(ValidationError, match="another course"):
        make_form(cast.gillis, cohort=own, course=other).full_clean()


def test_the_sheet_of_codes_is_shown_once_and_never_cached(cast, writer, client_of):
    form, _asked = make_whole(cast.gillis)
    url, key = reverse("forms:codes", args=[form.slug]), str(uuid.uuid4())
    client = client_of(writer)
    page = client.post(url, {"count": "3", "language": "ar", "submission_key": key})
    assert 'dir="rtl"' in page.content.decode()
    codes = [slip["code"] for slip in page.context["slips"]]
    assert [len(code) for code in codes] == [19] * 3
    assert page.content.decode().count("<svg") >= 3
    assert "no-store" in page["Cache-Control"]
    assert codes[0] not in client.get(url).content.decode()
    assert AuditEntry.objects.get(target_type="beneficiaries.evaluationform").changes == {"codes": 3}
    for count in ("0", "201", "many", "\0"):
        assert client.post(url, {"count": count, "language": "fr"}).status_code == 200
    assert client.post(url, {"count": "1", "language": "xx"}).context["form"].errors["language"]
    assert form.codes.count() == 3


def test_the_link_hangs_on_the_wall_where_no_codes_are_asked(cast, writer, client_of):
    form, _asked = make_whole(cast.gillis, needs_code=False)
    page = client_of(writer).get(reverse("forms:codes", args=[form.slug]))
    assert reverse("answering:by_link", args=[form.link]) in page.content.decode()
    assert [one.lang for one in page.context["invitations"]] == ["nl", "fr", "en", "ar"]


def test_paper_is_typed_in_one_after_another(cast, writer, client_of):
    form, asked = make_whole(cast.gillis)
    client, url = client_of(writer), reverse("forms:paper", args=[form.slug])
    assert send(client, url, writer, language="ar", **{f"q{asked['scale'].pk}": "6"}).status_code == 200
    given = {"language": "ar", f"q{asked['choice'].pk}": choice(asked["choice"], "Morning")}
    assert send(client, url, writer, **given)["Location"] == url
    # What must be answered on a phone may have been left open on paper.
    sheet = AnswerSheet.objects.get()
    assert (sheet.way, sheet.typed_by, sheet.received_on) == ("paper", writer, TODAY)
    entry = AuditEntry.objects.get(target_type="beneficiaries.answersheet")
    assert (entry.actor, entry.changes) == (writer, {"way": "paper", "language": "ar"})
    client.post(reverse("forms:paper_take_back", args=[sheet.pk]))
    assert (AnswerSheet.objects.count(), Answer.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(verb="delete").get().changes == {"way": "paper"}


def test_closed_is_closed_for_paper_too(cast, writer, client_of):
    form, asked = make_whole(cast.gillis, opens_on=dt.date(2026, 1, 1), closes_on=dt.date(2026, 1, 31))
    typed = {"language": "fr", f"q{asked['text'].pk}": "Hm."}
    page = send(client_of(writer), reverse("forms:paper", args=[form.slug]), writer, **typed)
    assert (AnswerSheet.objects.count(), "Hm." in page.content.decode()) == (0, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "", "number": None},
        {"text": "x", "number": 1},
    ],
)
def test_the_database_keeps_an_answer_to_one_thing(cast, writer, fields):
    form, asked = make_whole(cast.gillis)
    sheet = fill_in(form, Given(asked["text"].pk, text="x"), actor=writer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(sheet=sheet, question=asked["number"], **fields)


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_a_choice_to_its_question(cast, writer):
    form, asked = make_whole(cast.gillis)
    sheet = fill_in(form, Given(asked["text"].pk, text="x"), actor=writer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.create(sheet=sheet, question=asked["choice"], choice=QuestionChoice.objects.last())


@pytest.mark.parametrize("name", ["forms:list", "forms:detail", "forms:results"])
def test_pages_ask_the_same_however_much_there_is(cast, writer, client_of, name):
    form, asked = make_whole(cast.gillis)
    client, url = client_of(writer), reverse(name, args=[] if name == "forms:list" else [form.slug])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    before = queries()
    for _time in range(3):
        make_whole(cast.gillis)
        make_question(form, "choice", "a", "b")
        fill_in(form, Given(asked["scale"].pk, number=4), actor=writer)
    assert queries() == before
