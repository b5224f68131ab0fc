"""A form whose number of rows did not arrive is refused with a sentence, and nothing that was typed is lost."""

import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from activities.models import Expenditure, LogEntry
from beneficiaries.models import Enrolment
from portal.ground.row_sets import CountedRows
from tests.learner_rows import enrol, make_cohort, make_course, make_learner
from tests.log_form import expense, filled
from tests.test_admin_writes import page_of
from tests.test_log_create import errors_of

pytestmark = pytest.mark.django_db
LOG = "/activities/log/"
SENTENCE = "Part of this form did not arrive. What did arrive still stands here: check it, and send it again."
COUNTS = [f"{kind}-{name}_FORMS" for kind in ("expense", "photo", "document") for name in ("TOTAL", "INITIAL")]


@pytest.fixture
def south(cast, client_of):
    return client_of(cast.coordinator_south)


@pytest.mark.parametrize("sent", [None, "many", "-1"], ids=["missing", "word", "negative"])
def test_a_log_form_without_the_number_of_its_rows_keeps_what_was_typed(cast, south, sent):
    bus = expense(cast.federal, index=2, description="The bus to Nador")
    data = filled(cast.gillis.partner, cast.coordinator_south, **bus, **dict.fromkeys(COUNTS, sent))
    answer = south.post(LOG, data, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert (answer.status_code, LogEntry.objects.filter(text=data["text"]).count()) == (200, 0)
    assert errors_of(answer)["__all__"] == [SENTENCE]
    assert all(word in page for word in (SENTENCE, data["text"], 'value="The bus to Nador"'))
    assert "ManagementForm" not in page
    # What the page sends back then is whole.
    sets = answer.context["page"].row_sets
    counts = {f"{rows.prefix}-TOTAL_FORMS": str(rows.total_form_count()) for rows in sets}
    assert counts == {"expense-TOTAL_FORMS": "3", "photo-TOTAL_FORMS": "0", "document-TOTAL_FORMS": "0"}
    again = south.post(LOG, data | counts | {f"{rows.prefix}-INITIAL_FORMS": "0" for rows in sets})
    assert again.status_code == 302
    assert Expenditure.objects.filter(description="The bus to Nador").count() == 1


def test_the_administration_keeps_the_rows_too(cast, client_of):
    cohort = make_cohort(make_course(cast.jette))
    joined = enrol(cohort, make_learner(cast.jette))
    boss = client_of(cast.administrator)
    data = page_of(boss, type(cohort), cohort.pk) | {"enrolments-0-commitments_on": "2025-09-20"}
    whole = {name: value for name, value in data.items() if not name.endswith("_FORMS")}
    address = reverse("admin:beneficiaries_cohort_change", args=[cohort.pk])
    answer = boss.post(address, whole, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert (answer.status_code, SENTENCE in page, "ManagementForm" in page) == (200, True, False)
    assert 'value="2025-09-20"' in page
    [rows] = [one.formset for one in answer.context_data["inline_admin_formsets"]]
    assert (rows.total_form_count(), rows.initial_form_count()) == (1, 1)
    assert Enrolment.objects.get().commitments_on is None
    assert boss.post(address, data).status_code == 302
    assert Enrolment.objects.get(pk=joined.pk).commitments_on == dt.date(2025, 9, 20)


@pytest.mark.once
def test_every_formset_of_the_administration_counts_its_rows():
    kinds = {inline.formset for shown in admin.site._registry.values() for inline in shown.inlines}
    assert len(kinds) >= 4
    assert [kind for kind in kinds if not issubclass(kind, CountedRows)] == []
