"""The forms of this room."""

from beneficiaries.forms.answers import AnswerForm
from beneficiaries.forms.cohorts import CohortForm, EnrolForm, SessionsForm
from beneficiaries.forms.courses import CourseForm
from beneficiaries.forms.evaluation_forms import CodesForm, ConclusionForm, EvaluationFormForm, QuestionForm
from beneficiaries.forms.exams import ExamForm, ResultsForm
from beneficiaries.forms.learners import CoachingForm, EnrolmentForm, FollowUpForm, LearnerForm
from beneficiaries.forms.sheet import LinkSheetForm, SheetForm
from beneficiaries.forms.suggestions import ReplyForm, SuggestionForm

__all__ = [
    "AnswerForm",
    "CoachingForm",
    "CodesForm",
    "CohortForm",
    "ConclusionForm",
    "CourseForm",
    "EnrolForm",
    "EnrolmentForm",
    "EvaluationFormForm",
    "ExamForm",
    "FollowUpForm",
    "LearnerForm",
    "LinkSheetForm",
    "QuestionForm",
    "ReplyForm",
    "ResultsForm",
    "SessionsForm",
    "SheetForm",
    "SuggestionForm",
]
