"""What is probably a slip about a learner: asked about once, and taken where its writer says that it is right.

No history forgets a name that was typed for a code, so it is asked about before anything is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from beneficiaries.models import ErasedCode
from beneficiaries.models.learners import is_unlikely_age, looks_like_a_name
from portal.ground.wording import listed

LOOKS_LIKE_A_NAME = _(
    "“%(code)s” may be a name, or a number by which somebody is known elsewhere. A code must not tell who somebody is."
)
ERASED_CODE = _(
    "A learner with this code was erased: %(code)s. Give another code, so that nobody is taken for that person."
)
UNLIKELY_AGE = _("Hardly anybody follows a course at this age: %(ages)s. Check the year of birth.")


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
