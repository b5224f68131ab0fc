"""Verbs about whom the work is for; each is atomic, names its actor, and records its own audit entry."""

from beneficiaries.services.courses import create_course, update_course
from beneficiaries.services.days import hold_day, is_locked
from beneficiaries.services.enrolling import Newcomer, enrol
from beneficiaries.services.records import create_row, update_row
from beneficiaries.services.results import ResultInput, StaleResults, save_results
from beneficiaries.services.sheets import StaleSheet, add_sessions, lines_of, mark_changed, save_sheet
from beneficiaries.services.values import ValueInput, report_value, update_value

__all__ = [
    "Newcomer",
    "ResultInput",
    "StaleResults",
    "StaleSheet",
    "ValueInput",
    "add_sessions",
    "create_course",
    "create_row",
    "enrol",
    "hold_day",
    "is_locked",
    "lines_of",
    "mark_changed",
    "report_value",
    "save_results",
    "save_sheet",
    "update_course",
    "update_row",
    "update_value",
]
