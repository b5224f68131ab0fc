"""What is probably a slip about a learner is asked about once: a code that was erased, an age that few have."""

import datetime as dt

import pytest
from django.urls import reverse

from beneficiaries.doubts import doubts_about_ages
from beneficiaries.models import ErasedCode, Learner
from portal.ground.models import AuditEntry
from portal.roof.models import RetentionRule
from portal.roof.privacy.erasing import expired, forget_learner
from tests.conftest import TODAY
from tests.learner_rows import START, enrol, make_cohort, make_course, make_learner
from tests.test_admin_writes import address, page_of
from tests.test_import import confirm, csv, send

pytestmark = pytest.mark.django_db
LEARNERS = "admin:beneficiaries_learner_import"


@pytest.fixture
def cohort(cast):
    return make_cohort(make_course(cast.gillis))


@pytest.fixture
def client(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.fixture
def paste(client, cohort):
    """Send codes to be enrolled."""

    def post(codes, **fields):
        values = {"codes": codes, "enrolled_on": START, "version": 0, **fields}
        return client.post(reverse("beneficiaries:enrol", args=[cohort.slug]), values)

    return post


@pytest.fixture
def erased(cast):
    """Somebody of each partnership had the code; the one of Sint-Gillis was erased."""
    make_learner(cast.jette, code="ZQ-77")
    row = make_learner(cast.gillis, code="ZQ-77")
    forget_learner(row, actor=cast.officer, on=TODAY)
    return row


def errors(page):
    return {} if page.status_code == 302 else dict(page.context["form"].errors)


def test_a_code_that_was_erased_is_kept_as_a_keyed_hash_that_leads_to_no_row(cast, erased, settings):
    [kept] = ErasedCode.objects.values()
    assert (kept["partnership_id"], kept["year"], len(kept["digest"])) == (cast.gillis.partnership.pk, TODAY.year, 64)
    assert set(kept) == {"id", "partnership_id", "digest", "year"}, "nothing that one of the counts has too"
    found = ErasedCode.objects.among(cast.gillis.partnership.pk, ["zq-77", "ZQ-78"])
    assert found == {"zq-77"}
    assert ErasedCode.objects.among(cast.jette.partnership.pk, ["ZQ-77"]) == set()
    settings.SECRET_KEY = "another"
    assert ErasedCode.objects.among(cast.gillis.partnership.pk, ["ZQ-77"]) == set()
    assert not AuditEntry.objects.filter(target_text__contains="ZQ-77", target_id=erased.pk).exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Een cursist met deze code werd gewist: ZQ-77."),
        ("fr", "Un apprenant portant ce code a été effacé\N{NO-BREAK SPACE}: ZQ-77."),
        ("ar", "حُذفت بيانات متعلم كان يحمل هذا الرمز: ZQ-77."),
        ("en", "A learner with this code was erased: ZQ-77."),
    ],
)
def test_whoever_enrols_a_code_that_was_erased_is_warned(client, erased, paste, language, said):
    client.cookies["django_language"] = language
    page = paste("zq-77\nA-1")
    assert list(errors(page)) == ["codes", "is_checked"]
    assert errors(page)["codes"][0].startswith(said)
    assert "zq-77" in page.content.decode(), "what was typed stays"
    assert Learner.objects.filter(code="A-1").count() == 0
    assert paste("zq-77\nA-1", is_checked="on").status_code == 302
    assert paste("zq-77", enrolled_on=START).context["form"].errors["codes"][0].count("ZQ-77") == 1


def test_a_learner_is_given_a_code_that_was_erased_after_a_warning_alone(cast, client, client_of, erased):
    row = make_learner(cast.gillis, code="B-1")
    page = client.post(
        reverse("beneficiaries:learner_edit", args=[row.pk]), {"code": "ZQ-77", "sex": "women", "version": 1}
    )
    assert list(errors(page)) == ["code", "is_checked"]
    boss = client_of(cast.administrator)
    data = page_of(boss, Learner) | {"partnership": cast.gillis.partnership.pk, "code": "zq-77"}
    found = boss.post(address(Learner, "add"), data).context_data["adminform"].form.errors
    assert list(found) == ["code", "is_checked"]
    assert boss.post(address(Learner, "add"), data | {"is_checked": "on"}).status_code == 302


def test_the_import_warns_of_it_before_anything_is_written(cast, client_of, erased):
    boss = client_of(cast.administrator)
    heading = ["partnership", "code", "birth_year"]
    rows = [["sint-gillis-berkane", "ZQ-77", 2000], ["sint-gillis-berkane", "C-1", 2025], ["jette-belfaa", "C-2", 2000]]
    preview = send(boss, LEARNERS, csv(heading, *rows))
    told = {fault.row: fault.reason for fault in preview.context_data["outcome"].warnings}
    assert list(told) == [2, 3]
    assert told[2].startswith("A learner with this code was erased: ZQ-77.")
    assert told[3].startswith("Hardly anybody follows a course at this age: 1.")
    confirm(boss, LEARNERS, preview)
    assert Learner.objects.filter(code__in=["ZQ-77", "C-1", "C-2"]).count() == 4


def test_the_hash_is_kept_as_long_as_its_period_says(erased):
    rule = RetentionRule(kind="codes", months=60)
    assert expired(rule, dt.date(TODAY.year + 5, 12, 31)).count() == 0
    assert expired(rule, dt.date(TODAY.year + 6, 1, 1)).count() == 1


@pytest.mark.parametrize(("born", "asked"), [(2024, True), (2014, True), (2013, False), (1950, False), (1949, True)])
def test_an_age_below_twelve_or_above_seventy_five_is_asked_about(born, asked):
    assert bool(doubts_about_ages({"": born}, on=START)) is asked


def test_whoever_enrols_somebody_of_an_unlikely_age_is_asked(paste):
    page = paste("A-1; 2024; women\nA-2; 1998; women\nA-3")
    assert errors(page)["codes"] == ["Hardly anybody follows a course at this age: A-1: 1. Check the year of birth."]
    assert paste("A-1; 2024; women", is_checked="on").status_code == 302
    assert Learner.objects.get().birth_year == 2024


def test_a_learner_of_an_unlikely_age_is_asked_about_when_the_year_is_typed(cast, client, client_of, cohort):
    row = make_learner(cast.gillis, code="B-1")
    enrol(cohort, row)
    at, typed = reverse("beneficiaries:learner_edit", args=[row.pk]), {"code": "B-1", "sex": "women", "version": 1}
    page = client.post(at, typed | {"birth_year": "2020"})
    assert errors(page)["birth_year"] == ["Hardly anybody follows a course at this age: 5. Check the year of birth."]
    assert client.post(at, typed | {"birth_year": "2020", "is_checked": "on"}).status_code == 302
    assert client.post(at, typed | {"birth_year": "2020", "sex": "men", "version": 2}).status_code == 302, "was asked"
    boss = client_of(cast.administrator)
    data = page_of(boss, Learner) | {"partnership": cast.gillis.partnership.pk, "code": "B-2", "birth_year": "2024"}
    assert list(boss.post(address(Learner, "add"), data).context_data["adminform"].form.errors) == [
        "birth_year",
        "is_checked",
    ]
    assert boss.post(address(Learner, "add"), data | {"is_checked": "on"}).status_code == 302
