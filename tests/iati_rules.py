"""IATI's own schema, code lists and rule set, asked of a file that the portal wrote."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from lxml import etree

FOLDER = settings.BASE_DIR.parent / "shared" / "iati"
needs_iati = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="IATI's schemas are not beside the project (../shared/iati)"
)
# Where a code of a list stands in the files that the portal writes: a path to attributes, and what must hold beside.
CODES = {
    "ActivityStatus": "//activity-status/@code",
    "ActivityDateType": "//activity-date/@type",
    "OrganisationRole": "//participating-org/@role",
    "OrganisationType": "//reporting-org/@type | //participating-org/@type | //provider-org/@type",
    "Country": "//recipient-country/@code",
    "Sector": "//sector/@code",
    "UNSDG-Goals": "//tag[@vocabulary='2']/@code",
    "UNSDG-Targets": "//tag[@vocabulary='3']/@code",
    "TagVocabulary": "//tag/@vocabulary",
    "PolicyMarker": "//policy-marker/@code",
    "PolicySignificance": "//policy-marker/@significance",
    "BudgetType": "//budget/@type",
    "BudgetStatus": "//budget/@status",
    "TransactionType": "//transaction-type/@code",
    "Currency": "//@currency | //@default-currency",
    "DescriptionType": "//iati-activity/description/@type",
    "DocumentCategory": "//document-link/category/@code",
    "FileFormat": "//document-link/@format",
    "RelatedActivityType": "//related-activity/@type",
    "ResultType": "//result/@type",
    "IndicatorMeasure": "//indicator/@measure",
    "Language": "//@xml:lang | //document-link/language/@code",
}


def schema_errors(content: bytes) -> list[str]:
    """Return what the schema of IATI 2.03 has against a file."""
    schema = etree.XMLSchema(etree.parse(FOLDER / "iati-activities-schema.xsd"))
    schema.validate(etree.fromstring(content))
    return [str(error) for error in schema.error_log]


def unknown_codes(content: bytes) -> list[tuple[str, str]]:
    """Return the codes that stand on none of IATI's lists, each with the list."""
    root = etree.fromstring(content)
    found = []
    for name, path in CODES.items():
        known = set(etree.parse(FOLDER / "codelists" / f"{name}.xml").xpath("//codelist-item/code/text()"))
        found += [(name, code) for code in sorted(set(root.xpath(path))) if code not in known]
    return found


def broken_rules(content: bytes, on: dt.date) -> list[str]:
    """Return the messages of the rules of IATI's standard rule set that a file breaks, by activity."""
    root = etree.fromstring(content).getroottree()
    rules = json.loads((FOLDER / "ruleset-standard.json").read_text())
    return [
        f"{node.findtext('iati-identifier') or node.tag}: {case['ruleInfo']['message']}"
        for context, of in rules.items()
        for node in root.xpath(context)
        for case in _broken(node, of, on)
    ]


def _broken(node: Any, rules: dict[str, Any], on: dt.date) -> Iterator[dict[str, Any]]:
    for name, rule in rules.items():
        for case in rule["cases"]:
            if name == "loop":
                for value in set(node.xpath(case["foreach"])):
                    yield from _broken(node, json.loads(json.dumps(case["do"]).replace("$1", value)), on)
                continue
            # What asks for the register of all organisations in the world cannot be asked here.
            if "idCondition" in case or not node.xpath(f"boolean({case.get('condition', 'true()')})"):
                continue
            if not RULES[name](node, case, on):
                yield case


def _values(node: Any, case: dict[str, Any]) -> list[Any]:
    return [value for path in case["paths"] for value in node.xpath(path)]


def _day(node: Any, path: str, on: dt.date) -> dt.date | None:
    found = [on.isoformat()] if path == "NOW" else node.xpath(path)
    return dt.date.fromisoformat(found[0][:10]) if found else None


def _in_order(node: Any, case: dict[str, Any], on: dt.date) -> bool:
    if case["less"].startswith("transaction/"):
        return all(day <= on.isoformat() for day in node.xpath(case["less"]))
    less, more = _day(node, case["less"], on), _day(node, case["more"], on)
    return less is None or more is None or less <= more


def _one_or_all(node: Any, case: dict[str, Any], _on: dt.date) -> bool:
    """Say whether each activity has a default, or each of its parts its own."""
    if node.xpath(case["one"]):
        return True
    parts = {"lang": "//narrative[not(@xml:lang)]", "currency": "//value[not(@currency)]"}
    return not node.xpath("." + parts.get(case["all"], f"/transaction[not({case['all']})]"))


def _within_a_year(node: Any, case: dict[str, Any], on: dt.date) -> bool:
    first, last = _day(node, case["start"], on), _day(node, case["end"], on)
    return first is None or last is None or (last - first).days <= 366


def _begins(node: Any, case: dict[str, Any], _on: dt.date) -> bool:
    starts = [value for path in case["prefix"] for value in node.xpath(path)]
    tail = case.get("separator", "")
    return all(any(value.text.startswith(start + tail) for start in starts) for value in _values(node, case))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else (value.text or "")


RULES: dict[str, Callable[[Any, dict[str, Any], dt.date], bool]] = {
    "unique": lambda node, case, _on: len(set(map(_text, _values(node, case)))) == len(_values(node, case)),
    "startswith": _begins,
    "atleast_one": lambda node, case, _on: bool(_values(node, case)),
    "no_more_than_one": lambda node, case, _on: len(_values(node, case)) <= 1,
    "one_or_all": _one_or_all,
    "date_now": lambda node, case, on: (_day(node, case["date"], on) or on) <= on,
    "date_order": _in_order,
    "time_limit": _within_a_year,
    "no_spaces": lambda node, case, _on: all(_text(value) == _text(value).strip() for value in _values(node, case)),
    "strict_sum": lambda node, case, _on: sum(map(Decimal, _values(node, case))) == case["sum"],
    "range": lambda node, case, _on: all(case["min"] <= Decimal(value) <= case["max"] for value in _values(node, case)),
    "if_then": lambda node, case, _on: (
        not node.xpath(f"boolean({case['if']})") or node.xpath(f"boolean({case['then']})")
    ),
}
