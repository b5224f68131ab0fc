"""Requests, grants, tranches and transfers in spreadsheets: out, and in again by the rules of their pages."""

import io
from decimal import Decimal

import openpyxl
import pytest

from activities.models import Drawdown, Expenditure
from partnerships.models import FundingRequest, FundingRule, Grant, ProgrammeYear, Tranche, Transfer
from portal.ground.models import AuditEntry
from tests.cast import in_all_languages, make_expense, make_grant, make_transfer
from tests.path_rows import make_received, make_request
from tests.sheet_rows import csv
from tests.test_admin_writes import address
from tests.test_import import confirm, faults, send

GRANT = ["programme", "source", "reference", "granted_on", "starts_on", "ends_on", "amount", "reason"]
TRANCHE = ["grant", "year", "claimed_amount", "claimed_on", "received_amount", "received_on", "reason"]
TRANSFER = ["programme", "source", "reference", "sent_on", "sent_amount", "received_on", "received_amount", "reason"]
PROGRAMME = "jette-belfaa-2022-2026"
KEY = f"{PROGRAMME} / federal / G-2022"


@pytest.fixture
def boss(cast, client_of):
    return client_of(cast.administrator)


def way_in(model):
    return f"admin:partnerships_{model._meta.model_name}_import"


def bring_in(client, model, *rows):
    """Send rows and confirm what the preview shows; return the preview."""
    preview = send(client, way_in(model), csv(*rows))
    if preview.context_data["confirm"]:
        confirm(client, way_in(model), preview)
    return preview


@pytest.mark.parametrize("model", [FundingRequest, Grant, Tranche, Transfer])
def test_what_goes_out_comes_in_unchanged(cast, boss, model):
    make_received(cast.jette.programme, cast.federal)
    make_transfer(cast.jette.programme, cast.federal)
    make_request(cast.jette.partnership, cast.federal, state_on="2024-05-01", precision="month")
    content = boss.post(address(model, "export"), {"kind": "xlsx"}).content
    preview = send(boss, way_in(model), content, "sheet.xlsx")
    assert (faults(preview), preview.context_data["changes"]) == ([], [])
    assert preview.context_data["outcome"].unchanged == 1
    [*_head, row] = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert row[0] in {KEY, PROGRAMME, "a-request"}


def test_the_way_of_the_money_comes_in(cast, boss):
    bring_in(
        boss, Grant, GRANT, [PROGRAMME, "federal", "G-2022", "1/12/2021", "1/1/2022", "31/12/2026", "5.000,00", ""]
    )
    bring_in(boss, Tranche, TRANCHE, [KEY, "2024", "300", "20/1/2024", "300", "1/3/2024", ""])
    sent = [PROGRAMME, "federal", "T-1", "1/4/2024", "100", "5/4/2024", "1.085,00", ""]
    bring_in(boss, Transfer, TRANSFER, sent)
    grant, tranche, transfer = Grant.objects.get(), Tranche.objects.get(), Transfer.objects.get()
    assert (grant.amount, tranche.received_amount, transfer.rate) == (Decimal(5000), Decimal(300), Decimal("10.85"))
    entry = AuditEntry.objects.get(target_type="partnerships.transfer")
    assert (entry.verb, entry.reason, entry.parent_id) == ("import", "sheet.csv", cast.jette.programme.pk)
    bring_in(boss, Transfer, TRANSFER, [*sent[:2], "T-1", "2/4/2024", *sent[4:]])
    transfer.refresh_from_db()
    assert (str(transfer.sent_on), transfer.version) == ("2024-04-02", 2)


def test_a_row_is_refused_as_on_its_page(cast, boss):
    make_grant(cast.jette.programme, cast.federal, amount=Decimal(1000))
    claims = {"kind": "deadline", "deadline_for": "claim", "month": 1, "day": 15}
    FundingRule.objects.create(slug="r", source=cast.federal, **claims, **in_all_languages(title="The rule."))
    rows = [
        [KEY, "2023", "10", "14/1/2023", "", "", ""],
        [KEY, "2024", "1.000,01", "20/1/2024", "", "", ""],
        [KEY, "2025", "5", "1/1/2100", "", "", ""],
        ["jette / federal", "2025", "5", "20/1/2025", "", "", ""],
    ]
    preview = bring_in(boss, Tranche, TRANCHE, *rows)
    assert faults(preview) == [
        (2, "Claimed on", "The rule. A claim for 2023 can be made from 15 January 2023."),
        (3, "Claimed, in euro", "This is more than the grant: 1,000.00\N{NO-BREAK SPACE}€ is left of it."),
        (4, "Claimed on", "This day has not come yet."),
        (5, "Grant", "There is no grant “jette / federal”: write programme / source / reference."),
    ]
    assert not Tranche.objects.exists()


def test_a_warning_asks_for_a_reason_and_the_history_keeps_it(cast, boss):
    make_grant(cast.jette.programme, cast.federal)
    row = [PROGRAMME, "federal", "T-1", "1/4/2024", "100", "", ""]
    preview = bring_in(boss, Transfer, TRANSFER, [*row, ""])
    assert [(number, column) for number, column, _reason in faults(preview)] == [
        (2, "Why it is right all the same")
    ] * 2
    again = [*row, "Advanced."]
    bring_in(boss, Transfer, TRANSFER, again)
    assert AuditEntry.objects.get(target_type="partnerships.transfer").reason == "Advanced. – sheet.csv"
    assert bring_in(boss, Transfer, TRANSFER, again).context_data["outcome"].unchanged == 1


def test_a_locked_year_and_what_is_spent_stay(cast, boss):
    transfer = make_transfer(cast.jette.programme, cast.federal)
    make_grant(cast.jette.programme, cast.federal)
    expense = make_expense(cast.jette.partner, source=cast.federal)
    Drawdown.objects.create(expenditure=expense, transfer=transfer, amount=Decimal("1085.00"))
    row = [PROGRAMME, "federal", transfer.reference, "1/2/2024", "1000", "5/2/2024", "10.851,00", "Why"]
    [(_row, column, _reason)] = faults(bring_in(boss, Transfer, TRANSFER, row))
    assert column == "Received, in dirham"
    ProgrammeYear.objects.filter(year=2024).update(state="locked")
    [(_row, _column, reason)] = faults(bring_in(boss, Transfer, TRANSFER, row))
    assert reason == "The year 2024 is locked: an officer can open it again."


def test_an_officer_brings_in_the_own_partnership_only(cast, client_of):
    cast.officer.memberships.exclude(partnership=cast.jette.partnership).delete()
    cast.officer.is_staff = True
    cast.officer.save()
    row = ["sint-gillis-berkane-2022-2026", "federal", "G", "1/12/2021", "1/1/2022", "31/12/2026", "5", ""]
    [(_row, column, reason)] = faults(bring_in(client_of(cast.officer), Grant, GRANT, row))
    assert column == "Programme"
    assert reason.startswith("There is no programme with the short name")


def test_a_sheet_of_the_administration_changes_nothing_judged_nor_drawn(cast, boss):
    head = ["id", "amount"]
    judged = make_expense(cast.jette.partner, decision="rejected", decision_reason="No.")
    drawn = make_expense(
        cast.jette.partner,
        source=cast.federal,
        original_amount=Decimal(1085),
        original_currency="MAD",
        rate=Decimal("10.85"),
    )
    transfer = make_transfer(cast.jette.programme, cast.federal)
    Drawdown.objects.create(expenditure=drawn, transfer=transfer, amount=Decimal("1085.00"))
    preview = send(boss, "admin:activities_expenditure_import", csv(head, [judged.pk, "5"], [drawn.pk, "5"]))
    assert [(row, reason) for row, _column, reason in faults(preview)] == [
        (2, "This expense is rejected: an officer can take that back first."),
        (3, "It draws on transfers: change the amount where the expense was entered."),
    ]
    assert set(Expenditure.objects.values_list("amount", flat=True)) == {Decimal(100)}
