"""Who is bound to whom, for which years, with whose money, toward which results."""

from partnerships.models.actors import (
    Appointment,
    HostEvent,
    Organisation,
    OrganisationAlias,
    OrganisationRole,
    Place,
)
from partnerships.models.funding import (
    FundingRequest,
    FundingSource,
    FundingSourceAlias,
    PartnershipFunding,
)
from partnerships.models.grants import Grant, Tranche, Transfer
from partnerships.models.municipality import Municipality, Side
from partnerships.models.partnership import (
    Membership,
    Milestone,
    Partnership,
    PartnershipMunicipality,
    PartnershipPeriod,
    Role,
)
from partnerships.models.programme import Phase, Programme, ProgrammeYear, ReportWindow
from partnerships.models.results import Decision, ObservedOutcome, Outcome, Risk, WorkingPrinciple
from partnerships.models.rules import CostHeading, FundingRule

__all__ = [
    "Appointment",
    "CostHeading",
    "Decision",
    "FundingRequest",
    "FundingRule",
    "FundingSource",
    "FundingSourceAlias",
    "Grant",
    "HostEvent",
    "Membership",
    "Milestone",
    "Municipality",
    "ObservedOutcome",
    "Organisation",
    "OrganisationAlias",
    "OrganisationRole",
    "Outcome",
    "Partnership",
    "PartnershipFunding",
    "PartnershipMunicipality",
    "PartnershipPeriod",
    "Phase",
    "Place",
    "Programme",
    "ProgrammeYear",
    "ReportWindow",
    "Risk",
    "Role",
    "Side",
    "Tranche",
    "Transfer",
    "WorkingPrinciple",
]
