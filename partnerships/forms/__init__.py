"""Forms of the money's path: what is asked, granted, claimed, received and sent."""

from partnerships.forms.path import GrantForm, TrancheForm, TransferForm
from partnerships.forms.request import AnswerForm, RefusalForm, RequestForm, SubmissionForm

__all__ = [
    "AnswerForm",
    "GrantForm",
    "RefusalForm",
    "RequestForm",
    "SubmissionForm",
    "TrancheForm",
    "TransferForm",
]
