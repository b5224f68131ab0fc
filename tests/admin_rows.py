"""One row, at least, of every model that the administration shows, inside one partnership of the cast."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django.db import models

from activities.models import (
    ActivityOrganisation,
    BudgetAmendment,
    BudgetLine,
    CoFunding,
    CountingRule,
    Delay,
    Document,
    Drawdown,
    Expenditure,
    LogEntry,
    Participation,
    Photo,
    Product,
    PublicText,
    SheetColumn,
    Showing,
    Voucher,
)
from beneficiaries.models import (
    Answer,
    AnswerCode,
    AnswerSheet,
    Attendance,
    Coaching,
    Cohort,
    ConfidentialNote,
    Course,
    Enrolment,
    ErasedCode,
    EvaluationForm,
    Exam,
    ExamResult,
    FollowUp,
    FollowUpOutcome,
    IndicatorPart,
    Learner,
    Question,
    QuestionChoice,
    Session,
    SheetLink,
    Suggestion,
)
from partnerships import models as rooms
from portal.ground import audit
from portal.ground.models import AccessToken, Letter
from portal.roof.models import (
    Erasure,
    PublishedReport,
    ReportForm,
    ReportJob,
    ReportSection,
    RetentionRule,
    Snapshot,
    SnapshotWithdrawal,
)
from portal.roof.models.retention import Kind
from tests.cast import Bond, Cast, in_all_languages, make_entry

DAY = dt.date(2024, 5, 14)
# The years of the cast that are on their way; the others are open.
SUBMITTED, VALIDATED = 2025, 2023
SPAN = {"starts_on": DAY, "starts_precision": "day"}


class Maker:
    """Writes rows of one partnership, each with its audit entry, and keeps one of each model."""

    def __init__(self, cast: Cast, bond: Bond, tag: str):
        self.cast, self.bond, self.tag = cast, bond, tag
        self.of = {"partnership": bond.partnership}
        self.made: dict[type[models.Model], models.Model] = {}

    def make(self, model: type[models.Model], texts: str = "", **fields: Any) -> models.Model:
        """Write one row, `texts` naming its fields in four languages."""
        names = dict.fromkeys(texts.split(), f"{model.__name__} {self.tag}")
        slug = {"slug": f"{model.__name__.lower()}-{self.tag}"} if hasattr(model, "slug") else {}
        row = model.objects.create(**slug, **in_all_languages(**names), **fields)
        audit.record(row, actor=self.cast.administrator, verb="create", changes=audit.snapshot(row))
        self.made[model] = row
        return row


def fill(cast: Cast, bond: Bond, tag: str) -> dict[type[models.Model], models.Model]:
    """Write the rows, their short names ending in `tag`, and return one of each model."""
    maker = Maker(cast, bond, tag)
    for write in [
        _actors,
        _funding,
        _programme,
        _results,
        _learners,
        _indicators,
        _trails,
        _log,
        _budget,
        _works,
        _reporting,
        _frozen,
    ]:
        write(maker)
    return maker.made


def _actors(maker: Maker) -> None:
    make, of = maker.make, maker.of
    make(Letter, key=maker.tag, recipient=maker.cast.stranger, subject="Reminder", text="Look here.")
    make(AccessToken, user=maker.cast.stranger, label="Accounting", secret_sha256=maker.tag)
    town = make(rooms.Municipality, "name", country="MA")
    make(rooms.PartnershipMunicipality, municipality=town, side="partner", **of)
    make(rooms.PartnershipPeriod, "reason", number=1, state="active", **SPAN, **of)
    organisation = make(rooms.Organisation, "name", kind="association", municipality=town)
    make(rooms.OrganisationAlias, organisation=organisation, name="Alias")
    make(rooms.OrganisationRole, organisation=organisation, role="partner", side="partner", **of)
    make(rooms.Place, "name", municipality=town, latitude="30.03", longitude="-9.55")
    make(rooms.HostEvent, "name", municipality=town)
    make(rooms.Appointment, municipality=town, function="coordinator", person="Person", **of)
    make(rooms.Membership, user=maker.cast.stranger, role="viewer", starts_on=DAY, ends_on=DAY, **of)


def _funding(maker: Maker) -> None:
    make, of = maker.make, maker.of
    source = make(rooms.FundingSource, "name abbreviation", kind="other")
    make(rooms.FundingSourceAlias, source=source, name="Alias")
    make(rooms.FundingRule, "title", source=source)
    make(rooms.CostHeading, "name", source=source, nature="operational")
    make(rooms.PartnershipFunding, source=source, purpose="top_up", **of)
    make(rooms.FundingRequest, "purpose", source=source, state="sought", **of)
    money = {"programme": maker.bond.programme, "source": source, "reference": "R"}
    days = {"granted_on": DAY, "starts_on": DAY, "ends_on": DAY}
    make(rooms.Grant, amount=Decimal("500.00"), **days, **money)
    # A grant with a tranche stays, so another one is kept for the pages that take one away.
    grant = rooms.Grant.objects.create(amount=Decimal("500.00"), **days, **(money | {"reference": "Claimed"}))
    make(rooms.Tranche, grant=grant, year=DAY.year)
    make(rooms.Transfer, sent_on=DAY, sent_amount=Decimal("400.00"), **money)


def _programme(maker: Maker) -> None:
    make, of = maker.make, maker.of
    make(rooms.ReportWindow, "name", starts_on=DAY, ends_on=DAY, **of)
    make(rooms.Phase, "title text", number=1, programme=maker.bond.programme, **of)
    make(rooms.Outcome, "title", level="outcome", programme=maker.bond.programme, **of)
    make(rooms.Milestone, "title", kind="start", **of)


def _results(maker: Maker) -> None:
    make, of, made = maker.make, maker.of, maker.made
    causes = {"outcome": made[rooms.Outcome], "came_from": made[rooms.Milestone], "phase": made[rooms.Phase]}
    make(rooms.ObservedOutcome, "title", actor="region", **causes, **of)
    make(rooms.Risk, "title", kind="risk", state="open", **of)
    make(rooms.Decision, "title", **of)
    make(rooms.WorkingPrinciple, "title", kind="care", **of)
    course = make(Course, "title", kind="workshop", place=made[rooms.Place], target_group=maker.cast.youth, **of)
    opened = {"opens_on": DAY, "link": f"link-{maker.tag}"}
    form = make(EvaluationForm, "title", course=course, **opened, **of)
    # Nobody answered this one, so its questions can still change.
    fresh = make(Question, "text", form=form, kind="choice")
    make(QuestionChoice, "label", question=fresh)
    make(AnswerCode, form=form, digest=maker.tag)
    answered = EvaluationForm.objects.create(slug=f"answered-{maker.tag}", **in_all_languages(title="Answered"), **of)
    asked = Question.objects.create(form=answered, kind="text", **in_all_languages(text="Words"))
    told = {"way": "paper", "typed_by": maker.cast.officer, "language": "fr", "received_on": DAY}
    sheet = make(AnswerSheet, form=answered, key=uuid.uuid4(), **told)
    make(Answer, sheet=sheet, question=asked, text="Later in the day.")
    make(Suggestion, made_on=DAY, text="Begin later.", language="fr", **of)


def _learners(maker: Maker) -> None:
    """Write a learner's whole path; nothing of it is taken away as long as something hangs on it."""
    make, of, made = maker.make, maker.of, maker.made
    span = {"starts_on": dt.date(2024, 1, 8), "ends_on": dt.date(2024, 6, 28)}
    cohort = make(Cohort, course=made[Course], name="2024", programme=maker.bond.programme, **span)
    learner = make(Learner, code=f"{maker.tag} 1", birth_year=2000, sex="women", consented_on=span["starts_on"], **of)
    enrolment = make(Enrolment, learner=learner, cohort=cohort, enrolled_on=span["starts_on"])
    session = make(Session, cohort=cohort, held_on=DAY)
    make(SheetLink, cohort=cohort, made_by=maker.cast.officer)
    make(Attendance, cohort=cohort, session=session, enrolment=enrolment, state="present")
    exam = make(Exam, "content", course=made[Course], held_on=dt.date(2024, 6, 20), precision="day")
    make(ExamResult, exam=exam, enrolment=enrolment, result="passed", has_diploma=True)
    outcome = make(FollowUpOutcome, "name")
    days = dict.fromkeys(["consented_on", "asked_on"], dt.date(2025, 1, 6))
    make(FollowUp, enrolment=enrolment, months=6, outcome=outcome, **days)
    make(Coaching, enrolment=enrolment, held_on=dt.date(2024, 9, 2), topic="plan")
    note = {"side": "partner", "noted_on": DAY, "sealed": "sealed", "language": "fr", "author": maker.cast.officer}
    make(ConfidentialNote, learner=learner, **note, **of)
    make(ErasedCode, digest=f"digest of {maker.tag}", year=DAY.year, **of)


def _indicators(maker: Maker) -> None:
    make, made = maker.make, maker.made
    scale = make(rooms.Scale, "name")
    make(rooms.ScaleLevel, "label", scale=scale, value=1)
    indicator = make(rooms.Indicator, "title", outcome=made[rooms.Outcome], by_sex=True)
    make(rooms.IndicatorTarget, indicator=indicator, year=DAY.year, value=Decimal(9))
    file = {"file": "a.pdf", "original_name": "a.pdf", "content_type": "application/pdf", "size": 3}
    value = make(rooms.IndicatorValue, indicator=indicator, starts_on=DAY, ends_on=DAY, value=Decimal(7), **file)
    make(IndicatorPart, value=value, sex="women", number=Decimal(3))
    later = dt.date(DAY.year + 1, 1, 10)
    make(rooms.IndicatorCorrection, corrects=value, recorded_on=later, value=Decimal(8), reason="Counted twice")
    make(CountingRule, indicator=indicator)


def _trails(maker: Maker) -> None:
    """Write what led to a decision and what followed, what threatens, and what ended or goes on."""
    make, of, made = maker.make, maker.of, maker.made
    seen = {"milestone": made[rooms.Milestone], "observed_outcome": made[rooms.ObservedOutcome]}
    make(rooms.Deliverable, "title", phase=made[rooms.Phase])
    finding = make(rooms.Finding, "title", came_from=made[rooms.Milestone], **of)
    made[rooms.Decision].findings.add(finding)
    make(rooms.DecisionStep, "title", decision=made[rooms.Decision], kind="result", **seen)
    make(rooms.RiskStep, "text", risk=made[rooms.Risk], kind="review", likelihood="low")
    make(rooms.Gain, "title origin", gained_by="home", **of)
    make(rooms.Lesson, "title", outcome=made[rooms.Outcome], **of)
    make(rooms.Post, "title", side="partner", taken_over_by=made[rooms.Organisation], **of)
    call = make(rooms.Call, "title", submitted=2, chosen=1, **of)
    marker = make(rooms.ReportingCode, "name", kind="marker", code=maker.tag[:10], highest=2)
    make(rooms.ProgrammeCode, "reason", programme=maker.bond.programme, code=marker, significance=1)
    make(rooms.ReportingCode, "name", kind="goal", code=maker.tag[:10])
    make(rooms.SubGrant, "title", call=call, number=1, organisation=made[rooms.Organisation])
    make(Delay, "reason", activity=maker.bond.partner)
    ended = {"starts_on": dt.date(2017, 1, 1), "ends_on": dt.date(2021, 12, 31)}
    programme = make(rooms.Programme, "name", state="closed", **ended, **of)
    closure = make(rooms.Closure, "reason", programme=programme, closed_on=dt.date(2021, 6, 30), **of)
    make(rooms.ClosingBalance, closure=closure, source=made[rooms.FundingSource], amount=Decimal("5.00"))


def _log(maker: Maker) -> None:
    make, cast, activity = maker.make, maker.cast, maker.bond.partner
    make(ActivityOrganisation, activity=activity, organisation=maker.made[rooms.Organisation], role="partner")
    entry = maker.made[LogEntry] = make_entry(activity, cast.coordinator_north)
    make(Participation, log_entry=entry, target_group=cast.youth, sex="women", age_band=cast.age_bands[0], count=7)
    money = {"activity": activity, "log_entry": entry, "source": cast.federal, "spent_on": DAY}
    expenditure = make(Expenditure, description="Paint", amount=Decimal("12.50"), **money)
    file = {"file": "a.pdf", "original_name": "a.pdf", "content_type": "application/pdf", "size": 3}
    make(Voucher, expenditure=expenditure, number="1", **file)
    make(Photo, log_entry=entry, thumbnail="small.jpg", **file)
    make(Document, log_entry=entry, title="Programme", **file)


def _budget(maker: Maker) -> None:
    make, made, cast = maker.make, maker.made, maker.cast
    source = made[rooms.FundingSource]
    line = make(
        BudgetLine,
        programme=maker.bond.programme,
        year=DAY.year,
        source=source,
        heading=made[rooms.CostHeading],
        amount=Decimal(9),
    )
    change = {
        "amount_before": Decimal(8),
        "amount_after": Decimal(9),
        "reason": "More",
        "agreed_on": DAY,
        "actor": cast.officer,
    }
    make(BudgetAmendment, line=line, number=1, **change)
    make(CoFunding, activity=maker.bond.partner, source=source, share=Decimal(50))
    # What is drawn on, or draws, stays: others are kept for the pages that take one away.
    of = {"programme": maker.bond.programme, "source": source, "sent_on": DAY, "sent_amount": Decimal(9)}
    transfer = rooms.Transfer.objects.create(reference="Drawn", **of)
    drawing = Expenditure.objects.create(
        activity=maker.bond.partner, source=source, spent_on=DAY, description="Drawing", amount=Decimal(1)
    )
    make(Drawdown, expenditure=drawing, transfer=transfer, amount=Decimal(5))
    make(SheetColumn, kind="expenses", heading="Bedrag", field="amount", **maker.of)


def _works(maker: Maker) -> None:
    made, where = maker.made, {"venue": maker.made[rooms.Organisation], "place": maker.made[rooms.Place]}
    product = maker.make(Product, "title", kind="film", activity=maker.bond.partner, **maker.of)
    where["host_event"] = made[rooms.HostEvent]
    people = {"proposed_by": maker.cast.administrator, "released_by": maker.cast.officer}
    maker.make(PublicText, "title text", activity=maker.bond.partner, number=1, state="released", **people)
    maker.make(Showing, product=product, log_entry=made[LogEntry], side="partner", **where)


def _reporting(maker: Maker) -> None:
    make, bond, officer = maker.make, maker.bond, maker.cast.officer
    for number, state in [(SUBMITTED, "submitted"), (VALIDATED, "validated")]:
        bond.programme.years.filter(year=number).update(state=state)
    heading = make(rooms.SectionHeading, "title guidance", is_required=False)
    of = {"year": bond.year(DAY.year), "heading": heading, "owner": officer}
    original = rooms.NarrativeSection.objects.create(language="nl", text="Het regende.", **of)
    translation = {"translation_of": original, "translated_edition": 1}
    section = make(rooms.NarrativeSection, language="fr", text="Il a plu.", **of, **translation)
    make(rooms.ReviewRemark, year=of["year"], section=section, text="Tell more", language="en", author=officer)
    scale = rooms.Scale.objects.create(slug=f"judged-{maker.tag}", **in_all_languages(name="Judged"))
    level = rooms.ScaleLevel.objects.create(scale=scale, value=1, **in_all_languages(label="Weak"))
    criterion = make(rooms.ScoreCriterion, "name question", scale=scale)
    judged = {"programme": bond.programme, "year": DAY.year, "criterion": criterion, "level": level}
    make(rooms.PerformanceScore, justification="Few came.", language="en", **judged)


def _frozen(maker: Maker) -> None:
    """Freeze a second report of a year, with data that nobody can read, and ask for it in vain; write an edition."""
    year, actor = maker.bond.year(2024), maker.cast.officer
    row = maker.make(Snapshot, year=year, number=2, data="{}", sha256="0" * 64, taken_on=DAY, taken_by=actor)
    maker.make(SnapshotWithdrawal, snapshot=row, places=1, photos=2, sha256="1" * 64, taken_back_by=actor)
    asked = {"asked": {"language": "nl"}, "key": f"{row.pk:064}", "state": "failed"}
    maker.make(ReportJob, snapshot=row, **maker.of, **asked)
    maker.make(PublishedReport, job=maker.made[ReportJob], published_by=actor)
    form = maker.make(ReportForm, "name", source=maker.made[rooms.FundingSource])
    maker.make(ReportSection, form=form, kind="partnership", position=10)
    maker.make(Erasure, kind="letters", cause="period", months=6, records=3)
    maker.make(RetentionRule, kind=list(Kind)[RetentionRule.objects.count()], months=12)
