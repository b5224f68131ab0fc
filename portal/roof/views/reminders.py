"""How often one is reminded: each chooses for themselves, also from a letter without signing in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.ground.accounts import choose_reminders
from portal.ground.models import ReminderDays
from portal.roof.reminders import whose


@login_required
@require_http_methods(["GET", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Show and keep the interval of one's own reminders."""
    error = ""
    if request.method == "POST":
        asked = request.POST.get("days", "")
        if asked in {str(value) for value in ReminderDays.values}:
            choose_reminders(request.user, int(asked))
            messages.success(request, _("Your choice is kept."))
            return HttpResponseRedirect(reverse("reminders"))
        error = _("Choose one of the intervals.")
    context = {
        "choices": ReminderDays.choices,
        "chosen": request.user.reminder_days,
        "address": request.user.email,
        "error": error,
        "trail": [{"label": _("Account and security"), "url": reverse("mfa_index")}, {"label": _("Reminders")}],
    }
    return render(request, "account/reminders.html", context, status=400 if error else 200)


@require_http_methods(["GET", "POST"])
def stop_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the reminders of the person to whom the letter with this link was sent; a click asks, a button does it."""
    person = whose(token)
    if person is None:
        raise Http404(_("This link is not complete: copy it whole from the letter."))
    if request.method == "POST":
        choose_reminders(person, ReminderDays.NEVER)
    context = {"is_stopped": person.reminder_days == ReminderDays.NEVER or request.method == "POST"}
    return render(request, "account/stop_reminders.html", context)
