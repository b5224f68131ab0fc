"""Figures in a text that may give away what the results of a form do not tell.

Nothing is forbidden by it: four groups are no four women. But whoever writes is asked before everybody reads it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from beneficiaries.models import EvaluationForm
from beneficiaries.number_words import figures_of
from beneficiaries.tallies import results_of
from partnerships.models import Decision, DecisionStep, Finding, IndicatorCorrection, NarrativeSection
from partnerships.services.pointing import Watched
from portal.ground.disclosure import smallest_told


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
