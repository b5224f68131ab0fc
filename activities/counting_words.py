"""What is counted for an indicator, said in the reader's language."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from activities.counting_rules import Rule, What
from beneficiaries.models import Sex
from partnerships.models import Side
from portal.ground.wording import listed, translated

# What is counted of the people who follow a course.
_TAUGHT = {What.ENROLMENTS, What.LEARNERS, What.DIPLOMAS}


def rule_in_words(rule: Rule) -> str:
    """Return the query of a rule as a sentence."""
    row = rule.row
    title = {"result": translated(row.indicator.outcome, "title")}
    result = _("in the activities of “%(result)s” and of what leads to it") % title
    if row.what in _TAUGHT:
        result = _("in the courses that the activities of “%(result)s” and of what leads to it give") % title
    places = {Side.HOME.value: _("in Belgium"), Side.PARTNER.value: _("in Morocco"), "": ""}
    themes = listed(translated(theme, "name") for theme in row.themes.all())
    about = _("on the themes %(themes)s") % {"themes": themes} if themes else ""
    return f"{capfirst(listed([_what(rule), result, places[row.side], about, _how(rule)]))}."


def left_out_in_words(rule: Rule) -> str:
    """Return a sentence about the age bands of which only a part has the ages of the rule; else an empty text."""
    if not rule.left_out:
        return ""
    sentence = _("Not counted, because nobody knows who in them has these ages: %(bands)s.")
    return sentence % {"bands": listed(rule.left_out)}


def _what(rule: Rule) -> str:
    groups = listed(translated(group, "name") for group in rule.row.target_groups.all())
    if rule.row.what in {What.PARTICIPATIONS, *_TAUGHT}:
        who = " ".join(filter(None, [_people(rule.row.sex), _ages(rule)]))
        named = {
            What.PARTICIPATIONS.value: _("participations of %(people)s"),
            What.ENROLMENTS.value: _("enrolments of %(people)s"),
            What.LEARNERS.value: _("attendance of %(people)s, each person once"),
            What.DIPLOMAS.value: _("diplomas of %(people)s"),
        }[rule.row.what] % {"people": who}
        return listed([named, _("of the target groups %(groups)s") % {"groups": groups} if groups else ""])
    named = _("log entries") if rule.row.what == What.ENTRIES else _("activities with a log entry")
    return listed([named, _("for the target groups %(groups)s") % {"groups": groups} if groups else ""])


def _people(sex: str) -> str:
    names = {
        Sex.WOMEN.value: _("women"),
        Sex.MEN.value: _("men"),
        Sex.OTHER.value: _("people whose sex is other or not said"),
    }
    return names.get(sex, _("everybody"))


def _ages(rule: Rule) -> str:
    low, high = rule.row.min_age, rule.row.max_age
    if low is None and high is None:
        return ""
    if high is None:
        return _("of %(low)s years and over") % {"low": low}
    if low is None:
        return _("up to %(high)s years") % {"high": high}
    return _("from %(low)s to %(high)s years") % {"low": low, "high": high}


def _how(rule: Rule) -> str:
    if rule.row.what != What.PARTICIPATIONS:
        return ""
    return _("counted, without what was estimated") if rule.row.is_counted_only else _("counted and estimated")
