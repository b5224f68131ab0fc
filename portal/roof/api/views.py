"""The expenses of the API: listed, shown, asked about, written. Its form and its service are those of the page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.expense_filters import within
from activities.forms import ExpensePage
from activities.models import Activity, Expenditure, Voucher
from activities.services import ExpenseValues, ask_funders, create_expense
from partnerships.access import require
from partnerships.models import CostHeading, FundingSource, Partnership, Role
from portal.ground.forms import as_key
from portal.roof.api.answers import Refused, api_view, by_field, writes
from portal.roof.api.reading import body_of, key_of, number_of
from portal.roof.api.shapes import answer_shape, expense_shape, with_parts

PER_PAGE = 100
ROW = "expense-0-"
OF_ROW = (
    *("spent_on", "description", "amount", "currency", "rate", "transfer", "source", "heading", "spent_by"),
    *("rule_reason", "voucher_number", "voucher_date", "voucher_total", "supplier"),
)
FIELDS = frozenset({"activity", *OF_ROW})


def _list(request: HttpRequest) -> JsonResponse:
    """List the expenses of one's partnerships, or of the one that `partnership` names, by number from `after` on."""
    mine = Partnership.objects.visible_to(request.user)
    asked = request.GET.get("partnership", "")
    if asked:
        mine = mine.filter(pk=get_object_or_404(mine, slug=asked).pk)
    after = as_key(request.GET.get("after", "0"))
    if after is None:
        raise Refused(400, _("Give the number of an expense: take it from %(field)s.") % {"field": "“next”"})
    rows = within(Expenditure.objects.standing(), mine.values_list("pk", flat=True))
    found = list(with_parts(rows.filter(pk__gt=after).order_by("pk"))[: PER_PAGE + 1])
    shown, more = found[:PER_PAGE], len(found) > PER_PAGE
    query = {"partnership": asked, "after": shown[-1].pk} if more else {}
    following = f"{reverse('api:expenses')}?{urlencode({name: value for name, value in query.items() if value})}"
    return JsonResponse({"expenses": [expense_shape(row) for row in shown], "next": following if more else None})


@writes
def _create(request: HttpRequest) -> JsonResponse:
    """Write an expense: 201 where it is new, 200 where the same key wrote it before."""
    key = key_of(request)
    activity, page = _page(request)
    try:
        row, is_new = create_expense(activity, page.values(), actor=request.user, key=key)
    except ValidationError as error:
        page.place(error)
        raise _refused(page) from None
    if not is_new and not _says_the_same(row, activity, page):
        raise Refused(409, _("This key wrote another expense, number %(number)s: take a new key.") % {"number": row.pk})
    stored = with_parts(Expenditure.objects.all()).get(pk=row.pk)
    response = JsonResponse(expense_shape(stored), status=201 if is_new else 200)
    response["Location"] = reverse("api:expense", args=[row.pk])
    return response


def _detail(request: HttpRequest, pk: int) -> JsonResponse:
    """Show one expense."""
    if pk >= 10**18:
        pk = 0
    visible = with_parts(Expenditure.objects.visible_to(request.user))
    return JsonResponse(expense_shape(get_object_or_404(visible, pk=pk)))


def _check(request: HttpRequest) -> JsonResponse:
    """Say whether an expense would be written, why not, and which sources would pay it. Writes nothing."""
    activity, page = _page(request)
    return JsonResponse(answer_shape(ask_funders(activity, page.values(), actor=request.user)))


expenses = api_view(filters=frozenset({"partnership", "after"}), get=_list, post=_create)
expense = api_view(get=_detail)
expense_check = api_view(post=_check)


def _page(request: HttpRequest) -> tuple[Activity, ExpensePage]:
    """Return the activity and the valid form of what was sent: the one that a browser fills in, by short names."""
    sent = body_of(request, FIELDS)
    activity: Any = None
    if sent.get("activity"):
        visible = Activity.objects.visible_to(request.user).select_related("partnership", "programme")
        activity = get_object_or_404(visible, slug=sent["activity"])
        require(request.user, Role.COORDINATOR, activity.partnership)
    named = {
        "source": number_of(FundingSource.objects.all(), sent.get("source", "")),
        "heading": number_of(CostHeading.objects.all(), sent.get("heading", "")),
        "currency": sent.get("currency", "EUR"),
    }
    data = {f"{ROW}{name}": value for name, value in (sent | named).items() if name != "activity"}
    data |= {"activity": str(activity.pk)} if activity else {}
    page = ExpensePage(data, {}, user=request.user, expenditure=Expenditure(), today=timezone.localdate())
    if not page.is_valid():
        raise _refused(page)
    return activity, page


def _refused(page: ExpensePage) -> Refused:
    return Refused(422, _("The expense was not written."), by_field({**page.form.errors, **page.row.errors}))


def _says_the_same(row: Expenditure, activity: Activity, page: ExpensePage) -> bool:
    """Say whether a row is the one that was sent: a key that is used for another expense is a mistake, not a repeat."""
    values = page.values()
    paid = values.original_amount if values.original_currency else values.amount
    stored = row.original_amount if row.original_currency else row.amount
    told = (activity.pk, values.spent_on, values.description, values.source.pk, values.original_currency, paid)
    same = told == (row.activity_id, row.spent_on, row.description, row.source_id, row.original_currency, stored)
    return same and all(typed == kept for typed, kept in _details(row, values) if typed not in (None, ""))


def _details(row: Expenditure, values: ExpenseValues) -> list[tuple[Any, Any]]:
    """Return what was sent beside what is stored, of all that the service may fill in where nothing is sent."""
    voucher = row.vouchers.first() or Voucher()
    return [
        (values.heading, row.heading),
        (values.spent_by, row.spent_by),
        (values.rate, row.rate),
        (values.voucher_number, voucher.number),
        (values.voucher_date, voucher.dated_on),
        (values.voucher_total, voucher.total),
        (values.supplier, voucher.supplier),
    ]
