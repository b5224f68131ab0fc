"""Making, changing and moving an activity."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.forms import ActivityForm, NewActivityForm, StatusForm, known_day
from activities.models import Activity, Status
from activities.services import StaleVersion, create_activity, move_activity, update_activity
from partnerships.access import partnerships_of, require
from partnerships.models import Partnership, Role
from portal.ground import carry


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make an activity; `?partnership=` chooses the partnership beforehand."""
    slug = request.GET.get("partnership", "")
    activity = Activity()
    if slug:
        activity.partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
        require(request.user, Role.COORDINATOR, activity.partnership)
    elif not partnerships_of(request.user, Role.COORDINATOR).exists():
        raise PermissionDenied(_("Only a coordinator or an officer of a partnership can make an activity."))
    return _form(request, activity)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an activity."""
    return _form(request, _own_activity(request, pk))


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an activity to another status."""
    activity = _own_activity(request, pk)
    given = {"user": request.user, "today": timezone.localdate()}
    form = StatusForm(request.POST or carry.kept(request), activity=activity, **given)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            days = {end: known_day(form, end) for end in ("revised", "ended")}
            move_activity(
                activity,
                actor=request.user,
                to=Status(cleaned["status"]),
                note=cleaned["note"],
                version=cleaned["version"],
                **days,
            )
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersion as stale:
            data = {**request.POST.dict(), "version": stale.current.version}
            form = StatusForm(data, activity=stale.current, **given)
            form.add_error(
                None, _("Somebody changed this activity meanwhile. Look at it as it is now, then save again.")
            )
        else:
            carry.forget(request)
            messages.success(request, _("The status is changed."))
            return HttpResponseRedirect(reverse("activities:detail", args=[pk]))
    context = {
        "form": form,
        "heading": _("Change the status"),
        "intro": f"{activity} – {activity.get_status_display()}",
        "cancel_url": reverse("activities:detail", args=[pk]),
        "keep": True,
    }
    return render(request, "components/form_page.html", context)


def _own_activity(request: HttpRequest, pk: int) -> Activity:
    visible = Activity.objects.visible_to(request.user).select_related("partnership", "programme")
    activity = get_object_or_404(visible, pk=pk)
    require(request.user, Role.COORDINATOR, activity.partnership)
    return activity


def _form(request: HttpRequest, activity: Activity) -> HttpResponse:
    kind = ActivityForm if activity.pk else NewActivityForm
    # A form may fill the instance it is given even where it is refused; the page still shows the saved one.
    title = str(activity) if activity.pk else ""
    links = _links(activity)
    text = carry.kept(request) if request.method == "GET" else None
    code = 200
    form = kind(request.POST or text, instance=activity, initial=links, user=request.user)
    if text:
        messages.info(request, _("Your text was kept. Check it and save it."))
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, form, activity)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersion as stale:
            code = 409
            data = request.POST.copy()
            data["version"] = stale.current.version
            form = kind(data, instance=stale.current, initial=_links(stale.current), user=request.user)
            if not set(form.changed_data) - {"version", "author", "submission_key"}:
                # The same form again, whose answer was lost on the way.
                return _done(request, stale.current, _("This was saved already: it was not made twice."))
            form.add_error(
                None,
                _("Somebody saved another version meanwhile: “%(title)s”. Compare, then save again to keep yours.")
                % {"title": stale.current},
            )
    cancel = reverse("activities:detail", args=[activity.pk]) if activity.pk else reverse("activities:list")
    context = {"form": form, "title": title, "cancel_url": cancel, "languages": form.languages}
    return render(request, "activities/activity_form.html", context, status=code)


def _save(request: HttpRequest, form: ActivityForm, activity: Activity) -> HttpResponse:
    if activity.pk:
        version = form.cleaned_data["version"] or 0
        saved = update_activity(activity, form.values(), actor=request.user, version=version)
        return _done(request, saved, _("The activity is changed."))
    key = form.cleaned_data["submission_key"] or uuid4()
    saved, is_new = create_activity(form.values(), actor=request.user, key=key)
    sentence = _("The activity is made.") if is_new else _("This activity was made already: not twice.")
    return _done(request, saved, sentence)


def _done(request: HttpRequest, saved: Activity, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    carry.forget(request)
    request.session["kept_saved"] = request.path
    return HttpResponseRedirect(reverse("activities:detail", args=[saved.pk]))


def _links(activity: Activity) -> dict:
    if not activity.pk:
        return {}
    names = ("themes", "target_groups", "organisations")
    return {name: list(getattr(activity, name).values_list("pk", flat=True)) for name in names}
