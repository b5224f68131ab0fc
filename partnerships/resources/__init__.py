"""Spreadsheets of this room's records, in the administration."""

from partnerships.resources.money import FundingRequestResource, GrantResource, TrancheResource, TransferResource
from partnerships.resources.records import (
    IndicatorResource,
    OrganisationResource,
    OutcomeResource,
    OwnPartnershipResource,
    SluggedResource,
)
from partnerships.resources.targets import TargetResource

__all__ = [
    "FundingRequestResource",
    "GrantResource",
    "IndicatorResource",
    "OrganisationResource",
    "OutcomeResource",
    "OwnPartnershipResource",
    "SluggedResource",
    "TargetResource",
    "TrancheResource",
    "TransferResource",
]
