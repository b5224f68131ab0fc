"""What is done, when, where, at what cost, and who was reached."""

from activities.models.activity import Activity, ActivityOrganisation, Status, Theme
from activities.models.log import LogEntry, Participation, Sex
from activities.models.media import Document, Photo, StoredFile
from activities.models.money import Expenditure, Voucher
from activities.models.product import Product, Showing

__all__ = [
    "Activity",
    "ActivityOrganisation",
    "Document",
    "Expenditure",
    "LogEntry",
    "Participation",
    "Photo",
    "Product",
    "Sex",
    "Showing",
    "Status",
    "StoredFile",
    "Theme",
    "Voucher",
]
