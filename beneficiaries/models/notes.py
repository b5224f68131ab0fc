"""What came up in a workshop and must stay with few (B29): sealed, and read by named people of one side."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Cohort
from beneficiaries.models.learners import Learner, refuse_erased
from partnerships.models import Membership, Partnership, Side
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import format_date

OF_ANOTHER_COHORT = _("This learner is not enrolled in that cohort: leave one of them out, or choose another.")


class ConfidentialNoteQuerySet(ScopedQuerySet):
    """Questions about confidential notes."""

    def visible_to(self, user) -> Self:
        """Return the notes of the sides for which `user` is named to read them now; an administrator needs it too."""
        if not user.is_authenticated:
            return self.none()
        named = Membership.objects.filter(
            user=user, partnership=OuterRef("partnership"), side=OuterRef("side"), reads_notes=True
        )
        return self.filter(Exists(named.active(timezone.localdate())))

    def open(self) -> Self:
        """Return the notes that still ask for something."""
        return self.filter(settled_on__isnull=True)


class ConfidentialNote(models.Model):
    """A note about a cohort or a learner's code. Its text is sealed; nothing else of it tells what it says."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+", verbose_name=_("partnership"))
    side = models.CharField(_("side"), max_length=7, choices=Side)
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cohort")
    )
    learner = models.ForeignKey(
        Learner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("learner")
    )
    noted_on = models.DateField(_("date"))
    sealed = models.TextField(_("sealed text"), editable=False)
    language = models.CharField(_("language of the text"), max_length=2, choices=settings.LANGUAGES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), auto_now_add=True)
    settled_on = models.DateField(_("dealt with on"), null=True, blank=True, editable=False)
    is_demonstration = models.BooleanField(_("demonstration"), default=False, editable=False)

    objects = ConfidentialNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("confidential note")
        verbose_name_plural = _("confidential notes")
        ordering = ["-noted_on", "-pk"]

    def __str__(self):
        # The number alone: a note shows in histories that others read.
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        """Refuse a cohort or a learner of another partnership or cohort, and somebody who was erased."""
        super().clean()
        refuse_erased(self.learner)
        homes = {
            "cohort": self.cohort and self.cohort.course.partnership_id,
            "learner": self.learner and self.learner.partnership_id,
        }
        wrong = [name for name, home in homes.items() if home not in {None, self.partnership_id}]
        if wrong:
            raise ValidationError(dict.fromkeys(wrong, _("It belongs to another partnership.")))
        if self.learner and self.cohort and not self.learner.enrolments.filter(cohort=self.cohort).exists():
            raise ValidationError({"learner": ValidationError(OF_ANOTHER_COHORT, code="cohort")})

    @property
    def date_text(self) -> str:
        """The day in the active language."""
        return format_date(self.noted_on)
