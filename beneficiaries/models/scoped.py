"""Who reads rows about one person: those who work with them, and nobody who only looks on."""

from __future__ import annotations

from typing import Self

from django.utils import timezone

from partnerships.models import Membership, Role
from partnerships.models.partnership import ScopedQuerySet


class PersonalQuerySet(ScopedQuerySet):
    """Rows about one learner. A viewer of the partnership sees none of them, only what is counted of all."""

    def visible_to(self, user) -> Self:
        """Return the rows of the partnerships in which `user` is now a coordinator or an officer."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self.all()
        roles = [role for role in Role if role.includes(Role.COORDINATOR)]
        memberships = Membership.objects.filter(user=user, role__in=roles).active(timezone.localdate())
        return self.filter(**{f"{self.partnership_path}__in": memberships.values("partnership")})


class OfEnrolmentQuerySet(PersonalQuerySet):
    """Rows about what one learner did in one cohort."""

    partnership_path = "enrolment__cohort__course__partnership"
