"""The forms of this room."""

from beneficiaries.forms.cohorts import CohortForm, EnrolForm, SessionsForm
from beneficiaries.forms.exams import ExamForm, ResultsForm
from beneficiaries.forms.learners import CoachingForm, EnrolmentForm, FollowUpForm, LearnerForm
from beneficiaries.forms.sheet import SheetForm

__all__ = [
    "CoachingForm",
    "CohortForm",
    "EnrolForm",
    "EnrolmentForm",
    "ExamForm",
    "FollowUpForm",
    "LearnerForm",
    "ResultsForm",
    "SessionsForm",
    "SheetForm",
]
