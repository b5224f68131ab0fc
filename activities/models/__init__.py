"""What is done, when, where, at what cost, and who was reached."""

from activities.models.activity import Activity, ActivityOrganisation, Status, Theme
from activities.models.budget import BudgetAmendment, BudgetLine, CoFunding
from activities.models.counting import CountingRule
from activities.models.delay import Delay
from activities.models.imports import SheetColumn, SheetImport
from activities.models.log import Counting, LogEntry, Participation
from activities.models.media import Document, Photo
from activities.models.money import Drawdown, Expenditure, Voucher
from activities.models.product import Product, Showing
from activities.models.public_text import PublicText

__all__ = [
    "Activity",
    "ActivityOrganisation",
    "BudgetAmendment",
    "BudgetLine",
    "CoFunding",
    "Counting",
    "CountingRule",
    "Delay",
    "Document",
    "Drawdown",
    "Expenditure",
    "LogEntry",
    "Participation",
    "Photo",
    "Product",
    "PublicText",
    "SheetColumn",
    "SheetImport",
    "Showing",
    "Status",
    "Theme",
    "Voucher",
]
