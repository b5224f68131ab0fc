"""What the public pages show, gathered in a fixed number of queries: the home page, a partnership, a programme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Case, Prefetch, When
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.models import Product, Showing
from partnerships.models import Gain, Municipality, Outcome, Partnership, PartnershipMunicipality, Programme, Side
from portal.ground.dates import format_date
from portal.ground.numbers import format_number
from portal.ground.wording import Wording, joined, listed, translated
from portal.roof.models import PublishedReport
from portal.roof.overviews.biography import Moment, timeline_of
from portal.roof.overviews.partnership import origins_of
from portal.roof.public import figures
from portal.roof.public.addresses import address
from portal.roof.reports.publishing import is_shown


@dataclass(frozen=True)
class Town:
    """A municipality of a partnership. Shown by public/pair.html."""

    name: str
    country: str
    side: str


@dataclass(frozen=True)
class Bond:
    """A partnership: both sides by name, and the way to its page."""

    name: Wording
    url: str
    towns: list[Town]
    theme: Wording
    summary: Wording
    objective: Wording

    @property
    def sides(self) -> list[list[Town]]:
        """The municipalities of the two sides."""
        return [[town for town in self.towns if town.side == side] for side in Side]


@dataclass(frozen=True)
class ReportLink:
    """A published report. Shown by public/reports.html."""

    title: str
    url: str
    language: str
    code: str
    size: str
    date_text: str
    is_demonstration: bool


@dataclass(frozen=True)
class Work:
    """A film or another work, and where it was shown."""

    title: Wording
    note: str
    showings: list[str]


@dataclass(frozen=True)
class ProgrammeLink:
    """A programme in one line."""

    name: Wording
    years: str
    focus: Wording
    url: str


@dataclass(frozen=True)
class Gains:
    """What one side has from the partnership: title, text, date, and lines of what led to it."""

    names: str
    side: str
    gains: list[tuple[Wording, Wording, str, list[tuple[str, Wording]]]]


def bonds_of(partnerships: Iterable[Partnership]) -> list[Bond]:
    """Return partnerships with their municipalities; read them with `with_towns`."""
    return [
        Bond(
            name=translated(row, "name"),
            url=address("partnership", row.slug),
            towns=[_town(side) for side in row.sides.all()],
            theme=translated(row, "theme"),
            summary=translated(row, "summary"),
            objective=translated(row, "objective"),
        )
        for row in partnerships
    ]


def with_towns(rows: Any) -> Any:
    """Return partnerships that are read together with their municipalities."""
    sides = PartnershipMunicipality.objects.select_related("municipality").order_by("side", "pk")
    return rows.prefetch_related(Prefetch("sides", sides))


def reports_of(partnerships: Iterable[Partnership], *, most: int | None = None) -> list[ReportLink]:
    """Return the published reports of some partnerships: the newest year first, of each first what the reader reads."""
    rows = PublishedReport.objects.public().filter(job__partnership__in=partnerships)
    rows = rows.select_related("job__partnership", "job__snapshot__year").defer("job__snapshot__data")
    other = Case(When(job__asked__language=get_language(), then=0), default=1)
    found = list(rows.order_by("-job__snapshot__year__year", "-job__snapshot__number", other, "pk"))
    shown = is_shown(row.job for row in found)
    return [_report(row) for row in found if row.job_id in shown][:most]


def programmes_of(partnership: Partnership) -> list[ProgrammeLink]:
    """Return the programmes of a partnership, the newest first."""
    rows = Programme.objects.public().filter(partnership=partnership).order_by("-starts_on")
    return [
        ProgrammeLink(
            translated(row, "name"),
            row.span_text,
            translated(row, "focus"),
            address("programme", partnership.slug, row.slug),
        )
        for row in rows
    ]


def works_of(partnership: Partnership) -> list[Work]:
    """Return the works of a partnership that may be told of, and when and where each was shown."""
    showings = Showing.objects.select_related("venue", "host_event", "place__municipality").order_by("number")
    rows = Product.objects.public().filter(partnership=partnership).select_related("municipality")
    towns = {side: listed(names) for side, names in _names_by_side(partnership).items()}
    return [
        Work(
            title=translated(row, "title"),
            note=joined(capfirst(row.get_kind_display()), row.date_text),
            showings=[_showing(one, towns) for one in row.showings.all()],
        )
        for row in rows.prefetch_related(Prefetch("showings", showings))
    ]


def moments_of(partnership: Partnership) -> list[Moment]:
    """Return the life of a partnership in order: titles and dates, and nothing that was written for the partners."""
    moments, undated = timeline_of(partnership, is_published=True)
    return [*moments, *(replace(moment, date_text=_("date unknown")) for moment in undated)]


def gains_of(bond: Bond, partnership: Partnership) -> list[Gains]:
    """Return what each side has from the partnership, as far as everybody may read it; nothing where there is none."""
    rows = list(Gain.objects.public().filter(partnership=partnership).select_related("came_from"))
    found = [
        Gains(
            names=listed(town.name for town in towns),
            side=side,
            gains=[
                (translated(row, "title"), translated(row, "text"), row.date_text, origins_of(row))
                for row in rows
                if row.gained_by == side
            ],
        )
        for side, towns in zip(Side.values, bond.sides, strict=True)
    ]
    return [one for one in found if one.gains]


def key_figures(years: list[figures.YearFigures]) -> list[tuple[str, str]]:
    """Return the sums over all validated years: (the number, which years)."""
    if not years:
        return []
    span = f"{years[0].year}–{years[-1].year}" if len(years) > 1 else str(years[0].year)
    return [(format_number(sum(year.people for year in years)), span)]


def outcomes_of(programme: Programme) -> list[tuple[str, list[Wording]]]:
    """Return what a programme aims at, by level."""
    rows = Outcome.objects.public().filter(programme=programme).order_by("number", "pk")
    by_level: dict[str, list[Wording]] = {}
    for level in (Outcome.Level.IMPACT, Outcome.Level.OUTCOME):
        titles = [translated(row, "title") for row in rows if row.level == level]
        if titles:
            by_level[str(capfirst(level.label))] = titles
    return list(by_level.items())


def _town(row: PartnershipMunicipality) -> Town:
    country = Municipality.Country(row.municipality.country).label
    return Town(str(translated(row.municipality, "name")), str(country), row.side)


def _names_by_side(partnership: Partnership) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for row in partnership.sides.all():
        names.setdefault(row.side, []).append(str(translated(row.municipality, "name")))
    return names


def _report(row: PublishedReport) -> ReportLink:
    job = row.job
    language = job.asked["language"]
    return ReportLink(
        title=f"{translated(job.partnership, 'name')}, {job.snapshot.year.year if job.snapshot else ''}",
        url=address("report", job.partnership.slug, row.pk),
        language=str(dict(settings.LANGUAGES)[language]),
        code=language,
        size=f"{format_number(-(-job.size // 1024))}\N{NO-BREAK SPACE}kB",
        date_text=format_date(row.published_at.date()),
        is_demonstration=job.is_demonstration,
    )


def _showing(row: Showing, towns: dict[str, str]) -> str:
    """Return when and where a work was shown; at a place that must not be found nothing finer than the municipality."""
    is_secret = row.place is not None and row.place.is_confidential
    where = () if is_secret else (_name(row.venue), _name(row.host_event))
    town = translated(row.place.municipality, "name") if row.place else towns.get(row.side, "")
    return joined(format_date(row.shown_on, row.precision), *where, town)


def _name(row: Any) -> Wording | str:
    return translated(row, "name") if row else ""
