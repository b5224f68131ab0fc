"""Spreadsheets of this room's records, in the administration."""

from beneficiaries.resources.values import ValueResource

__all__ = ["ValueResource"]
