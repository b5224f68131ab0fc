"""Spreadsheets of this room's records, in the administration."""

from beneficiaries.resources.learners import CohortResource, LearnerResource
from beneficiaries.resources.path import EnrolmentResource, FollowUpResource, ResultResource
from beneficiaries.resources.values import ValueResource

__all__ = [
    "CohortResource",
    "EnrolmentResource",
    "FollowUpResource",
    "LearnerResource",
    "ResultResource",
    "ValueResource",
]
