"""Spreadsheets of activities and money: the administration's own, and those of the municipalities."""

from activities.resources.records import ActivityResource, ExpenditureResource

__all__ = ["ActivityResource", "ExpenditureResource"]
