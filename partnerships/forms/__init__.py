"""Forms of the money's path and of the report of a year."""

from partnerships.forms.path import GrantForm, TrancheForm, TransferForm
from partnerships.forms.request import AnswerForm, RefusalForm, RequestForm, SubmissionForm
from partnerships.forms.sections import SectionForm
from partnerships.forms.years import ReopenForm, ReturnForm

__all__ = [
    "AnswerForm",
    "GrantForm",
    "RefusalForm",
    "ReopenForm",
    "RequestForm",
    "ReturnForm",
    "SectionForm",
    "SubmissionForm",
    "TrancheForm",
    "TransferForm",
]
