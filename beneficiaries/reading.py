"""Who reads what somebody wrote in own words."""

from __future__ import annotations

from django.utils import timezone

from beneficiaries.models import EvaluationForm
from partnerships.access import may
from partnerships.models import Membership, Role
from portal.ground.models import User


def may_read_words(user: User, form: EvaluationForm) -> bool:
    """Say whether `user` may read the own words in a form.

    A coordinator or an officer may; where the words may point at somebody vulnerable, only one who is named to read
    confidential notes in the partnership, on either side.
    """
    if not may(user, Role.COORDINATOR, form.partnership)[0]:
        return False
    if not form.is_at_risk:
        return True
    named = Membership.objects.filter(user=user, partnership=form.partnership_id, reads_notes=True)
    return named.active(timezone.localdate()).exists()
