"""The first page after signing in: what is the reader's own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from beneficiaries.due import follow_ups_due
from partnerships.access import partnerships_of
from partnerships.models import Partnership, Role
from portal.roof.overviews import dashboard as overview
from portal.roof.overviews.finance.overview import alarms_for
from portal.roof.overviews.readiness import my_gaps


@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the reader's partnerships, what waits for them and what is new."""
    on = timezone.localdate()
    visible = Partnership.objects.visible_to(request.user)
    written_by_me = list(partnerships_of(request.user, Role.COORDINATOR).values_list("pk", flat=True))
    led_by_me = list(partnerships_of(request.user, Role.OFFICER).values_list("pk", flat=True))
    count, bills = overview.bills_without_voucher(written_by_me)
    return render(
        request,
        "dashboard.html",
        {
            "name": request.user.first_name or str(request.user),
            "today": on,
            "mine": overview.mine(request.user, on),
            "may_log": bool(written_by_me),
            "waiting": my_gaps(request.user, on=on),
            "quiet": overview.quiet_activities(written_by_me, on),
            "follow_ups": len(follow_ups_due(request.user, on)) if written_by_me else 0,
            "bills": bills,
            "bill_count": count,
            "news": overview.news(request.user, visible),
            "alarms": alarms_for(led_by_me, on),
            "to_release": overview.texts_to_release(request.user, led_by_me),
            "unjudged": overview.unjudged(led_by_me),
            "money": overview.money_of_year(led_by_me, on),
        },
    )
