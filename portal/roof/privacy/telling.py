"""What is held on one person, as a file that the person may take along (articles 15 and 20 of the GDPR).

The same sections stand on a page, in words, and in a JSON file, as columns. Both are read off the models, so that a
column that is added later is told without anybody thinking of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Count
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from beneficiaries.models import Attendance, Coaching, ConfidentialNote, Enrolment, ExamResult, FollowUp, Learner
from portal.ground import audit
from portal.ground.history import who_did
from portal.ground.models import AccessToken, AuditEntry, Letter, User

# What opens something is not told; numbers of rows and of forms' versions say nothing of anybody.
UNTOLD = {"id", "password", "secret_sha256", "data", "sealed", "version"}


@dataclass(frozen=True)
class Section:
    """Rows of one kind: as term and value for people, and as columns under a key for a program."""

    key: str
    heading: str
    rows: tuple[tuple[dict[str, str], ...], ...]
    columns: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class File:
    """Everything that is held on somebody."""

    sections: tuple[Section, ...]

    def as_data(self, on: dt.date) -> dict[str, Any]:
        """Return what the JSON file holds."""
        return {"as_of": on.isoformat(), **{one.key: list(one.columns) for one in self.sections}}


def file_of_learner(learner: Learner) -> File:
    """Return what is held on a learner. A note is told of by its day: who is named for it reads it out."""
    of_learner = {"enrolment__learner": learner}
    return File(
        (
            _section([learner]),
            _section(Enrolment.objects.filter(learner=learner).select_related("cohort__course", "learner")),
            _section(_ordered(Attendance, of_learner, "session__held_on").select_related("session__cohort", "cohort")),
            _section(_ordered(ExamResult, of_learner, "pk").select_related("exam__course")),
            _section(_ordered(FollowUp, of_learner, "months").select_related("outcome")),
            _section(_ordered(Coaching, of_learner, "held_on")),
            _section(_ordered(ConfidentialNote, {"learner": learner}, "noted_on"), leave={"author"}),
            _trail(AuditEntry.objects.about(learner), _("Who wrote or read this, and when")),
        )
    )


def file_of_account(user: User) -> File:
    """Return what is held on somebody who signs in, and what the account did, without what others are in it."""
    own = {"user": user}
    return File(
        (
            _section([user]),
            _section(user.memberships.select_related("partnership").order_by("starts_on", "pk")),
            _section(_ordered(EmailAddress, own, "pk")),
            # The package gives its model no name that could be translated.
            _section(_ordered(Authenticator, own, "pk"), title=_("Second factors")),
            _section(_ordered(AccessToken, own, "pk")),
            _section(_ordered(Letter, {"recipient": user}, "written_at"), leave={"key"}),
            _trail(AuditEntry.objects.about(user), _("What was changed about the account")),
            _deeds(user),
        )
    )


def _ordered(model: type[models.Model], of: dict[str, Any], *order: str) -> models.QuerySet[Any]:
    return model._default_manager.filter(**of).order_by(*order)


def _section(rows: Iterable[models.Model], leave: Iterable[str] = (), title: str = "") -> Section:
    found = list(rows)
    model = type(found[0]) if found else getattr(rows, "model", models.Model)
    untold = UNTOLD | set(leave)
    fields = [field for field in model._meta.concrete_fields if field.name not in untold]
    return Section(
        model._meta.model_name or "",
        title or capfirst(str(model._meta.verbose_name_plural)),
        tuple(tuple(_facts(row, fields)) for row in found),
        tuple({field.attname: audit.plain(field.value_from_object(row)) for field in fields} for row in found),
    )


def _facts(row: models.Model, fields: Iterable[models.Field]) -> Iterable[dict[str, str]]:
    for field in fields:
        value = _shown(row, field)
        if value:
            yield {"term": capfirst(str(field.verbose_name)), "value": value}


def _shown(row: Any, field: models.Field) -> str:
    value = getattr(row, field.name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    if isinstance(value, dt.datetime):
        return date_format(value, "SHORT_DATETIME_FORMAT")
    return date_format(value, "SHORT_DATE_FORMAT") if isinstance(value, dt.date) else str(value)


def _trail(entries: models.QuerySet[AuditEntry], heading: str) -> Section:
    rows = list(entries.select_related("actor"))
    return Section(
        "trail",
        heading,
        tuple(
            (
                {"term": date_format(row.at, "SHORT_DATETIME_FORMAT"), "value": str(row.get_verb_display())},
                {"term": _("By"), "value": _by(row)},
            )
            for row in rows
        ),
        tuple({"at": row.at.isoformat(), "what": row.verb, "kind": row.target_type, "by": _by(row)} for row in rows),
    )


def _by(row: AuditEntry) -> str:
    return (row.actor and row.actor.get_full_name()) or who_did(row)


def _deeds(user: User) -> Section:
    """Return how often the account did what: single entries hold what belongs to other people."""
    counted = AuditEntry.objects.filter(actor=user).order_by("verb").values_list("verb").annotate(count=Count("pk"))
    labels = dict(AuditEntry.Verb.choices)
    rows = list(counted)
    facts = tuple({"term": capfirst(str(labels.get(verb, verb))), "value": str(count)} for verb, count in rows)
    return Section(
        "deeds",
        _("How often the account did something"),
        (facts,) if facts else (),
        tuple({"what": verb, "count": count} for verb, count in rows),
    )
