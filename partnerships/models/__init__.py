"""Who is bound to whom, for which years, with whose money, toward which results."""

from partnerships.models.actors import (
    Appointment,
    HostEvent,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    Place,
)
from partnerships.models.codes import ProgrammeCode, ReportingCode, Significance
from partnerships.models.continuity import Call, ClosingBalance, Closure, Post, SubGrant
from partnerships.models.decisions import Decision, DecisionStep, Finding, WorkingPrinciple
from partnerships.models.funding import (
    FundingRequest,
    FundingSource,
    FundingSourceAlias,
    PartnershipFunding,
)
from partnerships.models.gains import Gain
from partnerships.models.grants import Grant, Tranche, Transfer
from partnerships.models.indicators import Indicator, IndicatorTarget, Scale, ScaleLevel
from partnerships.models.municipality import Municipality, Side
from partnerships.models.narrative import NarrativeSection, ReviewRemark, SectionHeading
from partnerships.models.partnership import (
    Membership,
    Milestone,
    Partnership,
    PartnershipMunicipality,
    PartnershipPeriod,
    Role,
)
from partnerships.models.programme import Deliverable, Phase, Programme, ProgrammeYear, ReportWindow
from partnerships.models.results import ObservedOutcome, Outcome
from partnerships.models.risks import Grade, Lesson, Risk, RiskStep
from partnerships.models.rules import CostHeading, FundingRule
from partnerships.models.scores import PerformanceScore, ScoreCriterion
from partnerships.models.values import IndicatorCorrection, IndicatorValue, Validation

__all__ = [
    "Appointment",
    "Call",
    "ClosingBalance",
    "Closure",
    "CostHeading",
    "Decision",
    "DecisionStep",
    "Deliverable",
    "Finding",
    "FundingRequest",
    "FundingRule",
    "FundingSource",
    "FundingSourceAlias",
    "Gain",
    "Grade",
    "Grant",
    "HostEvent",
    "Indicator",
    "IndicatorCorrection",
    "IndicatorTarget",
    "IndicatorValue",
    "Lesson",
    "Membership",
    "Milestone",
    "Municipality",
    "NarrativeSection",
    "ObservedOutcome",
    "Organisation",
    "OrganisationAlias",
    "OrganisationRole",
    "Outcome",
    "Partnership",
    "PartnershipFunding",
    "PartnershipMunicipality",
    "PartnershipPeriod",
    "PerformanceScore",
    "Phase",
    "Place",
    "Post",
    "Programme",
    "ProgrammeCode",
    "ProgrammeYear",
    "ReportWindow",
    "ReportingCode",
    "ReviewRemark",
    "Risk",
    "RiskStep",
    "Role",
    "Scale",
    "ScaleLevel",
    "ScoreCriterion",
    "SectionHeading",
    "Side",
    "Significance",
    "SubGrant",
    "Tranche",
    "Transfer",
    "Validation",
    "WorkingPrinciple",
]
