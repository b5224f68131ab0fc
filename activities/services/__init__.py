"""Verbs that change activities and their log: each is authorised, atomic and audited."""

from activities.services.activity import create_activity, move_activity, update_activity
from activities.services.entry import create_entry, restore_entry, update_entry, withdraw_entry
from activities.services.values import (
    ActivityValues,
    DocumentValues,
    EntryValues,
    ExpenseValues,
    PhotoValues,
    StaleVersion,
)

__all__ = [
    "ActivityValues",
    "DocumentValues",
    "EntryValues",
    "ExpenseValues",
    "PhotoValues",
    "StaleVersion",
    "create_activity",
    "create_entry",
    "move_activity",
    "restore_entry",
    "update_activity",
    "update_entry",
    "withdraw_entry",
]
