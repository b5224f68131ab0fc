"""The names that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, register

from portal.roof.models import ReportForm


@register(ReportForm)
class ReportFormTranslation(TranslationOptions):
    """The name of an edition."""

    fields = ["name"]
