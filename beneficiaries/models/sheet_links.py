"""A link by which a trainer without an account fills in the attendance sheets of one cohort."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, Max, OuterRef
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Cohort
from partnerships.models import Closure
from partnerships.models.partnership import ScopedQuerySet

# For so long after the last day of the cohort a sheet that was forgotten can still be filled in.
AFTER_THE_END = dt.timedelta(weeks=4)
# Five bits each: 130 of them are guessed by nobody.
KEY_LETTERS = 26


def make_seed() -> str:
    """Return what the keys of a link are made of, together with the server's secret."""
    return secrets.token_hex(16)


class SheetLinkQuerySet(ScopedQuerySet):
    """Questions about links."""

    partnership_path = "cohort__course__partnership"

    def standing(self) -> Self:
        """Return those that nobody withdrew."""
        return self.filter(withdrawn_at__isnull=True)

    def dated(self, on: dt.date) -> Self:
        """Add what `SheetLink.works_until` asks for, and whether the partnership is closed on a day."""
        closed = Closure.objects.filter(
            partnership=OuterRef("cohort__course__partnership"), programme__isnull=True, closed_on__lte=on
        )
        last = Cohort.objects.filter(pk=OuterRef("cohort")).values("pk").annotate(last=Max("sessions__held_on"))
        return self.annotate(last_session=models.Subquery(last.values("last")), is_closed=Exists(closed))


class SheetLink(models.Model):
    """The right of who has the link to fill in a cohort's attendance sheets of these days, without an account.

    The key in its address stands nowhere: it is made of the seed and the server's secret each time, so that it can be
    shown again, and a copy of the database alone opens nothing. A new secret makes all links void.
    """

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="sheet_links", verbose_name=_("cohort"))
    seed = models.CharField(_("seed"), max_length=32, default=make_seed, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("made by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = SheetLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for trainers")
        verbose_name_plural = _("links for trainers")
        ordering = ["cohort", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="beneficiaries_sheet_link_once",
                violation_error_code="cohort",
                violation_error_message=_("This cohort has a link already."),
            ),
        ]

    def __str__(self):
        return str(self.cohort)

    def works_until(self, last_session: dt.date | None) -> dt.date:
        """Return the last day on which it opens anything: some weeks after the cohort, or else its last session."""
        made_on = self.made_at.date()
        last = self.cohort.ends_on or max(last_session or made_on, made_on)
        return last + AFTER_THE_END

    @property
    def key(self) -> str:
        """The key of all its sheets."""
        return self._derived("all")

    def key_of_session(self, session: int) -> str:
        """Return the key of one sheet alone, as paper carries it."""
        return self._derived(f"session {session}")

    def _derived(self, purpose: str) -> str:
        value = f"{self.pk}:{self.seed}:{purpose}"
        drawn = salted_hmac("beneficiaries.sheet_link", value, algorithm="sha256").digest()
        return base64.b32encode(drawn).decode().lower()[:KEY_LETTERS]
