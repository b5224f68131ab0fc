"""Verbs about whom the work is for; each is atomic, names its actor, and records its own audit entry."""

from beneficiaries.services.values import ValueInput, report_value, update_value

__all__ = ["ValueInput", "report_value", "update_value"]
