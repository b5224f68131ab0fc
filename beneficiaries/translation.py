"""The names and titles that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, register

from beneficiaries.models import (
    Course,
    EvaluationForm,
    Exam,
    FollowUpOutcome,
    Question,
    QuestionChoice,
    TargetGroup,
)


@register(TargetGroup)
class TargetGroupTranslation(TranslationOptions):
    fields = ["name"]


@register(Course)
class CourseTranslation(TranslationOptions):
    fields = ["title", "text"]


@register(EvaluationForm)
class EvaluationFormTranslation(TranslationOptions):
    fields = ["title", "subject", "introduction"]


@register(Exam)
class ExamTranslation(TranslationOptions):
    fields = ["content"]


@register(FollowUpOutcome)
class FollowUpOutcomeTranslation(TranslationOptions):
    fields = ["name"]


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ["text", "low", "high"]


@register(QuestionChoice)
class QuestionChoiceTranslation(TranslationOptions):
    fields = ["label"]
