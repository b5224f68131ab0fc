"""The administration shows every model, to whom it belongs, with a constant number of queries."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import BudgetAmendment, BudgetLine, Drawdown, LogEntry, PublicText, SheetImport
from beneficiaries.models import (
    Answer,
    AnswerCode,
    AnswerSheet,
    Cohort,
    ConfidentialNote,
    ErasedCode,
    Question,
    QuestionChoice,
    SheetLink,
)
from partnerships.access import partnership_id_of
from partnerships.models import Closure, FundingRule, FundingSource, Membership, ReviewRemark
from portal.ground.models import AccessToken, AuditEntry, Letter, Submission, User
from portal.roof.models import Erasure, PublishedReport, ReportJob, RetentionRule, Snapshot, SnapshotWithdrawal
from tests.admin_rows import fill
from tests.cast import _bond as bond

OURS = ["portal", "partnerships", "beneficiaries", "activities", "roof"]
# A form's key is machinery: it says nothing that its record's own history does not say.
# What somebody is about to bring in is seen by that person alone, on its own page.
# The hash of a code that was erased says nothing to people.
NOT_SHOWN = {Submission, SheetImport, ErasedCode}
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models() if model not in NOT_SHOWN]
# What the portal writes itself is shown.
READ_ONLY = {AccessToken, AuditEntry} | {
    Answer,
    AnswerCode,
    AnswerSheet,
    BudgetAmendment,
    ConfidentialNote,
    Drawdown,
    Erasure,
    Letter,
    PublicText,
    PublishedReport,
    Question,
    QuestionChoice,
    ReportJob,
    ReviewRemark,
    Snapshot,
    SnapshotWithdrawal,
}
# Nobody deletes these: a line is amended to zero, what a report was judged by ends on a day, a kind keeps its period.
STAY = {BudgetLine, FundingRule, FundingSource, RetentionRule}
# These are made by the step that makes them true, on the page of that step, or are all there.
NOT_ADDED = {Closure, RetentionRule, SheetLink}
# Beside administrators only who is named for it sees that there are any: tests/test_notes.py.
NAMED_ONLY = {ConfidentialNote}
ADMINISTRATORS_ONLY = {User, AccessToken, Answer, AuditEntry, Letter, Membership}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def rows(cast):
    made = fill(cast, cast.jette, "north")
    return {model: made.get(model) or model.objects.order_by("pk").first() for model in MODELS}


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


@pytest.fixture
def one_menu(monkeypatch):
    """Draw the menu of all models beside the first page alone: it is the same beside each, and half of its cost."""
    every, drawn = admin.site.get_app_list, []

    def once(request, app_label=None):
        drawn.append(request.path)
        return every(request, app_label) if len(drawn) == 1 else []

    monkeypatch.setattr(admin.site, "get_app_list", once)


@pytest.fixture
def staff_officer(cast, client_of):
    """Sign in an officer of Jette alone who works in the administration."""
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    return client_of(cast.officer)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_is_registered(model):
    assert admin.site.is_registered(model)


@pytest.mark.usefixtures("one_menu")
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_pages_open(model, rows, boss):
    row = rows[model]
    pages = [("changelist",), ("change", row.pk), ("history", row.pk)]
    if model not in READ_ONLY | STAY:
        pages += [("delete", row.pk)]
    if model not in READ_ONLY | NOT_ADDED:
        pages += [("add",)]
    for page, *args in pages:
        response = boss.get(address(model, page, *args))
        assert response.status_code == 200, page
        assert b"style=" not in response.content, page
        assert not any(f" on{event}=".encode() in response.content for event in ["click", "change", "submit", "load"])
    _refuses_nonsense(model, boss)


def _refuses_nonsense(model, boss):
    searched = bool(admin.site.get_model_admin(model).search_fields)
    for query in ["o=1.2.3", "p=99", "e=1", "nonsense__exact=1", *(["q=a%20%27%22%25_", f"q={'x' * 3000}"] * searched)]:
        assert boss.get(f"{address(model, 'changelist')}?{query}", follow=True).status_code == 200, query
    assert boss.get(f"{address(model, 'changelist')}?q=a%00b").status_code == 400
    for pk in ["999999", "x", "9" * 40]:
        assert boss.get(address(model, "change", pk)).status_code in {302, 404}, pk


def test_lists_cost_the_same_for_few_rows_and_for_more(cast, boss):
    fill(cast, cast.jette, "north")
    boss.get(reverse("admin:index"))
    few = {model: _queries(boss, address(model, "changelist")) for model in MODELS}
    fill(cast, cast.gillis, "south")
    fill(cast, bond("third", "Third – Town", cast.federal), "third")
    assert {model: _queries(boss, address(model, "changelist")) for model in MODELS} == few


def _queries(client, page):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


@pytest.mark.usefixtures("one_menu")
def test_officer_sees_the_own_partnership_only(cast, staff_officer):
    fill(cast, cast.jette, "north")
    fill(cast, cast.gillis, "south")
    for model in MODELS:
        page = staff_officer.get(address(model, "changelist"))
        if model in ADMINISTRATORS_ONLY:
            assert page.status_code == 403, model
            continue
        options = admin.site.get_model_admin(model)
        path = getattr(options, "partnership_path", "")
        homes = {partnership_id_of(row, path) for row in options.get_queryset(page.wsgi_request)}
        assert homes <= {cast.jette.partnership.pk, None}, model
        for row in model.objects.all():
            home = partnership_id_of(row, path)
            hidden = home == cast.gillis.partnership.pk or model in NAMED_ONLY
            status = 302 if hidden else 200
            for name in ["change", "history"]:
                assert staff_officer.get(address(model, name, row.pk)).status_code == status, (model, name)
            if home is None:
                assert staff_officer.post(address(model, "change", row.pk), {}).status_code == 403, model


@pytest.mark.usefixtures("one_menu")
def test_a_viewer_on_the_staff_finds_no_record_of_a_partnership(cast, client_of):
    """Learners' codes and true counts stand in records and in their histories, also in those of the partnership."""
    fill(cast, cast.jette, "north")
    cast.viewer.is_staff = cast.coordinator_north.is_staff = True
    cast.viewer.save()
    cast.coordinator_north.save()
    viewer, coordinator, home = client_of(cast.viewer), client_of(cast.coordinator_north), cast.jette.partnership.pk
    for model in MODELS:
        path = getattr(admin.site.get_model_admin(model), "partnership_path", "")
        row = next((one for one in model.objects.all() if partnership_id_of(one, path) == home), None)
        if row is None or model in ADMINISTRATORS_ONLY | NAMED_ONLY:
            continue
        assert viewer.get(address(model, "changelist")).context_data["cl"].result_count == 0, model
        for name in ["change", "history"]:
            assert viewer.get(address(model, name, row.pk)).status_code == 302, (model, name)
        assert coordinator.get(address(model, "history", row.pk)).status_code == 200, model


def test_who_works_in_one_partnership_and_looks_on_in_another_finds_the_first_alone(cast, client_of):
    """Also in what is looked up while typing, and in spreadsheets."""
    mine = {bond: fill(cast, bond, tag) for bond, tag in ((cast.jette, "north"), (cast.gillis, "south"))}
    cast.viewer.memberships.filter(partnership=cast.jette.partnership).update(role="coordinator")
    cast.viewer.is_staff = True
    cast.viewer.save()
    client = client_of(cast.viewer)
    asked = "?app_label=activities&model_name=participation&field_name=log_entry"
    found = client.get(reverse("admin:autocomplete") + asked).json()["results"]
    assert {int(item["id"]) for item in found} == {mine[cast.jette][LogEntry].pk}
    page = client.post(reverse("admin:beneficiaries_cohort_export"), {"kind": "csv"}).content.decode()
    told = [mine[bond][Cohort].slug in page for bond in (cast.jette, cast.gillis)]
    assert told == [True, False]


def test_coordinator_is_shown_the_door(cast, client_of, client):
    for visitor in [client, client_of(cast.coordinator_north)]:
        response = visitor.get(reverse("admin:index"))
        assert response.status_code == 302
        assert response.url.startswith(reverse("admin:login"))
    assert client.get(reverse("admin:login")).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
def test_first_page_in_each_language(cast, boss, language):
    cast.administrator.language = language
    cast.administrator.save()
    page = boss.get(reverse("admin:index")).content.decode()
    assert f'lang="{language}"' in page
    assert ('dir="rtl"' in page) == (language == "ar")


def test_a_number_that_no_database_could_hold_is_no_choice(cast, boss):
    data = {"partnership": cast.jette.partnership.pk, "slug": "exam", "title_nl": "Exam", "findings": ["9" * 30]}
    page = boss.post(reverse("admin:partnerships_decision_add"), data)
    assert list(page.context_data["adminform"].form.errors) == ["findings"]
    chosen = {"action": "delete_selected", "_selected_action": ["9" * 30], "post": "yes"}
    assert boss.post(reverse("admin:partnerships_decision_changelist"), chosen).status_code == 302
