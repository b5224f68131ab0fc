"""A spreadsheet on its way in: sent, its columns chosen, checked and written in the background."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_tasks import task

from activities.models import SheetColumn, SheetImport
from activities.resources import budget, expense_writing, progress
from activities.resources.expenses import ExpenseSheet
from partnerships.access import require
from partnerships.models import Partnership, Role
from portal.ground import audit
from portal.ground.background import without_collecting
from portal.ground.forms import mark_unreadable
from portal.ground.models import AuditEntry, User
from portal.ground.once import once
from portal.ground.sheet_rows import REFUSED, Field, Outcome, Table, guess, plain
from portal.ground.spreadsheets import Sheet, read

# Four times what a municipality writes down in a year, and some seconds of work.
MAX_ROWS = 20_000
FORGET_DAYS = 7
State, Kind = SheetImport.State, SheetImport.Kind


@dataclass(frozen=True)
class _Kind:
    """What is done with the rows of one kind of sheet, and who may."""

    sheet: Any
    write: Any
    role: Role


_KINDS = {
    Kind.EXPENSES: _Kind(ExpenseSheet, expense_writing.write, Role.COORDINATOR),
    Kind.BUDGET: _Kind(
        budget.BudgetSheet,
        lambda plans, **names: budget.write(plans, on=timezone.localdate(), **names),
        Role.OFFICER,
    ),
}


def role_for(kind: str) -> Role:
    """Return the role that may bring in sheets of a kind."""
    return _KINDS[Kind(kind)].role


def fields_of(row: SheetImport) -> list[Field]:
    """Return what a column of the sheet may mean."""
    return _KINDS[Kind(row.kind)].sheet(row.partnership).fields


def send(content: bytes, name: str, *, partnership: Partnership, kind: str, actor: User, key: uuid.UUID) -> SheetImport:
    """Keep a spreadsheet to bring in, once for one form key. Raises ValidationError where it cannot be read.

    Where every heading is known from an earlier import the check begins at once. Raises PermissionDenied.
    """
    require(actor, role_for(kind), partnership)
    digest = hashlib.sha256(content).hexdigest()
    # A file that came before is not read again only to say what is in it.
    earlier = SheetImport.objects.filter(partnership=partnership, sha256=digest).first()
    headings, samples, rows = (earlier.headings, earlier.samples, earlier.rows) if earlier else _look_at(content)

    def make() -> SheetImport:
        row = SheetImport(partnership=partnership, kind=kind, actor=actor, rows=rows, sha256=digest)
        row.name = mark_unreadable(name)[-150:]
        row.headings, row.samples = headings, samples
        row.columns, known = suggest(row)
        row.constants, is_sure = remembered_constants(row)
        row.file.save("sheet", ContentFile(content), save=False)
        row.save()
        if known and is_sure and not refusal(row, row.columns, row.constants):
            _start(row, State.CHECKING)
        return row

    return once(key, make, actor=actor, rows=SheetImport.objects.all())[0]


def _look_at(content: bytes) -> tuple[list[str], list[str], int]:
    """Return the headings of a spreadsheet, the first contents of each column and the number of rows."""
    with without_collecting():
        sheet = read(content, max_rows=MAX_ROWS)
    if not sheet.rows:
        raise ValidationError(_("There is no row below the headings."))
    return sheet.headings, _samples(sheet), len(sheet.rows)


def _samples(sheet: Sheet) -> list[str]:
    """Return the first different contents of each column, as the person sees them."""
    samples = []
    for place in range(len(sheet.headings)):
        cells = (cells[place] for _number, cells in sheet.rows[:50])
        filled = (mark_unreadable(str(cell))[:40] for cell in cells if cell not in (None, ""))
        samples.append(" · ".join(list(dict.fromkeys(filled))[:3]))
    return samples


def suggest(row: SheetImport) -> tuple[list[str], bool]:
    """Return the field of each column, remembered or guessed, and whether all of them were remembered."""
    stored = SheetColumn.objects.filter(partnership=row.partnership, kind=row.kind)
    remembered = {(one.heading, one.number): one.field for one in stored}
    keys = _keys(row.headings)
    fields = fields_of(row)
    guessed = guess(row.headings, fields, _labels)
    kept = {remembered[key] for key in keys if key in remembered}
    columns = [remembered.get(key, "" if name in kept else name) for key, name in zip(keys, guessed, strict=True)]
    return columns, all(key in remembered for key in keys)


def remembered_constants(row: SheetImport) -> tuple[dict[str, str], bool]:
    """Return what the last sheet with these headings said of all its rows, and whether that surely holds again.

    Where only sheets with other headings said something of all their rows, somebody has to look: an amount that
    is taken for euro may be one in dirham.
    """
    earlier = SheetImport.objects.filter(partnership=row.partnership, kind=row.kind).exclude(state=State.MAPPING)
    alike = earlier.filter(headings=row.headings).first()
    if alike is not None:
        return alike.constants, True
    return {}, not earlier.exclude(constants={}).exists()


def _labels(one: Field) -> list[str]:
    words = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words.append(str(one.label))
    return words


def _keys(headings: Sequence[str]) -> list[tuple[str, int]]:
    """Return each heading as it is remembered, and which of several equal ones it is."""
    seen: Counter[str] = Counter()
    keys = []
    for heading in headings:
        text = (plain(heading) or heading.casefold())[:200]
        seen[text] += 1
        keys.append((text, seen[text]))
    return keys


def refusal(row: SheetImport, columns: Sequence[str], constants: Mapping[str, str]) -> str:
    """Return why these columns, with what holds for all rows, do not do; empty where they do."""
    fields = {one.name: str(one.label) for one in fields_of(row)}
    used = [name for name in columns if name]
    twice = [fields[name] for name, count in Counter(used).items() if count > 1]
    if twice:
        return _("Two columns are chosen for “%(field)s”: leave one of them out.") % {"field": twice[0]}
    doubled = [fields[name] for name in constants if name in used]
    if doubled:
        sentence = _("A column holds “%(field)s” already: leave it out, or the value for the whole sheet.")
        return sentence % {"field": doubled[0]}
    for choice in _KINDS[Kind(row.kind)].sheet.needs:
        if not choice & {*used, *constants}:
            return _("Choose the column that holds “%(field)s”.") % {"field": fields[min(choice)]}
    return ""


@transaction.atomic
def choose_columns(
    row: SheetImport, columns: Sequence[str], *, actor: User, constants: Mapping[str, str] | None = None
) -> None:
    """Say what each column holds, remember it for the partnership, and begin the check. Raises ValidationError.

    `constants` are {name of a field: text}: what every row says that no column holds.
    """
    row = _held(row)
    require(actor, role_for(row.kind), row.partnership)
    if row.state not in {State.MAPPING, State.READY, State.FAILED}:
        return
    constants = dict(constants or {})
    sentence = refusal(row, columns, constants)
    if sentence:
        raise ValidationError(sentence)
    _read_constants(row, constants)
    row.columns, row.constants = list(columns), constants
    SheetColumn.objects.bulk_create(
        [
            SheetColumn(partnership=row.partnership, kind=row.kind, heading=heading, number=number, field=field)
            for (heading, number), field in zip(_keys(row.headings), columns, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["partnership", "kind", "heading", "number"],
        update_fields=["field"],
    )
    _start(row, State.CHECKING)


def _read_constants(row: SheetImport, constants: Mapping[str, str]) -> None:
    """Refuse a value for all rows that no cell could hold; by the name of its field."""
    faults = {}
    for one in fields_of(row):
        if one.name in constants:
            try:
                one.read(constants[one.name])
            except ValidationError as error:
                faults[f"constant-{one.name}"] = error
    if faults:
        raise ValidationError(faults)


@transaction.atomic
def confirm(row: SheetImport, *, actor: User, seen: str) -> bool:
    """Begin to write what the actor saw in the preview, once; returns whether this call began it."""
    row = _held(row)
    require(actor, role_for(row.kind), row.partnership)
    if row.state != State.READY or row.fingerprint != seen or row.refused or not (row.new or row.changed):
        return False
    _start(row, State.WRITING)
    return True


@transaction.atomic
def restart(row: SheetImport, *, actor: User) -> None:
    """Let background work that came to a halt begin again; what was done twice is done once."""
    row = _held(row)
    require(actor, role_for(row.kind), row.partnership)
    if row.is_running:
        _start(row, row.state)


@transaction.atomic
def cancel(row: SheetImport, *, actor: User) -> None:
    """Forget a sheet of which nothing is written."""
    row = _held(row)
    if row.state in {State.MAPPING, State.READY, State.FAILED}:
        _drop_files(row)
        row.delete()


def _held(row: SheetImport) -> SheetImport:
    return SheetImport.objects.select_for_update(of=("self",)).select_related("partnership", "actor").get(pk=row.pk)


def _start(row: SheetImport, state: str) -> None:
    row.state, row.note, row.asked_at = state, "", timezone.now()
    row.save()
    progress.tell(row, 0, 1)
    (check if state == State.CHECKING else write).enqueue(row.pk, translation.get_language() or row.actor.language)


@task()
def check(key: int, language: str = "") -> None:
    """Judge the rows of a sheet and keep the verdicts for the preview, in the language of the page that asked.

    A task that was written down before tasks named one speaks the language of the account.
    """
    row = SheetImport.objects.select_related("partnership", "actor").filter(pk=key, state=State.CHECKING).first()
    if row is None:
        return
    with translation.override(language or row.actor.language), without_collecting():
        try:
            outcome = _judge(row, hold=False)
        except (ValidationError, PermissionDenied) as error:
            _fail(row, error)
        except Exception:
            _fail(row, ValidationError(_("Something went wrong while the rows were checked. Nothing was written.")))
            raise
        else:
            _show(row, outcome)


@task()
def write(key: int, language: str = "") -> None:
    """Write the rows of a sheet, all or none, if they are still what was seen; else show the preview again."""
    try:
        done = _write(key, language)
        if done:
            _drop_files(done)
    except (ValidationError, PermissionDenied, IntegrityError) as error:
        row = SheetImport.objects.get(pk=key)
        with translation.override(language or row.actor.language):
            if isinstance(error, IntegrityError):
                error = ValidationError(_("Somebody saved the same just now. Nothing was written: look again."))
            _fail(row, error)


@transaction.atomic
def _write(key: int, language: str) -> SheetImport | None:
    """Return the import once its rows are written; None where nothing was."""
    row = _held(SheetImport(pk=key))
    if row.state != State.WRITING:
        return None
    with translation.override(language or row.actor.language), without_collecting():
        outcome = _judge(row, hold=True)
        if outcome.fingerprint != row.fingerprint or outcome.count(REFUSED):
            row.note = _("The records changed since you saw the preview. Nothing was written: look again.")
            _show(row, outcome)
            return None
        _KINDS[Kind(row.kind)].write(outcome.plans, actor=row.actor, source=row.name)
        _finish(row)
    return row


def _judge(row: SheetImport, *, hold: bool) -> Outcome:
    require(row.actor, role_for(row.kind), row.partnership)
    with row.file.open("rb") as kept:
        sheet = read(kept.read(), max_rows=MAX_ROWS, is_measured=True)
    progress.tell(row, 10, 100)
    engine = _KINDS[Kind(row.kind)].sheet(row.partnership, hold=hold)
    table = Table(sheet, row.columns, engine.fields, row.constants)
    # The reading before and the writing behind have their share of the bar.
    return engine.judge(
        table, lambda done, whole: progress.tell(row, 15 + done * (60 if hold else 80) // max(whole, 1), 100)
    )


def _show(row: SheetImport, outcome: Outcome) -> None:
    """Keep the verdicts for the preview."""
    for state, count in outcome.counts.items():
        setattr(row, state, count)
    row.fingerprint, row.state = outcome.fingerprint, State.READY
    row.verdicts.delete(save=False)
    row.verdicts.save("verdicts.json", ContentFile(json.dumps(outcome.verdicts).encode()), save=False)
    row.save()


def _fail(row: SheetImport, error: ValidationError | PermissionDenied) -> None:
    row.state = State.FAILED
    row.note = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    row.save(update_fields=["state", "note"])


def _finish(row: SheetImport) -> None:
    row.state = State.DONE
    counts = {"rows": row.rows, "new": row.new, "changed": row.changed, "unchanged": row.unchanged}
    told = _("Rows: %(rows)s; new: %(new)s, changed: %(changed)s, unchanged: %(unchanged)s.") % counts
    audit.record(row, actor=row.actor, verb=AuditEntry.Verb.IMPORT, parent=row.partnership, reason=told)
    row.save()


def _drop_files(row: SheetImport) -> None:
    """Remove the file and what was said of it."""
    for kept in (row.file, row.verdicts):
        if kept:
            kept.delete(save=False)
    SheetImport.objects.filter(pk=row.pk).update(file="", verdicts="")
    progress.forget(row)


def verdicts_of(row: SheetImport) -> list[list[Any]]:
    """Return the verdicts of the preview as [row, state, record, [[heading, sentence]]]."""
    try:
        with row.verdicts.open("rb") as kept:
            return json.loads(kept.read())
    except (OSError, ValueError):
        return []


def forget_abandoned() -> None:
    """Remove sheets that nobody brought in within a week."""
    limit = timezone.now() - dt.timedelta(days=FORGET_DAYS)
    for row in SheetImport.objects.filter(sent_at__lt=limit).exclude(state=State.DONE):
        _drop_files(row)
        row.delete()
