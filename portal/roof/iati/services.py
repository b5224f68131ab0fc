"""Write the IATI file of a partnership (version 2.03), its elements in the order of the schema."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.core.exceptions import ValidationError
from lxml import etree
from lxml.etree import _Element as Element

from partnerships.access import require
from partnerships.models import Partnership, Role, Side
from portal.ground import audit
from portal.ground.models import AuditEntry, User
from portal.roof.iati import elements as make
from portal.roof.iati.checks import hindrances
from portal.roof.iati.facts import Facts, Plan, Town, Work, facts_of

VERSION = "2.03"
CONTENT_TYPE = "application/xml"
PROGRAMME, ACTIVITY = "1", "2"


def export_iati(partnership: Partnership, *, at: dt.datetime, actor: User | None) -> bytes:
    """Return what a partnership publishes as IATI data; `actor` is None for a command run on the server.

    Raises PermissionDenied for who is no officer, and ValidationError with what stands in the way.
    """
    if actor is not None:
        require(actor, Role.OFFICER, partnership)
    facts = facts_of(partnership, on=at.date())
    reporter, missing = facts.reporter, hindrances(facts)
    if missing or reporter is None:
        raise ValidationError([remark.text for remark in missing])
    changes = {"form": [None, "iati"]}
    audit.record(partnership, actor=actor, verb=AuditEntry.Verb.EXPORT, changes=changes)
    return document(facts, reporter, at)


def document(facts: Facts, reporter: Town, at: dt.datetime) -> bytes:
    """Return the file: each programme, and below it each of its released activities."""
    moment = at.isoformat(timespec="seconds")
    root = make.element("iati-activities", version=VERSION, generated_datetime=moment)
    if facts.is_demonstration:
        root.append(etree.Comment(f" {make.DEMONSTRATION} "))
    for plan in facts.plans:
        root.append(_activity(_of_plan(facts, plan, reporter), PROGRAMME, moment))
        root.extend(_activity(_of_work(facts, plan, work, reporter), ACTIVITY, moment) for work in plan.works)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _activity(parts: Iterable[Element | None], level: str, moment: str) -> Element:
    made = make.element("iati-activity", *parts, last_updated_datetime=moment, default_currency="EUR", hierarchy=level)
    made.set(make.LANGUAGE, make.DEFAULT_LANGUAGE)
    return made


def _of_plan(facts: Facts, plan: Plan, reporter: Town) -> Iterator[Element | None]:
    yield from _identity(reporter, plan)
    yield make.told("title", plan.name)
    yield from make.descriptions(plan.focus, facts.summary or plan.name, is_demonstration=facts.is_demonstration)
    yield from make.participants(facts, plan)
    yield make.element("activity-status", code=make.PLAN_STATES[plan.state])
    yield from make.plan_dates(plan, facts.on)
    yield make.recipient(facts, Side.PARTNER)
    yield from make.sectors(plan, Side.PARTNER)
    yield from make.tags(plan)
    yield from make.policy_markers(plan)
    yield from map(make.budget, plan.budgets)
    partners = [town for town in facts.towns if town.side == Side.PARTNER]
    yield from (make.transaction(payment, reporter, partners) for payment in plan.payments)
    yield from (make.related("2", make.identifier(reporter, work)) for work in plan.works)
    yield from map(make.result, (row for row in plan.results if row.indicators))


def _of_work(facts: Facts, plan: Plan, work: Work, reporter: Town) -> Iterator[Element | None]:
    yield from _identity(reporter, work)
    yield make.told("title", work.title)
    yield from make.descriptions(work.text, work.title, is_demonstration=facts.is_demonstration)
    yield from make.participants(facts, plan)
    yield make.element("activity-status", code=make.WORK_STATES[work.status])
    yield from make.work_dates(work, facts.on)
    yield make.recipient(facts, work.side)
    yield from make.sectors(plan, work.side)
    yield make.page_link(work.path, work.title)
    yield make.related("1", make.identifier(reporter, plan))


def _identity(reporter: Town, row: Plan | Work) -> Iterator[Element]:
    identity = make.element("iati-identifier")
    identity.text = make.identifier(reporter, row)
    yield identity
    yield make.reporting_org(reporter)
