"""Verbs that change activities and their log: each is authorised, atomic and audited."""

from activities.services.activity import create_activity, move_activity, tie_activity, update_activity
from activities.services.asking import Answer, ask_funders
from activities.services.delays import follow_status, hold_end, record_delay, update_delay
from activities.services.entry import create_entry, restore_entry, update_entry, withdraw_entry
from activities.services.expenses import (
    CorrectionValues,
    correct_expense,
    create_expense,
    fingerprint,
    remove_correction,
    update_expense,
)
from activities.services.judgements import Judged, judge, justify_many
from activities.services.money import fixed_because, preview_draw, stored_expenses
from activities.services.photos import approve_photo, may_approve, withdraw_consent
from activities.services.public_texts import (
    change_public_text,
    propose_public_text,
    release_public_text,
    withdraw_public_text,
)
from activities.services.values import (
    ActivityValues,
    DocumentValues,
    EntryValues,
    ExpenseValues,
    PhotoValues,
)
from portal.ground.versions import StaleVersion

__all__ = [
    "ActivityValues",
    "Answer",
    "CorrectionValues",
    "DocumentValues",
    "EntryValues",
    "ExpenseValues",
    "Judged",
    "PhotoValues",
    "StaleVersion",
    "approve_photo",
    "ask_funders",
    "change_public_text",
    "correct_expense",
    "create_activity",
    "create_entry",
    "create_expense",
    "fingerprint",
    "fixed_because",
    "follow_status",
    "hold_end",
    "judge",
    "justify_many",
    "may_approve",
    "move_activity",
    "preview_draw",
    "propose_public_text",
    "record_delay",
    "release_public_text",
    "remove_correction",
    "restore_entry",
    "stored_expenses",
    "tie_activity",
    "update_activity",
    "update_delay",
    "update_entry",
    "update_expense",
    "withdraw_consent",
    "withdraw_entry",
    "withdraw_public_text",
]
