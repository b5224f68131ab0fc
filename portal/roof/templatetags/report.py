"""How a report writes words, amounts and counts in its own language."""

import re
from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.conf import settings
from django.template import Context
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi

from portal.ground.money import Currency, format_amount, format_rate
from portal.roof.reports.words import Words, direction_of, has_signs, printable

register = template.Library()

_BLANK = re.compile(r"\n\s*\n")


def _attributes(text: str, language: str) -> SafeString:
    """Return lang and dir of a text; a text of unknown language has its direction only."""
    direction = direction_of(text, language)
    return format_html(' lang="{}" dir="{}"' if language else '{} dir="{}"', language, direction)


def unless_own(text: str, language: str) -> SafeString:
    """Return lang and dir of a text that differs in them from the report; the library styles each of them anew."""
    own = get_language()
    if language == own and direction_of(text, language) == direction_of("", own):
        return mark_safe("")
    return _attributes(text, language)


@register.simple_tag
def words(text: Words | Promise | str) -> SafeString:
    """Write a name or title; where it stands in another language than the report, that language is marked up."""
    if not isinstance(text, Words):
        return escape(text)
    language, best = text.best(get_language())
    best = printable(best)
    attributes = unless_own(best, language)
    return format_html("<span{}>{}</span>", attributes, best) if attributes else escape(best)


@register.simple_tag(takes_context=True)
def numbered(
    context: Context,
    kind: str,
    title: Words | Promise | str,
    *,
    tag: str = "caption",
    is_titled: bool = False,
    of: str = "",
) -> SafeString:
    """Write the next number of a table or figure where the document has lists of them; elsewhere nothing.

    `is_titled` says that its title stands right above it: then only the number is written. `of` says in the list
    what it tells of that title, where another one has the same.
    """
    numbering = context.get("numbering")
    if numbering is None:
        return mark_safe("")
    one = numbering.add(kind, format_html("{}: {}", of, words(title)) if of else words(title))
    told = "" if is_titled else format_html(" {}", one.title)
    return format_html('<{0} class="numbered" id="{1}"><b>{2}</b>{3}</{0}>', tag, one.anchor, one.label, told)


@register.filter
def hold_signs(chapters: Iterable[tuple[object, str]]) -> bool:
    """Say whether a chapter's body holds letters or signs that only the rarer fonts draw (static/print/signs.css)."""
    return any(has_signs(body) for _chapter, body in chapters)


@register.simple_tag
def plain(text: Words | Promise | str) -> str:
    """Write a name where no markup can stand: in the document's title, or as what a picture or a chart shows."""
    if not isinstance(text, Words):
        return escape(text)
    return escape(printable(text.best(get_language())[1]))


@register.simple_tag
def listed(texts: Iterable[Words]) -> SafeString:
    """Write names one after the other."""
    return format_html_join(f"{comma()} ", "{}", ((words(text),) for text in texts))


@register.simple_tag
def comma() -> str:
    """Write the comma of the report's language."""
    return "،" if get_language_bidi() else ","


@register.simple_tag
def prose(text: Words, *, marked: bool = True) -> SafeString:
    """Write a text of some paragraphs; one in another language than the report begins with that language's name.

    With `marked=False` the language stands elsewhere on the page already (see `tongue`).
    """
    foreign = marked and text.best(get_language())[0] != get_language()
    paragraphs = format_html_join(
        "\n",
        "<p{}>{}{}</p>",
        (
            (attributes, format_html("{} ", tongue(text)) if foreign and not number else "", block)
            for number, (attributes, block) in enumerate(paragraphs_of(text))
        ),
    )
    return format_html('<div class="prose">{}</div>', paragraphs)


def paragraphs_of(text: Words) -> list[tuple[SafeString, SafeString]]:
    """Return the paragraphs of a text: lang and dir of each, and its words as HTML."""
    language, best = text.best(get_language())
    best = printable(best.replace("\r\n", "\n"))
    blocks = [block.strip() for block in _BLANK.split(best) if block.strip()]
    return [(unless_own(block, language), _with_breaks(block)) for block in blocks]


@register.simple_tag
def tongue_of(text: Words) -> SafeString:
    """Write lang and dir of what stands in an attribute, where it is in another language than the report."""
    language, best = text.best(get_language())
    return unless_own(best, language)


@register.simple_tag
def tongue(text: Words) -> SafeString:
    """Name the language of a text where it is another than the report's."""
    language, _best = text.best(get_language())
    if not language or language == get_language():
        return mark_safe("")
    name = dict(settings.LANGUAGES)[language]
    return format_html('<span class="tongue"{}>{}</span>', _attributes(name, language), name)


@register.filter
def money(amount: Decimal | None, currency: str = Currency.EUR) -> SafeString:
    """Write an amount with its currency so that neither turns round in a line that runs to the left."""
    return (
        format_html('<bdi dir="ltr">{}</bdi>', format_amount(amount, currency)) if amount is not None else mark_safe("")
    )


@register.filter
def amount(value: Decimal | None, currency: str = Currency.EUR) -> str:
    """Write an amount with its currency, bare: a long table is laid out in half the time without boxes in it.

    What holds it runs from left to right by its own style.
    """
    return format_amount(value, currency)


@register.filter
def spoken(text: str) -> str:
    """Return the class of a cell among figures that holds words which run to the left, as a date does in Arabic."""
    return " spoken" if direction_of(str(text)) == "rtl" else ""


@register.filter
def figure(number: int | Decimal | None, places: int = 0) -> str:
    """Write a number with its thousands grouped as the language does."""
    if number is None:
        return ""
    # Django cuts the places that it does not show; a share of 15,38 % is 15,4 %, not 15,3 %.
    text = number_format(round(Decimal(number), places), decimal_pos=places, use_l10n=True, force_grouping=True)
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def rate(number: Decimal) -> str:
    """Write an exchange rate with the decimals that it has, so that the amount can be worked out again."""
    return format_rate(number)


@register.filter
def age_band(band: tuple[int | None, int | None]) -> SafeString:
    """Write an age band; one without ends is left to the template."""
    low, high = band
    return format_html('<bdi dir="ltr">{}</bdi>', f"{low}–{high}" if high is not None else f"{low}+")


def _with_breaks(block: str) -> SafeString:
    return mark_safe("<br>".join(escape(line) for line in block.split("\n")))  # noqa: S308 - each line is escaped
