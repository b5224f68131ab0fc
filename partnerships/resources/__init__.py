"""Spreadsheets of this room's records, in the administration."""

from partnerships.resources.money import FundingRequestResource, GrantResource, TrancheResource, TransferResource
from partnerships.resources.records import OrganisationResource, OwnPartnershipResource, SluggedResource

__all__ = [
    "FundingRequestResource",
    "GrantResource",
    "OrganisationResource",
    "OwnPartnershipResource",
    "SluggedResource",
    "TrancheResource",
    "TransferResource",
]
