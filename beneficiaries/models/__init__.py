"""For whom the work is done: groups, courses, learners under a code, and what people said. Never a name."""

from beneficiaries.models.answers import Answer, AnswerCode, AnswerSheet
from beneficiaries.models.attendance import Attendance, Session
from beneficiaries.models.courses import Cohort, Course
from beneficiaries.models.erased import ErasedCode
from beneficiaries.models.exams import Exam, ExamResult
from beneficiaries.models.follow_ups import Coaching, FollowUp, FollowUpOutcome
from beneficiaries.models.forms import EvaluationForm
from beneficiaries.models.groups import AGES_IN_ORDER, AgeBand, Sex, TargetGroup, ages_in_order
from beneficiaries.models.learners import Enrolment, Learner
from beneficiaries.models.notes import ConfidentialNote
from beneficiaries.models.parts import IndicatorPart
from beneficiaries.models.questions import Question, QuestionChoice
from beneficiaries.models.sheet_links import SheetLink
from beneficiaries.models.suggestions import Suggestion

__all__ = [
    "AGES_IN_ORDER",
    "AgeBand",
    "Answer",
    "AnswerCode",
    "AnswerSheet",
    "Attendance",
    "Coaching",
    "Cohort",
    "ConfidentialNote",
    "Course",
    "Enrolment",
    "ErasedCode",
    "EvaluationForm",
    "Exam",
    "ExamResult",
    "FollowUp",
    "FollowUpOutcome",
    "IndicatorPart",
    "Learner",
    "Question",
    "QuestionChoice",
    "Session",
    "Sex",
    "SheetLink",
    "Suggestion",
    "TargetGroup",
    "ages_in_order",
]
