"""The names and titles that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, register

from beneficiaries.models import Course, EvaluationForm, TargetGroup


@register(TargetGroup)
class TargetGroupTranslation(TranslationOptions):
    fields = ["name"]


@register(Course)
class CourseTranslation(TranslationOptions):
    fields = ["title", "text"]


@register(EvaluationForm)
class EvaluationFormTranslation(TranslationOptions):
    fields = ["title", "subject"]
