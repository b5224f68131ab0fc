"""The names, titles and public summaries that exist in nl, fr, en and ar."""

from modeltranslation.translator import TranslationOptions, register

from activities.models import Activity, Delay, Product, PublicText, Theme


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ["name"]


@register(Activity)
class ActivityTranslation(TranslationOptions):
    fields = ["title", "summary", "status_note"]


@register(Delay)
class DelayTranslation(TranslationOptions):
    fields = ["reason"]


@register(Product)
class ProductTranslation(TranslationOptions):
    fields = ["title", "text"]


@register(PublicText)
class PublicTextTranslation(TranslationOptions):
    fields = ["title", "text"]
