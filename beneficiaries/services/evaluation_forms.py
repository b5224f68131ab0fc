"""Building an evaluation form: its record, its questions in order, and a new edition of an old one."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from beneficiaries.models import EvaluationForm, Question, QuestionChoice
from partnerships.access import require
from partnerships.models import Role
from partnerships.services.records import fresh, save, set_columns
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.wording import languages_of

MOST_QUESTIONS = 60
# What decides who answers, and how well their answers are kept.
SETTLED = ("target_group", "course", "cohort", "needs_code")
# {column: label in one language}
Label = dict[str, str]


def require_writer(actor: User, form: EvaluationForm) -> None:
    """Raise PermissionDenied unless `actor` may build forms of the partnership."""
    require(actor, Role.COORDINATOR, form.partnership)


def hold(form: EvaluationForm) -> EvaluationForm:
    """Return the form as it stands, locked: answers and changes of questions wait for each other."""
    return EvaluationForm.objects.select_for_update(of=("self",)).get(pk=form.pk)


def check_settled(form: EvaluationForm, values: dict[str, Any]) -> None:
    """Raise ValidationError where answers are there and `values` would change who gave them, or how often."""
    changed = [name for name in SETTLED if name in values and getattr(form, name) != values[name]]
    if changed and form.sheets.exists():
        sentence = _("The form has answers, so this stays. Copy it into a new edition to ask others.")
        raise ValidationError(dict.fromkeys(changed, sentence))


def create_form(row: EvaluationForm, values: dict[str, Any], *, actor: User, key: uuid.UUID) -> tuple[Any, bool]:
    """Make an evaluation form once for one form key; `row` holds its partnership. Returns it and whether it is new.

    Raises ValidationError or PermissionDenied.
    """

    def make() -> EvaluationForm:
        require_writer(actor, row)
        row.slug, row.link = _slug(values), _link()
        before = set_columns(row, values)
        save(row, before, actor=actor, parent=row.partnership)
        return row

    return once(key, make, actor=actor, rows=EvaluationForm.objects.all())


@transaction.atomic
def update_form(form: EvaluationForm, values: dict[str, Any], *, actor: User, version: int) -> EvaluationForm:
    """Change a form that still has `version`. Raises StaleVersion, ValidationError or PermissionDenied."""
    require_writer(actor, form)
    current = fresh(form, version, values)
    check_settled(current, values)
    current.link = current.link or _link()
    before = set_columns(current, values)
    save(current, before, actor=actor, parent=current.partnership)
    return current


def copy_form(form: EvaluationForm, *, actor: User, key: uuid.UUID) -> tuple[EvaluationForm, bool]:
    """Make a new edition with the same questions, without dates or answers, once for one form key."""

    def make() -> EvaluationForm:
        require_writer(actor, form)
        texts = [name for field in ("title", "subject", "introduction") for name in languages_of(field)]
        same = ("partnership", "course", "target_group", "needs_code", "is_demonstration", *texts)
        copy = EvaluationForm(copied_from=form, link=_link(), **{name: getattr(form, name) for name in same})
        copy.slug = _slug({"title_en": form.title})
        save(copy, set_columns(copy, {}), actor=actor, parent=form.partnership)
        for question in form.questions.prefetch_related("choices"):
            labels = [{name: getattr(row, name) for name in languages_of("label")} for row in question.choices.all()]
            question.pk, question._state.adding = None, True
            _write(question, {"form": copy}, labels, actor=actor)
        return copy

    return once(key, make, actor=actor, rows=EvaluationForm.objects.all())


def add_question(
    form: EvaluationForm, values: dict[str, Any], labels: Sequence[Label], *, actor: User, key: uuid.UUID
) -> tuple[Question, bool]:
    """Add a question at the end, with the answers that it offers; once for one form key. Raises ValidationError."""

    def make() -> Question:
        require_writer(actor, form)
        held = hold_unanswered(form)
        if held.questions.count() >= MOST_QUESTIONS:
            raise ValidationError(_("A form has at most %(limit)s questions.") % {"limit": MOST_QUESTIONS})
        last = held.questions.aggregate(last=Max("position"))["last"] or 0
        return _write(Question(form=held, position=last + 1), values, labels, actor=actor)

    return once(key, make, actor=actor, rows=Question.objects.all())


@transaction.atomic
def change_question(
    question: Question, values: dict[str, Any], labels: Sequence[Label], *, actor: User, version: int
) -> Question:
    """Change a question that nobody answered yet. Raises StaleVersion, ValidationError or PermissionDenied."""
    require_writer(actor, question.form)
    hold_unanswered(question.form)
    return _write(fresh(question, version, values), values, labels, actor=actor)


@transaction.atomic
def move_question(question: Question, *, up: bool, actor: User) -> bool:
    """Move a question before or behind its neighbour; returns whether it had one. Raises ValidationError."""
    require_writer(actor, question.form)
    held = hold_unanswered(question.form)
    order = list(held.questions.order_by("position", "pk"))
    place = order.index(question)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(order):
        return False
    order[place], order[other] = order[other], order[place]
    for number, row in enumerate(order, 1):
        row.position = number
    Question.objects.bulk_update(order, ["position"])
    places = {"position": [place + 1, other + 1]}
    audit.record(question, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=places, parent=held)
    return True


@transaction.atomic
def remove_question(question: Question, *, actor: User) -> None:
    """Take a question away that nobody answered yet. Raises ValidationError or PermissionDenied."""
    require_writer(actor, question.form)
    held = hold_unanswered(question.form)
    told = audit.snapshot(question)
    audit.record(question, actor=actor, verb=AuditEntry.Verb.DELETE, changes=told, parent=held)
    question.delete()


def hold_unanswered(form: EvaluationForm) -> EvaluationForm:
    """Return the form locked. Raises ValidationError where somebody answered: its questions then mean what they did."""
    held = hold(form)
    if held.sheets.exists():
        sentence = _("The form has answers, so its questions stay as they are. Copy it into a new edition.")
        raise ValidationError(sentence, code="answered")
    return held


def _write(row: Question, values: dict[str, Any], labels: Sequence[Label], *, actor: User) -> Question:
    """Save a question with the answers on offer in their order, and its entry in the history of the form."""
    before = audit.snapshot(row) if row.pk else {}
    old = _offered(row) if row.pk else []
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(exclude=["text", "low", "high"])
    row.save()
    if old != list(labels):
        row.choices.all().delete()
        for number, label in enumerate(labels, 1):
            QuestionChoice.objects.create(question=row, position=number, **label)
    changes = audit.difference(before, audit.snapshot(row)) if before else audit.snapshot(row)
    if old != list(labels):
        told = [[str(next(filter(None, label.values()), "")) for label in some] for some in (old, labels)]
        changes["choices"] = told if before else told[1]
    if changes:
        row.version += bool(before)
        row.save(update_fields=["version"])
        verb = AuditEntry.Verb.UPDATE if before else AuditEntry.Verb.CREATE
        audit.record(row, actor=actor, verb=verb, changes=changes, parent=row.form)
    return row


def _offered(question: Question) -> list[Label]:
    return [{name: getattr(row, name) or "" for name in languages_of("label")} for row in question.choices.all()]


def _slug(values: dict[str, Any]) -> str:
    title = next((values[name] for name in ("title_en", *languages_of("title")) if values.get(name)), "")
    return f"{slugify(title)[:60] or 'form'}-{uuid.uuid4().hex[:8]}"


def _link() -> str:
    # Letters and digits that nobody takes for each other, for it may be typed from a wall.
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _place in range(14))
