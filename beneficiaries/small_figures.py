"""Figures in a text that may give away what the results of a form, or the values of an indicator, do not tell.

Nothing is forbidden by it: four groups are no four women. But whoever writes is asked before everybody reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q

from beneficiaries.models import EvaluationForm
from beneficiaries.number_words import figures_of
from beneficiaries.tallies import results_of
from partnerships.models import Decision, DecisionStep, Finding, IndicatorCorrection, NarrativeSection
from partnerships.services.keeping import kept_inside
from partnerships.services.pointing import Watched
from portal.ground.disclosure import smallest_told

# What a value says in words.
VALUE_TEXTS = ("comment", "source")


def hidden_counts(form: EvaluationForm, *, on: dt.date) -> set[int]:
    """Return the counts that a viewer is not told in the results of a form; none of a form that hides nothing."""
    told, true = (results_of(form, true_figures=figures, on=on) for figures in (False, True))
    if not told.hides:
        return set()
    pairs = [(told.sheets, true.sheets)]
    for open_tally, tally in zip(told.tallies, true.tallies, strict=True):
        pairs.append((open_tally.answered, tally.answered))
        shown = {str(bar.label): bar.count for bar in open_tally.bars}
        pairs += [(shown.get(str(bar.label)), bar.count) for bar in tally.bars]
    return {count for known, count in pairs if known is None and count}


def small_figures(forms: Iterable[EvaluationForm], texts: Mapping[str, str], *, on: dt.date) -> dict[str, list[str]]:
    """Return, of texts by name, the figures as they stand there that are small or are those of a hidden count.

    A text without any is left out, and so is every text where no form hides anything.
    """
    written = {name: figures for name, text in texts.items() if (figures := figures_of(text))}
    at_risk = [form for form in forms if form.is_at_risk] if written else []
    if not at_risk:
        return {}
    risky = set(range(1, smallest_told())).union(*(hidden_counts(form, on=on) for form in at_risk))
    found = {
        name: list(dict.fromkeys(figure.text for figure in figures if figure.number in risky))
        for name, figures in written.items()
    }
    return {name: figures for name, figures in found.items() if figures}


def small_values(values: Iterable[Decimal | None]) -> set[int]:
    """Return those of some values of an indicator that are too small to be told, if they count people."""
    return {int(value) for value in values if value and value == int(value) and 0 < value < smallest_told()}


def newly_told(
    texts: Mapping[str, str | None], counts: Collection[int], *, before: Mapping[str, str], counted: Collection[int]
) -> dict[str, list[str]]:
    """Return, by the name of their text, the figures that are small counts and were not so before.

    `before` are the texts as they stood beside the counts `counted`: their writer was asked about those.
    """
    found = {}
    for name, text in texts.items():
        known = {figure.number for figure in figures_of(before.get(name) or "")}.intersection(counted)
        asked = [
            figure.text for figure in figures_of(text or "") if figure.number in counts and figure.number not in known
        ]
        if asked:
            found[name] = list(dict.fromkeys(asked))
    return found


class Stored(NamedTuple):
    """The texts of a value, and its number and those of its parts, as they stood before."""

    texts: Mapping[str, str]
    numbers: Collection[Decimal | None]


def figures_of_value(
    indicator: int, texts: Mapping[str, str | None], numbers: Iterable[Decimal | None], *, before: Stored
) -> dict[str, list[str]]:
    """Return the figures in the texts of a value that are small counts of vulnerable people in it or its parts.

    `indicator` is the key of that which it is of.
    """
    if not any(figures_of(text or "") for text in texts.values()) or not kept_inside({indicator}):
        return {}
    known = small_values(before.numbers)
    return newly_told(texts, small_values(numbers), before=before.texts, counted=known)


def watch(row: Watched, findings: Collection[Finding], texts: Mapping[str, str], on: dt.date) -> dict[str, list[str]]:
    """Return the figures in the texts of a record that its forms do not tell (see partnerships.services.pointing)."""
    if isinstance(row, NarrativeSection | IndicatorCorrection):
        return {}  # rests on no form
    return small_figures(_forms_behind(row, findings), texts, on=on)


def _forms_behind(row: Finding | Decision | DecisionStep, findings: Collection[Finding]) -> list[EvaluationForm]:
    """Return the forms that a record rests on. A finding that names none may rest on any that was answered."""
    forms = EvaluationForm.objects.select_related("target_group", "course__target_group").distinct()
    behind = Q(findings__in=[finding.pk for finding in findings if finding.pk])
    if not isinstance(row, Finding):
        decision = row.pk if isinstance(row, Decision) else row.decision_id
        return list(forms.filter(behind | Q(decisions=decision) if decision else behind))
    own = list(forms.filter(behind))
    return own or list(forms.filter(partnership=row.partnership_id, sheets__isnull=False))
