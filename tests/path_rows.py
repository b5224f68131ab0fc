"""The forms of the money's path, filled in as an officer would send them, and what is said of them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from partnerships.models import FundingRequest, FundingSource, Grant, Partnership, Programme, Tranche, Transfer
from tests.cast import in_all_languages, make_grant


def make_request(partnership: Partnership, source: FundingSource, **fields: Any) -> FundingRequest:
    """Write a request for 5 000 euro that is only sought yet."""
    values = {"slug": "a-request", "state": "sought", "amount": "5000.00", **in_all_languages(purpose="A workshop")}
    return FundingRequest.objects.create(partnership=partnership, source=source, **(values | fields))


def make_received(programme: Programme, source: FundingSource, amount: str = "50000.00") -> Tranche:
    """Write a grant of 100 000 euro, a part of which was received in March 2024."""
    claim = {"claimed_amount": amount, "claimed_on": "2024-01-20"}
    grant = make_grant(programme, source)
    return Tranche.objects.create(grant=grant, year=2024, received_amount=amount, received_on="2024-03-01", **claim)


def grant_form(source: FundingSource, /, **fields: Any) -> dict[str, Any]:
    """Return the form of a grant of 1 000 euro for 2024."""
    form = {
        "source": source.pk,
        "reference": "DGD-1",
        "granted_on": "2023-12-01",
        "amount": "1000",
        "accepted_budget": "",
        "starts_on": "2024-01-01",
        "ends_on": "2024-12-31",
    }
    return form | fields


def transfer_form(source: FundingSource, /, **fields: Any) -> dict[str, Any]:
    """Return the form of a transfer of 1 000 euro that arrived."""
    form = {
        "source": source.pk,
        "reference": "T-1",
        "sent_on": "2024-04-01",
        "sent_amount": "1.000,00",
        "bank_costs": "12,50",
        "received_on": "2024-04-05",
        "received_amount": "10.850,00",
    }
    return form | fields


def tranche_form(**fields: Any) -> dict[str, Any]:
    """Return the form of a tranche that is claimed and received."""
    form = {
        "claimed_amount": "300",
        "claimed_on": "2024-01-20",
        "received_amount": "300",
        "received_on": "2024-03-01",
    }
    return form | fields


def said(client: Client, address: str, form: dict[str, Any]) -> dict[str, list[str]]:
    """Send a form that is refused, and return what it says beside each field."""
    page = client.post(address, form)
    assert page.status_code == 200, page.status_code
    return {name: list(sentences) for name, sentences in page.context["form"].errors.items()}


def path_of(programme: Programme) -> str:
    """Return the address of the path of a programme's money."""
    return reverse("partnerships:money_path", args=[programme.slug])


def of_grant(grant: Grant) -> str:
    """Return the address at which a grant is changed."""
    return reverse("partnerships:grant_edit", args=[grant.pk])


def of_transfer(transfer: Transfer) -> str:
    """Return the address at which a transfer is changed."""
    return reverse("partnerships:transfer_edit", args=[transfer.pk])


def of_tranche(grant: Grant, year: int) -> str:
    """Return the address of a tranche."""
    return reverse("partnerships:tranche_edit", args=[grant.pk, year])
