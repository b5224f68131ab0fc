"""The forms of activities and their log."""

from activities.forms.activity import ActivityForm, NewActivityForm, StatusForm, WithdrawForm
from activities.forms.entry import LogForm

__all__ = ["ActivityForm", "LogForm", "NewActivityForm", "StatusForm", "WithdrawForm"]
