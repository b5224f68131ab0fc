"""Rows of a learner's path that a locked year keeps: the administration asks what the pages ask."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from beneficiaries.services import hold_day, is_locked
from partnerships.admin.base import OwnPartnershipForm, OwnVersionedForm


class HeldForm(OwnPartnershipForm):
    """A row that is not written into a locked year."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.errors or not self.has_changed():
            return
        try:
            hold_day(self.instance)
        except ValidationError as error:
            self.add_error(None, error)


class HeldVersionedForm(HeldForm, OwnVersionedForm):
    """A row that is not written into a locked year, and that several people edit."""


class KnownMixin:
    """Rows about learners; who was erased is only counted, and nobody opens what is left of that."""

    erased_path = "enrolment__learner__erased_on"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Return the rows about learners who were not erased."""
        return super().get_queryset(request).filter(**{f"{self.erased_path}__isnull": True})


class HeldMixin:
    """What is dated in a locked year is only shown."""

    def is_closed(self, obj: Any) -> bool:
        """Say whether a locked year holds it."""
        return is_locked(obj)
