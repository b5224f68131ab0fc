"""Codes of learners who were erased: what is left of one is enough to know it again, and to find nobody by."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.learners import tidy_code
from beneficiaries.models.scoped import PersonalQuerySet
from partnerships.models import Partnership


class ErasedCodeQuerySet(PersonalQuerySet):
    """Questions about codes that were erased."""

    def among(self, partnership: int, codes: Iterable[str]) -> set[str]:
        """Return those of some codes that somebody had in a partnership who was erased since."""
        digests = {digest_of(partnership, code): code for code in codes}
        return {digests[digest] for digest in self.filter(digest__in=digests).values_list("digest", flat=True)}


class ErasedCode(models.Model):
    """That a code of a partnership was erased, as a hash keyed by the server's secret.

    On paper the code may still stand beside a name, so whoever enters it again is warned. The hash leads to no row of
    the counts, and only the year is known: a day would say which of them it was. A new secret forgets them all.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="+", verbose_name=_("partnership"))
    digest = models.CharField(_("hash"), max_length=64, unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"))

    objects = ErasedCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code that was erased")
        verbose_name_plural = _("codes that were erased")
        ordering = ["pk"]

    def __str__(self):
        return f"{self._meta.verbose_name} {self.pk}"


def digest_of(partnership: int, code: str) -> str:
    """Return the keyed hash of a code: codes are short, and could be tried out."""
    value = f"{partnership}:{tidy_code(code)}"
    return salted_hmac("beneficiaries.erased_code", value, algorithm="sha256").hexdigest()
