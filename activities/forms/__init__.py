"""The forms of activities and their log."""

from activities.forms.activity import ActivityForm, NewActivityForm, StatusForm, WithdrawForm
from activities.forms.entry import LogForm
from activities.forms.expense_page import CorrectionForm, ExpensePage, JudgeForm

__all__ = [
    "ActivityForm",
    "CorrectionForm",
    "ExpensePage",
    "JudgeForm",
    "LogForm",
    "NewActivityForm",
    "StatusForm",
    "WithdrawForm",
]
