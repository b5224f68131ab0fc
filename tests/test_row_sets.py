"""A form whose number of rows did not arrive is refused with a sentence, and nothing that was typed is lost."""

import pytest
from django.contrib import admin
from django.urls import reverse

from activities.models import Expenditure, LogEntry, Participation
from portal.ground.row_sets import CountedRows
from tests.cast import make_entry
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
    entry = make_entry(cast.jette.partner, cast.coordinator_north)
    counted = {"target_group": cast.youth, "sex": "women", "age_band": cast.age_bands[0], "count": 7}
    row = Participation.objects.create(log_entry=entry, **counted)
    boss = client_of(cast.administrator)
    data = page_of(boss, LogEntry, entry.pk) | {"participations-0-count": "8"}
    whole = {name: value for name, value in data.items() if not name.endswith("_FORMS")}
    address = reverse("admin:activities_logentry_change", args=[entry.pk])
    answer = boss.post(address, whole, headers={"accept-language": "en"})
    page = answer.content.decode()
    assert (answer.status_code, SENTENCE in page, "ManagementForm" in page) == (200, True, False)
    rows = answer.context_data["inline_admin_formsets"][0].formset
    assert (rows.total_form_count(), rows.initial_form_count()) == (1, 1)
    assert rows.forms[0]["count"].value() == "8"
    assert Participation.objects.get().count == 7
    assert boss.post(address, data).status_code == 302
    assert Participation.objects.get(pk=row.pk).count == 8


@pytest.mark.once
def test_every_formset_of_the_administration_counts_its_rows():
    kinds = {inline.formset for shown in admin.site._registry.values() for inline in shown.inlines}
    assert len(kinds) >= 4
    assert [kind for kind in kinds if not issubclass(kind, CountedRows)] == []


def test_a_log_form_with_too_many_rows_says_so_at_its_top(cast, south):
    data = filled(cast.gillis.partner, cast.coordinator_south, **{"photo-TOTAL_FORMS": "99999"})
    answer = south.post(LOG, data, headers={"accept-language": "en"})
    assert (answer.status_code, LogEntry.objects.filter(text=data["text"]).count()) == (200, 0)
    [sentence] = errors_of(answer)["__all__"]
    assert sentence.startswith("Please submit at most ")
    summary = answer.content.decode().partition("error-summary")[2].partition("</div>")[0]
    assert sentence in summary
