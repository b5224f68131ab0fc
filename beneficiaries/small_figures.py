"""Figures in a text that may give away what the results of a form do not tell.

Nothing is forbidden by it: four groups are no four women. But whoever writes is asked before everybody reads it.
"""

from __future__ import annotations

import datetime as dt
import re

from beneficiaries.models import EvaluationForm
from beneficiaries.tallies import results_of
from portal.ground.disclosure import SMALLEST_TOLD

# Digits of any writing, alone: no part of a date, of 1 000 or of 2,5.
_FIGURE = re.compile(r"(?<![\d.,/\u00a0\u202f-])\d{1,6}(?![\d/-]|[.,\u00a0\u202f ]?\d)")
# Small figures as words. One is left out: it is an article in Dutch and French.
_WORDS = "two three four twee drie vier deux trois quatre اثنان اثنتان ثلاث ثلاثة أربع أربعة"
_WORD = re.compile(rf"(?<!\w)(?:{'|'.join(_WORDS.split())})(?!\w)", re.IGNORECASE)


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


def small_figures(form: EvaluationForm, text: str, *, on: dt.date) -> list[str]:
    """Return the figures in a text, as they stand there, that are small or are those of a hidden count."""
    if not form.is_at_risk or not text:
        return []
    risky = hidden_counts(form, on=on) | set(range(1, SMALLEST_TOLD))
    written = sorted([*_FIGURE.finditer(text), *_WORD.finditer(text)], key=lambda match: match.start())
    found = [match.group() for match in written if not match.group().isdecimal() or int(match.group()) in risky]
    return list(dict.fromkeys(found))
