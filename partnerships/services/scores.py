"""Judging the results of a year: one score and its reason for each criterion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.models import Outcome, PerformanceScore, ProgrammeYear, ScaleLevel, ScoreCriterion
from partnerships.services.records import save, set_columns
from partnerships.services.sections import hold_report
from portal.ground import audit
from portal.ground.models import AuditEntry, User


@dataclass(frozen=True)
class Judgement:
    """What somebody says of one criterion; without a level and a text nothing is said. `version` 0 is a new one."""

    criterion: ScoreCriterion
    level: ScaleLevel | None
    justification: str
    version: int = 0

    def is_said_by(self, row: PerformanceScore | None) -> bool:
        """Say whether a stored row says the same."""
        if row is None:
            return self.level is None and not self.justification
        return (row.level_id, row.justification) == (self.level.pk if self.level else None, self.justification)


class StaleScores(Exception):  # noqa: N818 - it is a situation that people resolve, not an error
    """Somebody else judged meanwhile; `rows` are their scores as they stand now, by number of the criterion."""

    def __init__(self, rows: dict[int, PerformanceScore]):
        super().__init__(str(list(rows.values())))
        self.rows = rows


@transaction.atomic
def save_scores(
    year: ProgrammeYear, outcome: Outcome | None, judgements: Iterable[Judgement], *, actor: User, language: str
) -> bool:
    """Write how an outcome, or without one the programme as a whole, is judged in a year; all or nothing.

    `language` is that of the justifications that are new or changed. Returns whether anything was written: sent
    twice it writes once. Raises StaleScores, ValidationError under `level_PK` or `justification_PK` of a criterion,
    and PermissionDenied.
    """
    year = hold_report(year, actor=actor)
    rows = PerformanceScore.objects.filter(programme=year.programme, year=year.year, outcome=outcome)
    stored = {row.criterion_id: row for row in rows.select_related("criterion", "level")}
    changed = [said for said in judgements if not said.is_said_by(stored.get(said.criterion.pk))]
    there = {said.criterion.pk: stored.get(said.criterion.pk) for said in changed}
    stale = {key: row for key, row in there.items() if row and row.version != _seen(changed, key)}
    if stale:
        raise StaleScores(stale)
    errors: dict[str, ValidationError] = {}
    for said in changed:
        row = there[said.criterion.pk] or PerformanceScore(
            programme=year.programme, year=year.year, outcome=outcome, criterion=said.criterion, author=actor
        )
        errors |= _write(row, said, year, actor=actor, language=language)
    if errors:
        raise ValidationError(errors)
    return bool(changed)


def _seen(judgements: list[Judgement], criterion: int) -> int:
    return next(said.version for said in judgements if said.criterion.pk == criterion)


def _write(
    row: PerformanceScore, said: Judgement, year: ProgrammeYear, *, actor: User, language: str
) -> dict[str, ValidationError]:
    """Write one score, or return what is wrong with it by the name of its field."""
    key = said.criterion.pk
    if said.level is None and not said.justification:
        changes = {name: [value, None] for name, value in audit.snapshot(row).items()}
        audit.record(row, actor=actor, verb=AuditEntry.Verb.DELETE, changes=changes, parent=year)
        row.delete()
        return {}
    if said.level is None:
        return {f"level_{key}": ValidationError(_("Choose a score for this justification."), code="level")}
    if not said.justification:
        return {f"justification_{key}": ValidationError(_("Say why: each score is justified."), code="empty")}
    values = {"level": said.level, "justification": said.justification, "language": language}
    try:
        before = set_columns(row, values)
    except ValidationError as error:
        return {f"level_{key}": ValidationError(error.messages)}
    save(row, before, actor=actor, parent=year)
    return {}
