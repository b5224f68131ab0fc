"""The demonstration: all of it marked, true to the rules of the real thing, loaded once or not at all."""

import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils.translation import override

from activities.counting_rules import rules_of
from activities.counting_words import rule_in_words
from activities.eligibility import Claim, Rulebook
from activities.models import (
    Activity,
    BudgetAmendment,
    BudgetLine,
    CoFunding,
    CountingRule,
    Document,
    Expenditure,
    LogEntry,
    Participation,
    Photo,
    Showing,
    Status,
    Voucher,
)
from beneficiaries.funnel import outcome_counts, paths_by_course
from beneficiaries.models import Course, EvaluationForm, FollowUp, FollowUpOutcome, Suggestion
from beneficiaries.paths import STAGES
from beneficiaries.small_figures import small_figures
from partnerships.access import role_in
from partnerships.models import (
    Decision,
    DecisionStep,
    FundingRequest,
    Grant,
    Indicator,
    Partnership,
    Programme,
    ProgrammeYear,
    Role,
    Tranche,
    Transfer,
)
from portal.ground.models import AuditEntry, User
from portal.ground.money import CENT, ExactSum, to_euro
from portal.roof.demonstration import PASSWORD, entries, pictures, texts
from portal.roof.overviews.finance.overview import alarms_for
from portal.roof.reports.data import build_report
from portal.roof.reports.render import render_html
from portal.roof.reports.scopes import published
from tests.page_walk import pages_behind, pages_of_the_administration

ENDINGS = {"_nl", "_fr", "_en", "_ar"}
ACCOUNTS = ["admin", "coordinator-north", "coordinator-south", "officer", "viewer"]


def run(name: str = "load_demo") -> str:
    out = io.StringIO()
    call_command(name, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """Load it once for all tests of this file, with one picture instead of many."""
    one = pictures.photo("map", 1)
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "photo", lambda *_args: one)
        yield run()
        transaction.set_rollback(True)


@pytest.fixture
def demonstration(loaded, db):
    """The loaded rows; what a test changes in them is undone after it."""
    return loaded


def test_the_four_women_with_an_income_of_their_own_are_told_to_nobody_outside(demonstration):
    """The number was typed, with neither parts nor a counting rule: only `whom` says that it may point at people."""
    indicator = Indicator.objects.get(slug="demo-berkane-own-income")
    assert indicator.values.earliest("starts_on").value == 4
    window = (dt.date(2022, 1, 1), dt.date(2025, 12, 31))
    report = build_report(indicator.outcome.partnership, *window, on=dt.date(2026, 4, 1))
    for told in (report, published(report)):
        found = [row for chain in told.attained for result in chain.results for row in result.indicators]
        (row,) = (row for row in found if row.pk == indicator.pk)
        assert (row.is_withheld, [year.actual for year in row.sheet.years if year.actual]) == (True, [])
        html = render_html(told, "en").partition(indicator.title_en)[2].partition("</tbody>")[0]
        cells = re.findall(r'<td class="amount">([^<]*)', html)
        assert (cells[:5], "fewer than 5 vulnerable people" in html) == (["5", "12", "20", "30", "40"], True)
        assert set(cells[5:]) <= {"", "–"}


def test_enough_learners_were_followed_that_it_may_be_told(demonstration):
    """At 6, 12 and 24 months; all of it is marked as invented."""
    rows = FollowUp.objects.filter(enrolment__cohort__name="2023–2024")
    assert set(rows.values_list("is_demonstration", flat=True)) == {True}
    asked = {months: rows.filter(months=months).count() for months in (6, 12, 24)}
    assert asked == {6: 22, 12: 22, 24: 22}
    course = Course.objects.get(slug="laureates-computing")
    true, told = (
        paths_by_course([course], true_figures=lambda _course: figures, settled=range(2022, 2027))[course.pk]  # noqa: B023
        for figures in (True, False)
    )
    now = {outcome.slug: count for outcome, count in outcome_counts(true.of(year=2023), FollowUpOutcome.objects.all())}
    assert now == {"employed": 7, "own-business": 5, "cooperative": 5, "looking": 5}
    # Year by year few answered otherwise than the year before, so that a viewer is told how far they came alone.
    assert [told.count(stage.holds) for stage in STAGES] == [27, 27, 22, None, 22]


def test_an_indicator_is_counted_from_enrolments_and_says_so_in_words(demonstration):
    indicator = Indicator.objects.get(slug="demo-berkane-enrolled")
    assert list(indicator.values.order_by("starts_on").values_list("value", "is_counted")) == [(27, True), (14, True)]
    with override("en"):
        (rule,) = rules_of(CountingRule.objects.filter(indicator=indicator).with_words())
        words = rule_in_words(rule)
    assert words.startswith("Enrolments of women, in the courses that the activities of")


def test_loads_what_the_texts_hold(demonstration):
    rows = texts.entries()
    corrections = sum(len(text["corrections"]) for text in texts.money())
    expected = {
        Activity.objects.filter(is_demonstration=True): len(texts.activities()),
        LogEntry.objects.all(): len(rows),
        Expenditure.objects.all(): sum(len(row.get("expenses", [])) for row in rows) + corrections,
        Photo.objects.all(): sum(len(row.get("photos", [])) for row in rows),
        Document.objects.all(): sum(len(row.get("documents", [])) for row in rows),
        Showing.objects.filter(log_entry__isnull=False): sum(len(row.get("products", [])) for row in rows),
        Voucher.objects.all(): corrections + sum("voucher" in cost for row in rows for cost in row.get("expenses", [])),
        Participation.objects.all(): sum(
            len(bands) for row in rows for sexes in row.get("participants", {}).values() for bands in sexes.values()
        ),
    }
    assert {query.model.__name__: query.count() for query in expected} == {
        query.model.__name__: number for query, number in expected.items()
    }
    assert f"{len(rows)} log entries" in demonstration


@pytest.mark.parametrize("slug", ["jette-belfaa", "sint-gillis-berkane"])
@pytest.mark.parametrize("year", range(2022, 2027))
def test_each_year_is_a_full_one(slug, year):
    rows = [row for row in texts.read(f"log_{slug.replace('-', '_')}_{year}") if "withdrawn" not in row]
    assert 12 <= len(rows) <= 20
    assert 10 <= len({row["activity"] for row in rows}) <= 15
    assert 9 <= sum(len(row.get("photos", [])) for row in rows) <= 15
    assert 20 <= sum(len(row.get("expenses", [])) for row in rows) <= 40
    assert {row["language"] for row in rows} >= {"fr", "ar"}


def test_a_second_call_changes_nothing(demonstration):
    entry = LogEntry.objects.order_by("pk").first()
    LogEntry.objects.filter(pk=entry.pk).update(text="Corrected by hand.")
    before = {model: model.objects.count() for model in (Activity, LogEntry, User, AuditEntry, Photo)}
    assert "already" in run()
    assert {model: model.objects.count() for model in before} == before
    assert LogEntry.objects.get(pk=entry.pk).text == "Corrected by hand."


def test_every_row_is_marked(demonstration):
    assert sorted(User.objects.filter(is_demonstration=True).values_list("username", flat=True)) == ACCOUNTS
    for model in (LogEntry, Expenditure, Grant, Tranche, Transfer, BudgetLine):
        assert not model.objects.filter(is_demonstration=False).exists()
    assert not CoFunding.objects.filter(activity__is_demonstration=False).exists()
    known = {row["fields"]["slug"] for row in _reference_activities()}
    assert set(Activity.objects.filter(is_demonstration=False).values_list("slug", flat=True)) == known


def _reference_activities() -> list[dict]:
    import json

    folder = settings.BASE_DIR / "fixtures" / "reference"
    rows = [row for path in folder.glob("*.json") for row in json.loads(path.read_text(encoding="utf-8"))]
    return [row for row in rows if row["model"] == "activities.activity"]


def test_every_expense_is_one_that_its_source_pays(demonstration):
    rows = list(Expenditure.objects.charged().select_related("activity", "source", "log_entry"))
    claims = [Claim.of(row) for row in rows]
    book = Rulebook.load({row.activity.partnership_id for row in rows})
    book.know_vouchers(claims)
    wrong = []
    for row, claim in zip(rows, claims, strict=True):
        book.release([row])
        allowed, reasons = book.verdict(claim)
        wrong += [f"{row}: {reason.sentence}" for reason in reasons if not allowed]
        book.charge(claim)
    assert wrong == []
    assert {row.source.slug for row in rows} == {"federal", "bwi", "own"}


def test_dirham_are_drawn_from_money_that_had_arrived(demonstration):
    drawn, own_rate = 0, 0
    for row in Expenditure.objects.exclude(rate=None).prefetch_related("drawdowns__transfer"):
        assert Decimal("10.5") <= row.rate <= Decimal("11.1"), row
        parts = list(row.drawdowns.all())
        if not parts:
            own_rate += 1
            assert row.amount == to_euro(row.original_amount, row.rate)
            continue
        drawn += 1
        euro = sum(part.amount * part.transfer.sent_amount / part.transfer.received_amount for part in parts)
        assert (sum(part.amount for part in parts), euro.quantize(CENT)) == (row.original_amount, row.amount)
        assert all(part.transfer.received_on <= row.spent_on for part in parts), row
    assert (own_rate, drawn > 190) == (4, True)


@pytest.mark.parametrize(("slug", "is_close"), [("jette-belfaa", True), ("sint-gillis-berkane", False)])
def test_grants_outlast_what_is_spent(demonstration, slug, is_close):
    programme = Programme.objects.get(slug=f"{slug}-2022-2026")
    federal = {"programme": programme, "source__slug": "federal"}
    spent = Expenditure.objects.charged().filter(activity__partnership=programme.partnership, source__slug="federal")
    charged, granted = exact(spent, "amount"), exact(Grant.objects.filter(**federal), "amount")
    tranches = Tranche.objects.filter(grant__programme=programme, grant__source__slug="federal")
    received, sent = exact(tranches, "received_amount"), exact(Transfer.objects.filter(**federal), "sent_amount")
    planned = exact(BudgetLine.objects.filter(**federal), "amount")
    assert charged < sent <= received < granted < 170_000
    assert charged < planned <= granted
    share = (received - charged) / tranches.get(year=2026).received_amount
    assert (Decimal("0.25") <= share < Decimal("0.30")) == is_close
    assert (share < Decimal("0.15")) != is_close


def exact(rows, column: str) -> Decimal:
    return rows.aggregate(total=ExactSum(column))["total"]


def test_judgements_leave_something_to_do(demonstration):
    over = Expenditure.objects.standing().filter(spent_on__year__lte=2024)
    assert set(over.values_list("decision", flat=True)) == {"justified", "rejected", ""}
    assert over.filter(decision="").count() == sum(len(text["open"]) for text in texts.money())
    assert over.get(decision="rejected").decision_reason
    open_rows = Expenditure.objects.standing().filter(spent_on__year__gte=2025)
    assert set(open_rows.values_list("decision", flat=True)) == {""}
    assert (open_rows.without_heading().count(), open_rows.lacking_voucher().count()) == (3, 3)
    assert Voucher.objects.filter(file="", expenditure__corrects=None).count() == 2
    back = Expenditure.objects.exclude(corrects=None)
    assert sorted(row.amount < 0 for row in back) == [True, True]


def test_one_balance_is_too_large_for_the_next_claim(demonstration):
    (alarm,) = alarms_for(Partnership.objects.all(), dt.date(2026, 11, 22))
    assert "jette-belfaa-2022-2026" in alarm.url
    assert alarms_for(Partnership.objects.all(), dt.date(2026, 10, 1)) == []


def test_each_stage_of_the_money_is_told(demonstration):
    invented = FundingRequest.objects.filter(is_demonstration=True)
    assert sorted(invented.values_list("state", flat=True)) == ["granted"] * 6 + ["refused"]
    assert list(FundingRequest.objects.filter(is_demonstration=False).values_list("state", flat=True)) == ["sought"]
    assert invented.exclude(grant=None).count() == Grant.objects.count() == 6
    assert Transfer.objects.filter(received_on=None).count() == 1
    assert [(line.amendments.count(), line.amount) for line in BudgetLine.objects.exclude(amendments=None)] == [
        (1, amendment.amount_after) for amendment in BudgetAmendment.objects.order_by("line")
    ]
    assert BudgetAmendment.objects.count() == 3
    for activity in Activity.objects.exclude(co_funding=None).distinct():
        assert sum(part.share for part in activity.co_funding.all()) == 100


def test_a_year_costs_what_such_a_year_costs(demonstration):
    for partnership in Partnership.objects.all():
        for year in range(2022, 2027):
            rows = Expenditure.objects.standing().filter(activity__partnership=partnership, spent_on__year=year)
            assert Decimal(30_000) <= sum(row.amount for row in rows) <= Decimal(40_000), (partnership, year)


def test_every_entry_lies_inside_its_programme(demonstration):
    for entry in LogEntry.objects.select_related("activity__programme"):
        programme = entry.activity.programme
        if programme:
            assert programme.starts_on <= entry.starts_on <= entry.ends_on <= programme.ends_on
        assert 2022 <= entry.starts_on.year <= entry.ends_on.year
        assert entry.ends_on.isoformat() < "2026-11-22"


def test_ages_fit_the_groups(demonstration):
    for row in Participation.objects.select_related("target_group", "age_band"):
        group, band = row.target_group, row.age_band
        if group.max_age and band.min_age is not None:
            assert band.max_age is not None
            assert group.min_age <= band.min_age <= band.max_age <= group.max_age


def test_shows_what_does_not_go_as_planned(demonstration):
    made = Activity.objects.filter(is_demonstration=True)
    for status in (Status.DELAYED, Status.CANCELLED):
        for activity in made.filter(status=status):
            assert all(getattr(activity, f"status_note_{code}") for code, _name in settings.LANGUAGES)
        assert made.filter(status=status).count() == 2
    assert LogEntry.objects.filter(withdrawn_at__isnull=False).count() == 2
    assert set(Photo.objects.values_list("consent", flat=True)) == {"given", "nobody", "missing"}


def test_a_place_that_must_not_be_found_has_no_photo(demonstration):
    assert not Photo.objects.filter(log_entry__activity__place__is_confidential=True).exists()


def test_titles_and_summaries_in_four_languages(demonstration):
    for activity in Activity.objects.filter(is_demonstration=True):
        for code, _name in settings.LANGUAGES:
            assert getattr(activity, f"title_{code}")
            assert getattr(activity, f"summary_{code}")


def test_years_that_are_over_are_locked(demonstration):
    years = ProgrammeYear.objects.filter(programme__slug__endswith="2022-2026")
    locked = years.filter(state=ProgrammeYear.State.LOCKED).values_list("year", flat=True)
    assert sorted(locked) == [2022, 2022, 2023, 2023, 2024, 2024]


def test_the_trail_names_who_wrote(demonstration):
    created = AuditEntry.objects.filter(verb=AuditEntry.Verb.CREATE, target_type="activities.logentry")
    assert created.count() == LogEntry.objects.count()
    assert set(created.values_list("actor__username", flat=True)) == {
        "coordinator-north",
        "coordinator-south",
        "officer",
    }


def test_accounts_have_their_roles(demonstration):
    jette, gillis = Partnership.objects.order_by("slug")
    held = {user.username: [role_in(user, jette), role_in(user, gillis)] for user in User.objects.all()}
    assert held == {
        "admin": [Role.OFFICER, Role.OFFICER],
        "coordinator-north": [Role.COORDINATOR, None],
        "coordinator-south": [None, Role.COORDINATOR],
        "officer": [Role.OFFICER, Role.OFFICER],
        "viewer": [Role.VIEWER, Role.VIEWER],
    }


def test_accounts_sign_in(demonstration, client):
    for name in ACCOUNTS:
        answer = client.post(reverse("account_login"), {"login": name, "password": PASSWORD})
        assert answer.status_code == 302, name
        assert client.get(reverse("dashboard")).wsgi_request.user.username == name
        # Who works with the learners of Berkane tries the confidential notes.
        assert client.get(reverse("notes:create")).status_code == (200 if name == "coordinator-south" else 403), name
        client.logout()


@pytest.mark.once
@pytest.mark.parametrize(("language", "of_each"), [("ar", 3), ("nl", 1)])
def test_no_page_weighs_more_than_a_slow_line_carries(demonstration, client_of, language, of_each):
    """Below 100 kB each, with all that the demonstration holds; in Arabic the same words weigh most."""
    client = client_of(User.objects.get(username="officer"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    weights = {path: len(page) for path, page in pages_behind(client, "/", of_each=of_each)}
    assert len(weights) > 130
    assert {path: weight for path, weight in weights.items() if weight >= 100_000} == {}


@pytest.mark.once
def test_no_page_of_the_administration_weighs_more_either(demonstration, client_of):
    client = client_of(User.objects.get(username="admin"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    weights = {path: len(page) for path, page in pages_of_the_administration(client)}
    assert len(weights) > 250
    assert {path: weight for path, weight in weights.items() if weight >= 100_000} == {}


def test_a_form_was_answered_by_codes_and_on_paper_and_led_to_a_decision(demonstration):
    [text] = texts.forms()
    [asked] = [row for row in text["forms"] if row["sheets"]]
    form = EvaluationForm.objects.get(title_en=asked["values"]["title_en"])
    paper = sum(sheet["paper"] for sheet in asked["sheets"])
    ways = [form.sheets.filter(way=way, is_demonstration=True).count() for way in ("online", "paper")]
    assert ways == [len(asked["sheets"]) - paper, paper]
    assert form.codes.filter(state="used").count() == ways[0]
    [finding] = form.findings.all()
    assert [row.steps.count() for row in finding.decisions.all()] == [1]
    assert Suggestion.objects.waiting().count() == 1


def test_what_was_found_and_decided_tells_nothing_that_the_results_of_a_form_hide(demonstration):
    for form in EvaluationForm.objects.all():
        steps = DecisionStep.objects.filter(decision__findings__evaluation_forms=form)
        rows = [*form.findings.all(), *Decision.objects.filter(findings__evaluation_forms=form), *steps]
        texts_of = {(row, name): str(vars(row)[name]) for row in rows for name in vars(row) if name[-3:] in ENDINGS}
        assert small_figures([form], texts_of, on=dt.date(2027, 1, 1)) == {}
