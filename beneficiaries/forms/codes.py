"""Codes as people paste them: one a line, with the year of birth and the sex behind a new one."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from beneficiaries.doubts import read_sex
from beneficiaries.models import Learner
from beneficiaries.models.learners import check_code, tidy_code
from beneficiaries.services import Newcomer

LONGEST = Learner._meta.get_field("code").max_length or 0


def read_codes(text: str) -> list[Newcomer]:
    """Return who stands in a pasted list: lines or commas between people, semicolons or tabs between cells.

    Raises ValidationError with a sentence for each line that is not understood.
    """
    found, faults = [], []
    for line in re.split(r"[\n,،]", text):
        cells = [cell.strip() for cell in re.split(r"[;؛\t]", line)]
        if not any(cells):
            continue
        try:
            found.append(_newcomer(cells))
        except ValidationError as error:
            faults += [_("“%(line)s”: %(why)s") % {"line": line.strip()[:60], "why": why} for why in error.messages]
    if faults:
        raise ValidationError(faults[:20])
    if not found:
        raise ValidationError(_("Write one code at least."))
    return found


def _newcomer(cells: list[str]) -> Newcomer:
    code, born, sex = [*cells, "", ""][:3]
    if len(cells) > 3:
        raise ValidationError(_("Behind a code stand its year of birth and its sex, and no more."))
    code = tidy_code(code)
    if len(code) > LONGEST:
        raise ValidationError(_("A code has at most %(limit)s characters.") % {"limit": LONGEST})
    check_code(code)
    if born and not re.fullmatch(r"[12]\d{3}", born, re.ASCII):
        raise ValidationError(_("“%(value)s” is no year of birth.") % {"value": born[:20]})
    return Newcomer(code, int(born) if born else None, read_sex(sex))
