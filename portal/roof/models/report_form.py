"""Which sections a report has for whom, and what it may tell of."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from partnerships.models import FundingSource
from portal.ground.natural import NaturalKey, Slugged


class ReportForm(Slugged):
    """An edition of the report: for whom it is, what it may tell of, and in the parts of it what stands in which order.

    It is data: another funder, or another wish of the same one, needs no developer.
    """

    class Scope(models.TextChoices):
        ALL = "all", _("everything")
        SOURCE = "source", _("only the activities and the money of the funding source")
        PUBLIC = "public", _("only what may be published")

    name = models.CharField(_("name"), max_length=100)
    source = models.ForeignKey(
        FundingSource,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="report_forms",
        verbose_name=_("funding source that asks for it"),
        help_text=_("Left out: it is offered for every partnership."),
    )
    scope = models.CharField(_("what it tells of"), max_length=6, choices=Scope, default=Scope.ALL)
    has_lists = models.BooleanField(
        _("with numbered tables and figures"),
        default=False,
        help_text=_("Behind the contents it lists them."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        verbose_name = _("edition of the report")
        verbose_name_plural = _("editions of the report")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                name="roof_report_form_source",
                condition=~models.Q(scope="source") | models.Q(source__isnull=False),
                violation_error_code="source",
                violation_error_message=_("Say whose activities and money the edition tells of."),
            )
        ]

    def __str__(self):
        return self.name


class ReportSection(NaturalKey):
    """A section of an edition, with its place in it."""

    natural_key_fields = ["form__slug", "kind"]

    class Kind(models.TextChoices):
        """What a section tells; its template has the same name."""

        CHANGED = "changed", _("What changed")
        PARTNERSHIP = "partnership", _("The partnership and its programme")
        KEY_FIGURES = "key_figures", _("Key figures")
        YEARS = "years", _("Years side by side")
        TOLD = "told", _("The year in words")
        RISKS = "risks", _("Risks and obstacles")
        PHASES = "phases", _("Phases")
        ATTAINED = "attained", _("Results by outcome")
        OUTCOMES = "outcomes", _("Activities by outcome")
        AIMS = "aims", _("Planned outcomes")
        CHANGES = "changes_seen", _("Changes seen")
        GAINS = "gains", _("What each side gained")
        JUDGED = "judged", _("Performance scores")
        LESSONS = "lessons", _("Lessons learned")
        BRIEF = "brief", _("The activities in brief")
        ACTIVITIES = "activities", _("Activities")
        HOME = "home", _("Activities in Belgium")
        PARTICIPANTS = "participants", _("Participants")
        LEARNERS = "learners", _("How far learners came")
        DECISIONS = "decisions", _("Decisions and evaluations")
        PRODUCTS = "products", _("Products and showings")
        ORGANISATIONS = "organisations", _("Organisations")
        SPENT = "spent", _("Expenses")
        FINANCE = "finance", _("Budget, transfers and balances")
        REQUESTS = "requests", _("Money asked for")
        VOUCHERS = "vouchers", _("List of vouchers")
        DELAYS = "delays", _("Delays and new dates")
        CLOSURES = "closures", _("Closure")
        OUTLOOK = "outlook", _("Outlook")
        PICTURES = "pictures", _("In pictures")
        IDENTIFIERS = "identifiers", _("Identifiers")
        MARKERS = "markers", _("Policy markers and goals")
        ORIGINS = "origins", _("Who reported what, and when")

    form = models.ForeignKey(
        ReportForm, models.CASCADE, related_name="sections", verbose_name=_("edition of the report")
    )
    kind = models.CharField(_("section"), max_length=13, choices=Kind)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_on = models.BooleanField(_("part of the edition"), default=True)
    leaves_out_empty = models.BooleanField(
        _("left out when empty"),
        default=False,
        help_text=_("Otherwise one line says that there is nothing to tell."),
    )

    class Meta:
        verbose_name = _("section of an edition")
        verbose_name_plural = _("sections of editions")
        ordering = ["form", "position", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["form", "kind"],
                name="roof_report_section_once",
                violation_error_code="kind",
                violation_error_message=_("The edition has this section already."),
            )
        ]

    def __str__(self):
        return f"{self.form}: {self.get_kind_display()}"
