"""A coordinator keeps the catalogue in the browser: what is taught, for whom, and which needs led to it."""

import uuid

import pytest
from django.urls import reverse

from beneficiaries.models import Course
from partnerships.models import Finding
from portal.ground.carry import author_token
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages
from tests.learner_rows import make_course

pytestmark = pytest.mark.django_db
OTHER = "Select a valid choice. {} is not one of the available choices."


@pytest.fixture
def south(cast, client_of):
    client = client_of(cast.coordinator_south)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def wish(cast):
    """What women asked for, which a course may answer."""
    return Finding.objects.create(
        slug="wish", partnership=cast.gillis.partnership, **in_all_languages(title="Women want to sew")
    )


def sent(cast, **fields):
    known = {"author": author_token(cast.coordinator_south), "submission_key": str(uuid.uuid4())}
    return known | {"title_en": "Sewing", "title_ar": "الخياطة", "kind": "cycle"} | fields


def new(cast):
    return reverse("beneficiaries:create", args=[cast.gillis.partnership.slug])


def edit(course):
    return reverse("beneficiaries:edit", args=[course.slug])


def test_a_coordinator_writes_down_a_course_with_the_needs_that_led_to_it(cast, south, wish):
    cast.women.partnerships.set([cast.gillis.partnership])
    fields = {"needs": [wish.pk], "target_group": cast.women.pk, "leads_to_diploma": "on", "starts_on": "2023-09-01"}
    response = south.post(new(cast), sent(cast, **fields, starts_precision="year", text_en="From the first stitch on."))
    assert response["Location"] == reverse("beneficiaries:list")
    course = Course.objects.get()
    assert (course.title_en, course.title_ar, course.kind) == ("Sewing", "الخياطة", "cycle")
    assert (course.partnership, course.target_group, course.span_text) == (
        cast.gillis.partnership,
        cast.women,
        "2023",
    )
    assert (list(course.needs.all()), course.leads_to_diploma) == ([wish], True)
    page = south.get(reverse("beneficiaries:detail", args=[course.slug])).content.decode()
    for text in ("Women want to sew", "From the first stitch on.", edit(course)):
        assert text in page
    entry = AuditEntry.objects.about(course).get()
    assert (entry.verb, entry.actor, entry.changes["needs"]) == (
        "create",
        cast.coordinator_south,
        ["Women want to sew"],
    )


def test_a_form_sent_twice_writes_one_course(cast, south):
    data = sent(cast)
    assert [south.post(new(cast), data).status_code for _time in range(2)] == [302, 302]
    assert Course.objects.count() == 1


def test_who_saves_second_sees_what_the_first_one_wrote(cast, south):
    course = make_course(cast.gillis)
    data = sent(cast, version=1)
    assert south.post(edit(course), data | {"title_en": "Sewing and knitting"}).status_code == 302
    response = south.post(edit(course), data)
    assert response.status_code == 409
    assert ("Title (English)", "Sewing and knitting", "Sewing") in [
        (one.label, one.saved, one.typed) for one in response.context["theirs"]
    ]
    course.refresh_from_db()
    assert (course.title_en, course.version) == ("Sewing and knitting", 2)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"title_en": "", "title_ar": ""}, "title_en", "Write this in at least one language."),
        ({"kind": "party"}, "kind", OTHER.format("party")),
        (
            {"starts_on": "2024-02-01", "ends_on": "2024-01-01"},
            "ends_on",
            "The end lies before the start: check both dates.",
        ),
        ({"starts_on": "tomorrow"}, "starts_on", "Enter a valid date."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_the_text_is_kept(cast, south, fields, field, sentence):
    response = south.post(new(cast), sent(cast, text_en="Typed with care", **fields))
    form = response.context["form"]
    assert (response.status_code, dict(form.errors)) == (200, {field: [sentence]})
    assert "Typed with care" in response.content.decode()
    assert not Course.objects.exists()


def test_a_course_is_not_part_of_its_own_part_nor_tied_to_another_partnership(cast, south, wish):
    course, foreign = make_course(cast.gillis), make_course(cast.jette)
    part = make_course(cast.gillis, part_of=course)
    form = south.post(edit(course), sent(cast, version=1, part_of=part.pk)).context["form"]
    assert form.errors == {"part_of": ["A course is not part of itself, nor of one of its own parts."]}
    wish.partnership = cast.jette.partnership
    wish.save()
    form = south.post(edit(course), sent(cast, version=1, part_of=foreign.pk, needs=[wish.pk])).context["form"]
    assert sorted(form.errors) == ["needs", "part_of"]


def test_the_catalogue_leads_each_to_what_is_theirs_to_write(cast, client_of):
    def links(person):
        return [url for _name, url in client_of(person).get(reverse("beneficiaries:list")).context["create"]]

    assert links(cast.coordinator_south) == [new(cast)]
    assert links(cast.viewer) == []
    assert len(links(cast.officer)) == 2
