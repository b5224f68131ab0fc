"""What was found in the answers to a form: a finding of the partnership, with the questions that it rests on."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from beneficiaries.models import EvaluationForm, Question
from beneficiaries.services.evaluation_forms import require_writer
from partnerships.models import Finding
from partnerships.services import create_record
from portal.ground import audit
from portal.ground.models import AuditEntry, User


@transaction.atomic
def conclude(
    form: EvaluationForm, values: dict[str, Any], questions: Iterable[Question], *, actor: User, key: uuid.UUID
) -> tuple[Finding, bool]:
    """Write down a finding that rests on questions of a form, once for one form key; returns it and whether it is new.

    Raises ValidationError or PermissionDenied.
    """
    require_writer(actor, form)
    asked = list(questions)
    if any(question.form_id != form.pk for question in asked):
        raise ValidationError({"questions": _("This form has other questions than those that were chosen.")})
    finding = Finding(partnership=form.partnership, is_demonstration=form.is_demonstration)
    row, is_new = create_record(finding, values, actor=actor, key=key)
    if is_new:
        form.findings.add(row)
        row.questions.set(asked)
        told = {"findings": [[], [str(row)]], "questions": [[], [str(question) for question in asked]]}
        audit.record(form, actor=actor, verb=AuditEntry.Verb.UPDATE, changes=told, parent=form.partnership)
    return row, is_new
