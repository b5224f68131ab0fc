"""One function for each element of an activity (IATI 2.03); those that may be absent give nothing then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree
from lxml.etree import _Element as Element

from activities.models import Status
from partnerships.models import FundingSource, Indicator, Outcome, Programme, Side
from portal.roof.iati.facts import Budget, Facts, Payer, Payment, Plan, Town, Work
from portal.roof.overviews.results.figures import IndicatorSheet
from portal.roof.overviews.results.figures import YearFigures as IndicatorYear
from portal.roof.public.addresses import absolute
from portal.roof.reports.attainment import Attained, Measured
from portal.roof.reports.words import Words, printable

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# The language of what has none of its own, as the reference of a grant.
DEFAULT_LANGUAGE = "nl"
LOCAL_GOVERNMENT = "11"
FUNDING, ACCOUNTABLE, IMPLEMENTING = "1", "2", "4"
PAYER_TYPES = {FundingSource.Kind.FEDERAL: "10", FundingSource.Kind.REGIONAL: "15", FundingSource.Kind.OWN: "11"}
PLAN_STATES = {Programme.State.SUBMITTED: "1", Programme.State.RUNNING: "2", Programme.State.CLOSED: "4"}
WORK_STATES = {
    Status.IDEA: "1",
    Status.UNDER_STUDY: "1",
    Status.PLANNED: "1",
    Status.ONGOING: "2",
    Status.DELAYED: "2",
    Status.DONE: "4",
    Status.CANCELLED: "5",
}
BEGUN = {Status.ONGOING, Status.DELAYED, Status.DONE}
RESULT_TYPES = {Outcome.Level.OUTPUT: "1", Outcome.Level.OUTCOME: "2", Outcome.Level.IMPACT: "3"}
MEASURES = {Indicator.Measure.NUMBER: "1", Indicator.Measure.PERCENTAGE: "2", Indicator.Measure.SCALE: "5"}
# Work that raises awareness in the donor's own country, of which developing countries in general have the benefit:
# "promotion of development awareness", for "developing countries, unspecified" (OECD DAC).
AWARENESS, UNSPECIFIED = "99820", "998"
TAGS = {"goal": "2", "target": "3"}
KNOWN_TO = {"year": "The year is known, the day is not.", "month": "The month is known, the day is not."}
DEMONSTRATION = "Demonstration data: the figures are invented."
WITHHELD = "The values are not published: they would point at people."


def element(name: str, *parts: Element | None, **attributes: str) -> Element:
    """Return an element with its parts; a hyphen in the name of an attribute is written as an underscore."""
    made = etree.Element(name, {key.replace("_", "-"): value for key, value in attributes.items()})
    made.extend([part for part in parts if part is not None])
    return made


def narratives(words: Words) -> list[Element]:
    """Return a text in each of its languages."""
    return [narrative(text, language) for language, text in words.versions]


def narrative(text: str, language: str = "") -> Element:
    """Return a text in one language."""
    made = etree.Element("narrative")
    if language:
        made.set(LANGUAGE, language)
    made.text = printable(text)
    return made


def told(name: str, words: Words, **attributes: str) -> Element | None:
    """Return an element that holds a text, or None where there is no text."""
    return element(name, *narratives(words), **attributes) if words else None


def identifier(reporter: Town, row: Plan | Work) -> str:
    """Return the identifier of a programme or an activity: that of who reports, and the short name here."""
    return f"{reporter.identifier}-{'programme' if isinstance(row, Plan) else 'activity'}-{row.slug}"


def reporting_org(reporter: Town) -> Element:
    """Return who publishes."""
    return element("reporting-org", *narratives(reporter.name), ref=reporter.identifier, type=LOCAL_GOVERNMENT)


def descriptions(words: Words, fallback: Words, *, is_demonstration: bool) -> Iterator[Element | None]:
    """Give the description, which IATI asks of each activity, and a mark where figures are invented."""
    yield told("description", words or fallback, type="1")
    if is_demonstration:
        yield element("description", narrative(DEMONSTRATION, "en"), type="4")


def participants(facts: Facts, plan: Plan) -> Iterator[Element | None]:
    """Give who pays, who answers for it and who carries it out."""
    for payer in plan.payers:
        if payer.kind != FundingSource.Kind.OWN:
            yield told("participating-org", payer.name, role=FUNDING, **_type(payer))
    for town in facts.towns:
        role = ACCOUNTABLE if town.side == Side.HOME else IMPLEMENTING
        yield organisation("participating-org", town, role=role)


def organisation(name: str, town: Town, **attributes: str) -> Element | None:
    """Return a municipality as an organisation."""
    reference = {"ref": town.identifier} if town.identifier else {}
    return told(name, town.name, **reference, **attributes, type=LOCAL_GOVERNMENT)


def _type(payer: Payer) -> dict[str, str]:
    known = PAYER_TYPES.get(payer.kind)
    return {"type": known} if known else {}


def plan_dates(plan: Plan, on: dt.date) -> Iterator[Element]:
    """Give when a programme was to begin and end, and when it did."""
    yield _date("1", plan.starts_on)
    if plan.starts_on <= on and plan.state != Programme.State.SUBMITTED:
        yield _date("2", plan.starts_on)
    yield _date("3", plan.ends_on)
    if plan.ends_on <= on and plan.state == Programme.State.CLOSED:
        yield _date("4", plan.ends_on)


def work_dates(work: Work, on: dt.date) -> Iterator[Element]:
    """Give when an activity began and ended, or is to."""
    if work.starts_on:
        has_begun = work.status in BEGUN and work.starts_on <= on
        yield _date("2" if has_begun else "1", work.starts_on, work.starts_precision)
    if work.ends_on:
        has_ended = work.status == Status.DONE and work.ends_on <= on
        yield _date("4" if has_ended else "3", work.ends_on, work.ends_precision)


def _date(kind: str, day: dt.date, precision: str = "") -> Element:
    known = KNOWN_TO.get(precision)
    return element("activity-date", narrative(known, "en") if known else None, type=kind, iso_date=day.isoformat())


def recipient(facts: Facts, side: Side) -> Element | None:
    """Return for which country or region the work is."""
    if side == Side.HOME:
        return element("recipient-region", code=UNSPECIFIED, vocabulary="1")
    country = next((town.country for town in facts.towns if town.side == Side.PARTNER), None)
    return element("recipient-country", code=country) if country else None


def sectors(plan: Plan, side: Side) -> Iterator[Element]:
    """Give the sectors of the work: those of its programme where it is done for the partner."""
    for code in plan.sectors if side == Side.PARTNER else [AWARENESS]:
        yield element("sector", vocabulary="1", code=code)


def tags(plan: Plan) -> Iterator[Element]:
    """Give the goals of sustainable development, and their targets, that a programme serves."""
    for row in plan.codes:
        if row.kind in TAGS:
            yield element("tag", vocabulary=TAGS[row.kind], code=row.code)


def policy_markers(plan: Plan) -> Iterator[Element]:
    """Give the policy markers of the OECD DAC with their significance."""
    for row in plan.codes:
        if row.kind == "marker" and row.significance is not None:
            yield element("policy-marker", vocabulary="1", code=row.code, significance=str(row.significance))


def budget(row: Budget) -> Element:
    """Return what is planned for one year; it binds nobody yet."""
    first, last = dt.date(row.year, 1, 1).isoformat(), dt.date(row.year, 12, 31).isoformat()
    return element(
        "budget",
        element("period-start", iso_date=first),
        element("period-end", iso_date=last),
        _value(row.amount, first),
        type="1",
        status="1",
    )


def transaction(payment: Payment, reporter: Town, partners: list[Town]) -> Element:
    """Return money that was promised, received, passed on or spent."""
    day = payment.day.isoformat()
    comes_from = told("provider-org", payment.payer.name, **_type(payment.payer))
    own = payment.kind in {"3", "4"} or payment.payer.kind == FundingSource.Kind.OWN
    goes_to = reporter if payment.kind in {"1", "11"} else next(iter(partners), None)
    return element(
        "transaction",
        element("transaction-type", code=payment.kind),
        element("transaction-date", iso_date=day),
        _value(payment.amount, day),
        element("description", narrative(f"{payment.text}: {_name(payment.payer.name)}", DEFAULT_LANGUAGE)),
        organisation("provider-org", reporter) if own else comes_from,
        organisation("receiver-org", goes_to) if goes_to and payment.kind != "4" else None,
    )


def _name(words: Words) -> str:
    return words.best(DEFAULT_LANGUAGE)[1]


def _value(amount: Decimal, day: str) -> Element:
    made = element("value", currency="EUR", value_date=day)
    made.text = f"{amount:.2f}"
    return made


def page_link(path: str, title: Words) -> Element:
    """Return the public page of an activity as a document (category A12: description of the activity)."""
    return element(
        "document-link",
        told("title", title),
        element("category", code="A12"),
        element("language", code="en"),
        format="text/html",
        url=absolute(path),
    )


def related(kind: str, reference: str) -> Element:
    """Return another activity: 1 the one above, 2 one that is part of it."""
    return element("related-activity", type=kind, ref=reference)


def result(row: Attained) -> Element:
    """Return an aim with what its indicators came to; values may not be added to those of others."""
    return element(
        "result",
        told("title", row.title),
        told("description", row.text),
        *(indicator(one) for one in row.indicators),
        type=RESULT_TYPES[row.level],
        aggregation_status="false",
    )


def indicator(row: Measured) -> Element:
    """Return an indicator by year. Where its values would point at people, that is said instead of them."""
    sheet = row.sheet
    return element(
        "indicator",
        told("title", sheet.title),
        element("description", narrative(WITHHELD, "en")) if row.is_withheld else None,
        _baseline(sheet),
        *(_period(year, sheet) for year in sheet.years if year.target or year.actual),
        measure=MEASURES[sheet.measure],
        ascending="1" if sheet.is_ascending else "0",
        aggregation_status="false",
    )


def _baseline(sheet: IndicatorSheet) -> Element | None:
    if sheet.baseline is None or sheet.baseline_year is None:
        return None
    return _figure("baseline", sheet.baseline.number, sheet.baseline.step, sheet, year=str(sheet.baseline_year))


def _period(year: IndicatorYear, sheet: IndicatorSheet) -> Element:
    return element(
        "period",
        element("period-start", iso_date=dt.date(year.year, 1, 1).isoformat()),
        element("period-end", iso_date=dt.date(year.year, 12, 31).isoformat()),
        *(
            _figure(name, figure.number, figure.step, sheet)
            for name, figure in (("target", year.target), ("actual", year.actual))
            if figure
        ),
    )


def _figure(name: str, number: Decimal, step: Words, sheet: IndicatorSheet, **attributes: str) -> Element:
    """Return a value: a number, or the name of the step of a scale, which has none in IATI."""
    if sheet.measure == Indicator.Measure.SCALE:
        return element(name, told("comment", step), **attributes)
    return element(name, **attributes, value=f"{number.normalize():f}")
