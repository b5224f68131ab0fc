"""Codes to answer with, and the answers: each code once, each form sent once, and no way from one to the other."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from beneficiaries.models import Answer, AnswerCode, AnswerSheet, EvaluationForm, Question
from beneficiaries.services.evaluation_forms import hold, require_writer
from portal.ground import audit
from portal.ground.dates import format_date
from portal.ground.models import AuditEntry, User

# Digits, for who reads no Latin letters knows them; in fours, as on a bank card.
CODE_DIGITS = 16
MOST_CODES = 200
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
State = AnswerCode.State


@dataclass(frozen=True)
class Given:
    """What was answered to one question, once for each choice."""

    question: int
    choice: int | None = None
    number: Decimal | None = None
    text: str = ""


def read_code(text: str) -> str:
    """Return the digits of a code as it is typed, in Arabic or Latin digits, with or without spaces."""
    digits = "".join(letter for letter in text.translate(_LATIN_DIGITS) if letter not in " -\u00a0\u202f\u200e\u200f")
    return digits if digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS else ""


def grouped(code: str) -> str:
    """Return a code in fours."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


@transaction.atomic
def make_codes(form: EvaluationForm, count: int, *, actor: User, key: uuid.UUID) -> list[str]:
    """Make codes and return them: they are shown now, and only their hashes are kept.

    They are made of the form key and the server's secret, so that the same form sent twice prints the same codes and
    no others. A new secret makes codes that are still on paper void. Raises ValidationError or PermissionDenied.
    """
    require_writer(actor, form)
    held = hold(form)
    if not held.needs_code:
        raise ValidationError(_("This form is answered without codes."))
    if not 1 <= count <= MOST_CODES:
        raise ValidationError(_("Make 1 to %(limit)s codes at once.") % {"limit": MOST_CODES})
    codes = [_made(f"{held.pk}:{key}:{number}") for number in range(count)]
    known = set(AnswerCode.objects.filter(digest__in=map(_digest, codes)).values_list("digest", flat=True))
    new = [AnswerCode(form=held, digest=digest) for digest in map(_digest, codes) if digest not in known]
    if new:
        AnswerCode.objects.bulk_create(new)
        _tell(held, actor, codes=len(new))
    return codes


@transaction.atomic
def withdraw_codes(form: EvaluationForm, *, actor: User) -> int:
    """Make all codes void that nobody used, because their sheet was lost; returns how many. Raises PermissionDenied."""
    require_writer(actor, form)
    held = hold(form)
    count = held.codes.filter(state=State.FREE).update(state=State.WITHDRAWN)
    if count:
        _tell(held, actor, codes=-count)
    return count


def code_of(text: str) -> AnswerCode | None:
    """Return the row of a code as somebody typed it; none for one that was never made, or was withdrawn."""
    code = read_code(text)
    rows = AnswerCode.objects.select_related("form__partnership").exclude(state=State.WITHDRAWN)
    return rows.filter(digest=_digest(code)).first() if code else None


@transaction.atomic
def receive(
    form: EvaluationForm,
    given: Iterable[Given],
    *,
    key: uuid.UUID,
    language: str,
    on: dt.date,
    code: AnswerCode | None = None,
    typed_by: User | None = None,
) -> tuple[AnswerSheet, bool]:
    """Keep the answers of somebody who is not known, or of a paper form that `typed_by` types in.

    Returns the sheet and whether it is new: the same `key` makes none a second time. Raises ValidationError outside the
    days on which the form is open, for a used code and where nothing is answered; PermissionDenied for who may not
    type in. What is answered stands in no audit entry, nor does the code.
    """
    if typed_by:
        require_writer(typed_by, form)
    held = hold(form)
    earlier = AnswerSheet.objects.filter(form=held, key=key).first()
    if earlier:
        return earlier, False
    check_open(held, on)
    answers = list(given)
    if not answers:
        raise ValidationError(_("Nothing is answered yet."), code="empty")
    if typed_by is None and (held.needs_code or code):
        _use(held, code)
    told = {"way": AnswerSheet.Way.PAPER if typed_by else AnswerSheet.Way.ONLINE, "language": language}
    sheet = AnswerSheet(form=held, key=key, received_on=on, typed_by=typed_by, **told)
    _write(sheet, answers)
    if typed_by:
        audit.record(sheet, actor=typed_by, verb=AuditEntry.Verb.CREATE, changes=told, parent=held)
    else:
        # That somebody answered, at this hour; not which answers those were.
        audit.record(held, actor=None, verb=AuditEntry.Verb.UPDATE, changes={"sheets": 1}, parent=held.partnership)
    return sheet, True


def _write(sheet: AnswerSheet, answers: Iterable[Given]) -> None:
    sheet.is_demonstration = sheet.form.is_demonstration
    sheet.full_clean()
    sheet.save()
    Answer.objects.bulk_create(
        Answer(sheet=sheet, question_id=row.question, choice_id=row.choice, number=row.number, text=row.text)
        for row in answers
    )


def check_open(form: EvaluationForm, on: dt.date) -> None:
    """Raise ValidationError, with the reason for people, unless the form may be answered on a day."""
    state = form.state_on(on)
    reasons = {
        EvaluationForm.State.UNDATED: _("This form is not open."),
        EvaluationForm.State.COMING: _("This form is not open yet. Come back on %(day)s."),
        EvaluationForm.State.CLOSED: _("This form is closed: no more answers are taken."),
    }
    if state in reasons:
        raise ValidationError(reasons[state], code=state.value, params={"day": format_date(form.opens_on)})
    if not Question.objects.filter(form=form).exists():
        raise ValidationError(_("This form has no questions yet."), code="empty_form")


@transaction.atomic
def take_back(sheet: AnswerSheet, *, actor: User) -> None:
    """Take back a paper form that was typed in wrongly, while its form is open. Raises ValidationError."""
    require_writer(actor, sheet.form)
    hold(sheet.form)
    if sheet.way != AnswerSheet.Way.PAPER:
        raise ValidationError(_("Only what was typed in from paper can be taken back."))
    audit.record(sheet, actor=actor, verb=AuditEntry.Verb.DELETE, changes={"way": sheet.way}, parent=sheet.form)
    sheet.delete()


def _use(form: EvaluationForm, code: AnswerCode | None) -> None:
    held = AnswerCode.objects.select_for_update().filter(form=form, pk=code.pk).first() if code else None
    if held is None or held.state == State.WITHDRAWN:
        raise ValidationError(_("This code does not open this form."), code="code")
    if held.state == State.USED:
        sentence = _("Answers were received with this code already. Each code is for one time.")
        raise ValidationError(sentence, code="used")
    held.state = State.USED
    held.save(update_fields=["state"])


def _tell(form: EvaluationForm, actor: User, *, codes: int) -> None:
    audit.record(form, actor=actor, verb=AuditEntry.Verb.UPDATE, changes={"codes": codes}, parent=form.partnership)


def _made(seed: str) -> str:
    drawn = salted_hmac("beneficiaries.answer_code.made", seed, algorithm="sha256").digest()
    return str(int.from_bytes(drawn) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def _digest(code: str) -> str:
    """Return the hash of a code, keyed by the server's secret: sixteen digits alone could be tried out."""
    return salted_hmac("beneficiaries.answer_code", code, algorithm="sha256").hexdigest()
