"""The pages of a programme and of each of its years."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partnerships.access import may, role_in
from partnerships.models import Programme, ProgrammeYear, Role, Side
from partnerships.narrative import slots_of
from partnerships.views.of_year import remark_line, section_url
from partnerships.year_steps import section_rows, standing_of
from portal.ground.addresses import address_of
from portal.ground.money import format_amount
from portal.ground.wording import translated
from portal.roof.overviews import programme as overview
from portal.roof.overviews.money import source_chart, total_of
from portal.roof.overviews.trails import write_links
from portal.roof.views.history import history_page, wants_history


@login_required
@require_safe
def programme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a programme: its years, its aims, its activities and its money."""
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    programme = get_object_or_404(visible, slug=slug)
    may_write, _reason = may(request.user, Role.COORDINATOR, programme.partnership)
    may_lead, _reason = may(request.user, Role.OFFICER, programme.partnership)
    spent = overview.expenditures_during(programme)
    window = f"?starts_on={programme.starts_on:%Y-%m-%d}&ends_on={programme.ends_on:%Y-%m-%d}"
    context = {
        "programme": programme,
        "name": translated(programme, "name"),
        "focus": translated(programme, "focus"),
        "facts": overview.facts_of(programme),
        "years": overview.years_of(programme, spent),
        "sides": [{"value": value, "label": label} for value, label in Side.choices],
        "statuses": overview.statuses_by_side(programme),
        "chart": source_chart(spent),
        "spent": format_amount(total_of(spent)),
        "sections": overview.sections_of(programme, on=timezone.localdate(), may_write=may_write),
        "write_links": write_links(programme.partnership, programme, may_lead=may_lead) if may_write else [],
        "activities_url": f"{reverse('activities:list')}?programme={programme.pk}",
        "logframe_url": reverse("partnerships:logframe", args=[slug]),
        "money_url": reverse("partnerships:programme_money", args=[slug]),
        "report_url": reverse("reports:window", args=[programme.partnership.slug]) + window,
        "trail": trail(programme),
    }
    return render(request, "partnerships/programme_detail.html", context)


@login_required
@require_safe
def year_detail(request: HttpRequest, slug: str, year: int) -> HttpResponse:
    """Show a programme year: where it stands, its report, what was done, who was reached, what was spent.

    `?history` shows who changed what instead.
    """
    visible = ProgrammeYear.objects.visible_to(request.user).select_related("programme__partnership")
    row = get_object_or_404(visible, programme__slug=slug, year=year)
    programme = row.programme
    partnership = programme.partnership
    role = role_in(request.user, partnership)
    works, may_lead = (bool(role and role.includes(least)) for least in (Role.COORDINATOR, Role.OFFICER))
    heading = f"{translated(partnership, 'name')} {row.year}"
    way = [
        *trail(programme)[:-1],
        {"label": translated(programme, "name"), "url": reverse("partnerships:programme_detail", args=[slug])},
        {"label": row.year},
    ]
    if may_lead and wants_history(request):
        return history_page(request, row, name=heading, trail=way)
    figures = overview.year_overview(row, true_figures=works)
    context = {
        "year": row,
        "heading": heading,
        "standing": standing_of(row, request.user, on=timezone.localdate()),
        "words": section_rows(slots_of(row), lambda slot: section_url(row, slot)),
        "remarks": [remark_line(remark) for remark in overview.remarks_of(row)],
        "figures": figures,
        "chart": source_chart(figures.expenditures),
        "languages": settings.LANGUAGES,
        "language": get_language(),
        **_ways_on(row),
        "may_lead": may_lead,
        "trail": way,
    }
    return render(request, "partnerships/year_detail.html", context)


def _ways_on(row: ProgrammeYear) -> dict[str, str]:
    """Return the addresses of what else there is of a programme year."""
    year, partnership = [row.programme.slug, row.year], [row.programme.partnership.slug]
    days = {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
    return {
        "scores_url": reverse("partnerships:year_scores", args=year),
        "export_url": reverse("reports:export", args=partnership),
        "window_url": reverse("reports:window", args=partnership, query=days),
        "readiness_url": reverse("partnerships:year_readiness", args=year),
        "money_url": reverse("partnerships:programme_money", args=year[:1], query={"year": row.year}),
        "vouchers_url": reverse("reports:vouchers", args=partnership, query=days),
    }


def trail(programme: Programme) -> list[dict]:
    """Return the way from the partnerships to a programme. Shown by components/breadcrumbs.html."""
    partnership = programme.partnership
    return [
        {"label": _("Partnerships"), "url": address_of("partnerships:list")},
        {"label": translated(partnership, "name"), "url": address_of("partnerships:detail", partnership.slug)},
        {"label": translated(programme, "name")},
    ]
