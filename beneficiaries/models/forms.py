"""Questionnaires about expectations and needs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from beneficiaries.models.courses import Course
from beneficiaries.models.groups import TargetGroup
from partnerships.models import Decision, Finding, Partnership
from partnerships.models.partnership import ScopedQuerySet
from portal.ground.dates import Precision, format_date, precision_matches
from portal.ground.natural import Slugged


class EvaluationForm(Slugged):
    """A questionnaire about expectations and needs, and the decisions that came of it (B24)."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="evaluation_forms", verbose_name=_("partnership")
    )
    course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="evaluation_forms", verbose_name=_("course")
    )
    target_group = models.ForeignKey(
        TargetGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_forms",
        verbose_name=_("target group"),
    )
    title = models.CharField(_("title"), max_length=200)
    subject = models.CharField(_("what it asks about"), max_length=250, blank=True, default="")
    sent_on = models.DateField(_("handed out on"), null=True, blank=True)
    precision = models.CharField(_("date known to the"), max_length=5, choices=Precision, blank=True, default="")
    findings = models.ManyToManyField(Finding, blank=True, related_name="evaluation_forms", verbose_name=_("findings"))
    decisions = models.ManyToManyField(
        Decision, blank=True, related_name="evaluation_forms", verbose_name=_("decisions that followed")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation form")
        verbose_name_plural = _("evaluation forms")
        ordering = ["partnership", "sent_on", "slug"]
        constraints = [precision_matches("sent_on", "precision", name="beneficiaries_form_precision")]

    def __str__(self):
        return self.title

    @property
    def date_text(self) -> str:
        """The known part of the date in the active language."""
        return format_date(self.sent_on, self.precision)
