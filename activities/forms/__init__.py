"""The forms of activities and their log."""

from activities.forms.activity import ActivityForm, NewActivityForm, WithdrawForm
from activities.forms.delay import DelayForm, StatusForm, known_day
from activities.forms.entry import LogForm
from activities.forms.expense_page import CorrectionForm, ExpensePage, JudgeForm

__all__ = [
    "ActivityForm",
    "CorrectionForm",
    "DelayForm",
    "ExpensePage",
    "JudgeForm",
    "LogForm",
    "NewActivityForm",
    "StatusForm",
    "WithdrawForm",
    "known_day",
]
