"""The names and titles that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, register

from beneficiaries.models import Course, EvaluationForm, Exam, FollowUpOutcome, TargetGroup


@register(TargetGroup)
class TargetGroupTranslation(TranslationOptions):
    fields = ["name"]


@register(Course)
class CourseTranslation(TranslationOptions):
    fields = ["title", "text"]


@register(EvaluationForm)
class EvaluationFormTranslation(TranslationOptions):
    fields = ["title", "subject"]


@register(Exam)
class ExamTranslation(TranslationOptions):
    fields = ["content"]


@register(FollowUpOutcome)
class FollowUpOutcomeTranslation(TranslationOptions):
    fields = ["name"]
