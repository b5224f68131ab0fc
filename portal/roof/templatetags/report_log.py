"""How a report tells the log of an activity that has many entries: short, and none of them left out."""

from collections.abc import Iterator

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.roof.reports.counts import GroupCount
from portal.roof.reports.sections import Entry
from portal.roof.reports.words import Words, direction_of
from portal.roof.templatetags.report import figure, money, paragraphs_of, tongue, words

register = template.Library()
EMPTY = mark_safe("")


@register.simple_tag
def in_short(entry: Entry) -> SafeString:
    """Write an entry as a paragraph behind its date, with what was hard and what comes next, and below who came.

    It has as few elements as can be: each one costs the library time and memory, and a programme has thousands.
    """
    people = format_html_join(" · ", "{}", ((part,) for part in _who(entry)))
    told = _turned(entry) if _turns(entry) else _in_line(entry)
    return format_html("{}\n{}", told, format_html('<p class="who">{}</p>\n', people) if people else "")


def _turns(entry: Entry) -> bool:
    """Say whether any of it reads the other way than the report: in one line with a date it would be disordered."""
    bests = (said.best(get_language()) for said in (entry.text, entry.difficulties, entry.next_step) if said)
    own = direction_of("", get_language())
    return any(direction_of(block, language) != own for language, text in bests for block in text.split("\n"))


def _in_line(entry: Entry) -> SafeString:
    blocks = paragraphs_of(entry.text) or [(EMPTY, EMPTY)]
    for label, more in _more(entry):
        (attributes, first), *rest = paragraphs_of(more) or [(EMPTY, EMPTY)]
        # In a paragraph of another language what the report itself says is marked up instead: it is less.
        own = format_html(' lang="{}"', get_language()) if attributes else ""
        named = _named(format_html("<b{}>{}</b>", own, label), first)
        blocks[-1] = (blocks[-1][0], format_html("{} {}", blocks[-1][1], named))
        blocks += rest
    (attributes, first), *rest = blocks
    own = format_html(' lang="{}"', get_language()) if attributes else ""
    date = format_html('<b class="on"{}>{}\t</b>{} ', own, entry.when, tongue(entry.text))
    paragraphs = format_html_join("\n", '<p class="more"{}>{}</p>', rest)
    return format_html("<p{}>{}{}</p>{}", attributes, date, first, paragraphs)


def _turned(entry: Entry) -> SafeString:
    """Write an entry of which something reads the other way: its words have lines of their own."""
    lines = [format_html('<p class="head"><b class="on">{}\t</b>{}</p>', entry.when, tongue(entry.text))]
    for label, said in [("", entry.text), *_more(entry)]:
        lines += [format_html('<p class="more head"><b>{}</b></p>', label)] if label else []
        lines += [format_html('<p class="more"{}>{}</p>', *paragraph) for paragraph in paragraphs_of(said)]
    return mark_safe("\n".join(lines))  # noqa: S308 - each line is escaped


def _more(entry: Entry) -> list[tuple[str, Words]]:
    told = [(_("Difficulties"), entry.difficulties), (_("Next step"), entry.next_step)]
    return [(label, said) for label, said in told if said]


def _who(entry: Entry) -> Iterator[SafeString]:
    if entry.corrects:
        yield conditional_escape(_("Corrects the entry of %(date)s") % {"date": entry.corrects})
    for group in entry.counts:
        yield _counted(group)
    if entry.unique:
        unique = _named(_("Different people"), figure(entry.unique))
        yield _estimated(unique) if entry.is_estimated else unique
    if entry.spent:
        yield _named(_("Spent"), money(entry.spent))


def _counted(group: GroupCount) -> SafeString:
    if group.count is None:
        return words(group.group)
    told = _named(words(group.group), figure(group.count))
    return _estimated(told) if group.is_estimated else told


def _estimated(told: SafeString) -> SafeString:
    return format_html("{} ({})", told, _("estimated"))


def _named(what: str, count: str) -> SafeString:
    colon = pgettext("between what is counted and its number", "%(what)s: %(count)s")
    parts = {"what": conditional_escape(what), "count": conditional_escape(count)}
    return mark_safe(conditional_escape(colon) % parts)  # noqa: S308 - both are escaped
