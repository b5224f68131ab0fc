"""Forms of partnerships' own records: the money's path, the report of a year, and the trails of decisions and risks."""

from partnerships.forms.path import GrantForm, TrancheForm, TransferForm
from partnerships.forms.plan import CallForm, DeliverableForm, PhaseForm, PostForm, ProgrammeCodeForm, SubGrantForm
from partnerships.forms.request import AnswerForm, RefusalForm, RequestForm, SubmissionForm
from partnerships.forms.scores import ScoresForm
from partnerships.forms.sections import SectionForm
from partnerships.forms.trails import (
    DecisionForm,
    DecisionStepForm,
    FindingForm,
    GainForm,
    LessonForm,
    ReviewForm,
    RiskForm,
)
from partnerships.forms.years import ReopenForm, ReturnForm

__all__ = [
    "AnswerForm",
    "CallForm",
    "DecisionForm",
    "DecisionStepForm",
    "DeliverableForm",
    "FindingForm",
    "GainForm",
    "GrantForm",
    "LessonForm",
    "PhaseForm",
    "PostForm",
    "ProgrammeCodeForm",
    "RefusalForm",
    "ReopenForm",
    "RequestForm",
    "ReturnForm",
    "ReviewForm",
    "RiskForm",
    "ScoresForm",
    "SectionForm",
    "SubGrantForm",
    "SubmissionForm",
    "TrancheForm",
    "TransferForm",
]
