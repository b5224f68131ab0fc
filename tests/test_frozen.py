"""A report as canonical JSON: what it holds comes back equal, and what cannot be read is refused with a sentence."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass, make_dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

import pytest
from django.utils.translation import override

from portal.roof.reports import frozen
from portal.roof.reports.change_labels import LABELS, NAMELESS, NEVER_TOLD, PASSED_OVER
from portal.roof.reports.counts import CountRow, Participants
from portal.roof.reports.data import build_report
from portal.roof.reports.frozen import FrozenReportError, dumps, hints_of, loads, reader_of, written
from portal.roof.reports.sections import Report
from portal.roof.reports.words import When, Words
from tests.report_rows import YEAR, fill

AWKWARD = 'é ع "\\ \u2028 \n 😀'
# A report that was frozen in the first form. It is never written anew: what is older than a new field must be readable.
FIRST = Path(__file__).parent / "frozen" / "1.json"


# What a part must hold so that it can be told at all: a row of counts has one more than there are age bands.
PLAUSIBLE = {When: {"starts_precision": "day", "ends_precision": "month"}, Participants: {"bands": ((15, 24),)}}
PLAUSIBLE[CountRow] = {"by_age": (3, 4)}


def kinds(hint: Any = Report, found: dict[type, None] | None = None) -> list[type]:
    """Return every dataclass that can be reached from a type."""
    found = {} if found is None else found
    if is_dataclass(hint) and hint not in found:
        found[hint] = None
        for part in hints_of(hint).values():
            kinds(part, found)
    for part in get_args(hint):
        kinds(part, found)
    return list(found)


def sample(hint: Any, *, full: bool, depth: int = 0) -> Any:
    """Return a value of a type: with everything that it can hold, or with as little as it may."""
    if is_dataclass(hint):
        values = {name: sample(of, full=full, depth=depth + 1) for name, of in hints_of(hint).items()}
        return hint(**values | PLAUSIBLE.get(hint, {}))
    if NoneType in get_args(hint):
        (other,) = (part for part in get_args(hint) if part is not NoneType)
        return sample(other, full=full, depth=depth) if full else None
    if get_origin(hint) is tuple:
        parts = get_args(hint)
        if parts[1:] != (Ellipsis,):
            return tuple(sample(part, full=full, depth=depth) for part in parts)
        # A heading has parts that are headings.
        return (sample(parts[0], full=full, depth=depth),) * 2 if full and depth < 9 else ()
    if get_origin(hint) is not None and issubclass(get_origin(hint), Mapping):
        key, value = get_args(hint)
        return {sample(key, full=True): sample(value, full=full, depth=depth)} if full else {}
    if issubclass(hint, Enum):
        return list(hint)[-1]
    return {str: AWKWARD, int: -17, bool: full, Decimal: Decimal("-1234.50"), dt.date: dt.date(2024, 2, 29)}[hint]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_each_part_of_a_report_comes_back_equal(kind, full):
    value = sample(kind, full=full)
    held = json.dumps(written(value), ensure_ascii=False)
    found = reader_of(kind)(json.loads(held))
    assert found == value
    assert [type(getattr(found, item.name)) for item in fields(kind)] == [
        type(getattr(value, item.name)) for item in fields(kind)
    ]


def test_a_whole_report_comes_back_equal_and_makes_the_same_text_again():
    report = sample(Report, full=True)
    text = dumps(report)
    assert loads(text) == report
    assert dumps(loads(text)) == text
    assert text.startswith('{"format":1,"report":{"activities":[')


@pytest.mark.django_db
def test_a_report_from_the_database_comes_back_equal(cast):
    fill(cast)
    report = build_report(cast.jette.partnership, *YEAR, on=dt.date(2025, 1, 15))
    with override("ar"):
        text = dumps(report)
    assert loads(text) == report
    assert dumps(report) == text


def test_what_was_frozen_in_the_first_form_is_still_readable():
    """It fails for a field that was added without a default, or taken away: see portal/roof/reports/frozen.py."""
    report = loads(FIRST.read_text())
    assert report.partnership.slug == "jette-belfaa"
    texts = {entry.text for activity in report.activities for entry in activity.entries}
    assert texts == {
        Words((("en", "Twelve young people drew their street."),)),
        Words((("en", "The reception was open."),)),
    }
    assert report.money.total == Decimal("100.30")
    assert report.activities[0].when == When(dt.date(2022, 3, 1), None, "day", "day")


def test_a_field_that_is_newer_takes_its_default():
    newer = make_dataclass(
        "Newer", [("name", str), ("note", str, "nothing"), ("more", tuple[str, ...], field(default_factory=tuple))]
    )
    assert reader_of(newer)({"name": "A"}) == newer("A", "nothing", ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The data of this report are damaged."),
        ("[]", "The data of this report have the form None; this portal reads the form 1."),
        ('{"format":2,"report":{}}', "The data of this report have the form 2; this portal reads the form 1."),
        ('{"format":1}', "The data of this report are damaged."),
        ('{"format":1,"report":{}}', "The data of this report are damaged."),
        ('{"format":1,"report":[]}', "The data of this report are damaged."),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text, sentence):
    with override("en"), pytest.raises(FrozenReportError) as refused:
        loads(text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"slug":"jette-belfaa"', '"slug":7'),
        ('"slug":"jette-belfaa"', '"slug":null'),
        ('"slug":"jette-belfaa"', '"slug":"jette-belfaa","colour":"red"'),
        ('"starts_on":"2024-01-01"', '"starts_on":"yesterday"'),
        ('"is_demonstration":false,', '"is_demonstration":0,'),
        ('"total":"100.30"', '"total":"much"'),
        ('"side":"home"', '"side":"middle"'),
    ],
)
def test_damaged_data_are_refused(before, after):
    text = FIRST.read_text()
    assert before in text
    with pytest.raises(FrozenReportError):
        loads(text.replace(before, after))


@pytest.mark.parametrize("value", [1.5, b"x", object(), {1, 2}, [1]])
def test_a_value_without_a_form_of_its_own_is_not_frozen(value):
    with pytest.raises(TypeError, match="A report cannot be frozen with"):
        written(value)


@pytest.mark.parametrize("hint", [float, list[int], int | str, Any])
def test_a_type_that_cannot_be_read_back_is_named(hint):
    with pytest.raises(TypeError, match="A report cannot be read with"):
        frozen.reader_of(hint)


def compared(hint: Any = Report, found: dict[type, set[str]] | None = None) -> dict[type, set[str]]:
    """Return the fields that two reports are compared by; counts of people are compared by their groups."""
    found = {} if found is None else found
    if is_dataclass(hint) and hint not in {*found, Words, When, Participants}:
        found[hint] = hints_of(hint).keys() - PASSED_OVER.get(hint, frozenset()) - NEVER_TOLD
        for name in found[hint]:
            compared(hints_of(hint)[name], found)
    for part in get_args(hint):
        compared(part, found)
    return found


def test_every_field_that_is_compared_has_a_name():
    """What has none is told as changed and no more: name it in portal/roof/reports/change_labels.py."""
    named = NAMELESS | LABELS.keys()
    assert {kind.__name__: names - named for kind, names in compared().items() if names - named} == {}


def test_what_is_passed_over_is_there():
    assert {kind.__name__: names - hints_of(kind).keys() for kind, names in PASSED_OVER.items()} == dict.fromkeys(
        (kind.__name__ for kind in PASSED_OVER), frozenset()
    )
