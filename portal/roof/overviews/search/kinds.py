"""What can be found: each kind with the columns that are searched, and where a row of it is read.

Confidential notes, learners, suggestions and answers of people are no kind: nobody finds a person by searching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Activity, LogEntry, Product
from beneficiaries.models import Course, EvaluationForm
from partnerships.models import (
    Decision,
    Finding,
    Gain,
    Indicator,
    Lesson,
    Milestone,
    Organisation,
    Outcome,
    Partnership,
    Programme,
    Risk,
)
from portal.ground.models import User
from portal.ground.wording import Wording, languages_of, translated, written
from portal.roof.overviews.organisation import organisations_for


def _visible(model: Any, *related: str) -> Callable[[User], QuerySet]:
    return lambda user: model.objects.visible_to(user).select_related(*related)


def _title(field: str) -> Callable[[Any], Wording]:
    return lambda row: translated(row, field)


def _page(name: str, key: str = "pk") -> Callable[[Any], str]:
    return lambda row: reverse(name, args=[getattr(row, key)])


def _part(anchor: str) -> Callable[[Any], str]:
    def address(row: Any) -> str:
        place = anchor.format(row=row)
        return f"{reverse('partnerships:detail', args=[row.partnership.slug])}#{place}"

    return address


@dataclass(frozen=True)
class Kind:
    """A kind of record: `titles` weigh more than `texts`; both are translated columns unless `own` names plain ones."""

    key: str
    label: Promise
    rows: Callable[[User], QuerySet]
    title: Callable[[Any], Wording]
    url: Callable[[Any], str]
    titles: Sequence[str] = ("title",)
    texts: Sequence[str] = ("text",)
    own: Sequence[str] = ()
    note: Callable[[Any], str] = lambda _row: ""

    @property
    def title_columns(self) -> list[str]:
        """The columns of the titles in every language."""
        return [column for field in self.titles for column in languages_of(field)]

    @property
    def text_columns(self) -> list[str]:
        """The columns of the texts in every language, and the plain ones."""
        return [*(column for field in self.texts for column in languages_of(field)), *self.own]


def _entries(user: User) -> QuerySet:
    return LogEntry.objects.visible_to(user).standing().select_related("activity")


def _logframe(row: Outcome) -> str:
    if row.programme is None:
        return f"{reverse('partnerships:detail', args=[row.partnership.slug])}#aims"
    return reverse("partnerships:logframe", args=[row.programme.slug])


def _product(row: Product) -> str:
    if row.activity_id:
        return reverse("activities:detail", args=[row.activity_id])
    return _part("products")(row)


KINDS = [
    Kind(
        "partnership",
        _("Partnerships"),
        _visible(Partnership),
        _title("name"),
        _page("partnerships:detail", "slug"),
        ("name",),
        ("theme", "objective", "summary"),
    ),
    Kind(
        "programme",
        _("Programmes"),
        _visible(Programme),
        _title("name"),
        _page("partnerships:programme_detail", "slug"),
        ("name",),
        ("focus",),
        note=lambda row: row.span_text,
    ),
    Kind(
        "activity",
        _("Activities"),
        _visible(Activity),
        _title("title"),
        _page("activities:detail"),
        texts=("summary", "status_note"),
        note=lambda row: row.span_text,
    ),
    Kind(
        "entry",
        _("Log entries"),
        _entries,
        lambda row: translated(row.activity, "title"),
        lambda row: f"{reverse('activities:detail', args=[row.activity_id])}#entry-{row.pk}",
        titles=(),
        texts=(),
        own=("text",),
        note=lambda row: row.span_text,
    ),
    Kind(
        "organisation",
        _("Organisations"),
        lambda user: Organisation.objects.filter(pk__in=organisations_for(user).values("pk")),
        _title("name"),
        _page("partnerships:organisation_detail", "slug"),
        ("name",),
        (),
        note=lambda row: str(row.get_kind_display()),
    ),
    Kind("course", _("Courses"), _visible(Course), _title("title"), _page("beneficiaries:detail", "slug")),
    Kind(
        "form",
        _("Evaluation forms"),
        _visible(EvaluationForm),
        _title("title"),
        _page("forms:detail", "slug"),
        ("title", "subject"),
        ("introduction",),
        note=lambda row: row.open_text,
    ),
    Kind("outcome", _("Results"), _visible(Outcome, "programme", "partnership"), _title("title"), _logframe),
    Kind(
        "indicator",
        _("Indicators"),
        _visible(Indicator),
        _title("title"),
        _page("partnerships:indicator", "slug"),
        texts=("text", "verification"),
    ),
    Kind("product", _("Products"), _visible(Product, "partnership"), _title("title"), _product),
    Kind(
        "decision",
        _("Decisions"),
        _visible(Decision, "partnership"),
        _title("title"),
        _part("decision-{row.pk}"),
        note=lambda row: row.date_text,
    ),
    Kind("finding", _("Findings"), _visible(Finding, "partnership"), _title("title"), _part("decisions")),
    Kind("gain", _("What each side gained"), _visible(Gain, "partnership"), _title("title"), _part("ledger")),
    Kind("lesson", _("Lessons learned"), _visible(Lesson, "partnership"), _title("title"), _part("lessons")),
    Kind(
        "risk",
        _("Risks and obstacles"),
        _visible(Risk, "partnership"),
        _title("title"),
        _part("risks"),
        texts=("cause", "effect", "response", "appraisal"),
    ),
    Kind(
        "milestone",
        _("Milestones"),
        _visible(Milestone, "partnership"),
        _title("title"),
        _part("timeline"),
        note=lambda row: row.date_text,
    ),
]


def words_of(kind: Kind, row: Any) -> Wording:
    """Return the text of a row from which a piece is shown: that of a log entry, else the first that there is."""
    if isinstance(row, LogEntry):
        return written(row.text, row.language)
    return next((text for field in kind.texts if (text := translated(row, field))), Wording(""))
