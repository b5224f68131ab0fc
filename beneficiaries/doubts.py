"""What is probably a slip about a learner: asked about once, and taken where its writer says that it is right.

No history forgets a name that was typed for a code, so it is asked about before anything is kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import ErasedCode, Learner, Sex
from beneficiaries.models.learners import OLDEST, SEXES, USUAL_AGES, is_unlikely_age, looks_like_a_name
from portal.ground.columns import Choice
from portal.ground.wording import listed

LOOKS_LIKE_A_NAME = _(
    "“%(code)s” may be a name, or a number by which somebody is known elsewhere. A code must not tell who somebody is."
)
ERASED_CODE = _(
    "A learner with this code was erased: %(code)s. Give another code, so that nobody is taken for that person."
)
ONE_CODE = _("Here stands the code alone: year of birth and sex have fields of their own.")
UNLIKELY_AGE = _("Hardly anybody follows a course at this age: %(ages)s. Check the year of birth.")
# The first letter of a sex, as lists on paper hold it in Dutch, French and English.
LETTERS = {"v": Sex.WOMEN, "f": Sex.WOMEN, "w": Sex.WOMEN, "m": Sex.MEN, "h": Sex.MEN, "x": Sex.OTHER}
_WORDS = Choice([*Sex.choices, *SEXES])


def read_sex(text: str) -> str:
    """Return the sex that a word or a letter names. Raises ValidationError."""
    letter = LETTERS.get(text.casefold())
    return letter.value if letter else _WORDS.read(text[:60])


def run_together(partnership: int | None, codes: Iterable[str]) -> list[str]:
    """Return the codes that are new to a partnership and hold more than a code, with a blank between.

    Behind the blank stands a year of birth or a sex, or before it a code that somebody has there.
    """
    parts = {code: code.split(" ") for code in codes if " " in code}
    heads = {code: {" ".join(words[:end]) for end in range(1, len(words) + 1)} for code, words in parts.items()}
    rows = Learner.objects.filter(partnership=partnership, code__in=set().union(*heads.values()))
    known = set(rows.values_list("code", flat=True)) if partnership and parts else set()
    year = timezone.localdate().year
    return [
        code
        for code, words in parts.items()
        if code not in known and (heads[code] & known or any(_is_about_somebody(word, year) for word in words[1:]))
    ]


def _is_about_somebody(word: str, year: int) -> bool:
    if re.fullmatch(r"[12]\d{3}", word, re.ASCII):
        return USUAL_AGES.start <= year - int(word) <= OLDEST
    try:
        return bool(read_sex(word))
    except ValidationError:
        return False


def doubts_about_codes(partnership: int | None, codes: Iterable[str]) -> list[ValidationError]:
    """Return what is asked about codes that are new to a partnership."""
    codes = sorted(set(codes))
    like = [code for code in codes if looks_like_a_name(code)]
    erased = sorted(ErasedCode.objects.among(partnership, codes)) if partnership and codes else []
    return [
        ValidationError(sentence, params={"code": listed(found)})
        for sentence, found in ((LOOKS_LIKE_A_NAME, like), (ERASED_CODE, erased))
        if found
    ]


def doubts_about_ages(born: Mapping[str, int | None], *, on: dt.date) -> list[ValidationError]:
    """Return what is asked about years of birth, by what tells people apart; it is empty where there is one alone."""
    unlikely = {code: on.year - year for code, year in born.items() if year and is_unlikely_age(year, on)}
    ages = listed(f"{code}: {age}" if code else age for code, age in unlikely.items())
    return [ValidationError(UNLIKELY_AGE, params={"ages": ages})] if unlikely else []
