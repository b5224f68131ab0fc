"""What a person typed, cleaned: the input of the services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from activities.models import Activity, LogEntry, Photo, Product
from activities.services.drawdowns import Taken
from partnerships.models import CostHeading, FundingSource, Transfer
from portal.ground.uploads import AcceptedFile


@dataclass(frozen=True)
class ActivityValues:
    """The columns of an activity, its links among them."""

    columns: dict
    themes: list = field(default_factory=list)
    target_groups: list = field(default_factory=list)
    organisations: list = field(default_factory=list)


@dataclass(frozen=True)
class ExpenseValues:
    """One expense of an entry; `pk` is set for one that is there already.

    An amount in dirham without a rate takes the rate of the transfers that it is paid from (`transfer` first, if
    one is chosen); `amount` may then be zero: the service sets it. `taken` and `keeps_drawdowns` are the service's.
    `as_is` names a stored row that nobody touched, a judged one above all.
    """

    spent_on: dt.date
    description: str
    source: FundingSource
    amount: Decimal
    heading: CostHeading | None = None
    spent_by: str = ""
    rule_reason: str = ""
    supplier: str = ""
    voucher_date: dt.date | None = None
    voucher_total: Decimal | None = None
    transfer: Transfer | None = None
    taken: Taken | None = None
    keeps_drawdowns: bool = False
    original_amount: Decimal | None = None
    original_currency: str = ""
    rate: Decimal | None = None
    voucher: AcceptedFile | None = None
    voucher_number: str = ""
    pk: int | None = None
    remove: bool = False
    as_is: bool = False


@dataclass(frozen=True)
class PhotoValues:
    """One photo of an entry: a new file, or `pk` for one that is there already."""

    caption: str = ""
    consent: str = Photo.Consent.MISSING
    accepted: AcceptedFile | None = None
    pk: int | None = None
    remove: bool = False


@dataclass(frozen=True)
class DocumentValues:
    """One document of an entry: a new file, or `pk` for one that is there already."""

    title: str = ""
    accepted: AcceptedFile | None = None
    pk: int | None = None
    remove: bool = False


@dataclass(frozen=True)
class EntryValues:
    """A whole log entry: its text, the people reached, the money, the files and the products shown.

    `participants` is {(target group id, sex, age band id): number}, with numbers above zero only.
    """

    activity: Activity
    starts_on: dt.date
    ends_on: dt.date
    language: str
    text: str
    difficulties: str = ""
    next_step: str = ""
    counting: str = "counted"
    participants: dict[tuple[int, str, int], int] = field(default_factory=dict)
    unique_people: int | None = None
    unique_counting: str = "counted"
    expenses: list[ExpenseValues] = field(default_factory=list)
    photos: list[PhotoValues] = field(default_factory=list)
    documents: list[DocumentValues] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    corrects: LogEntry | None = None
