"""What the public reads about an activity: proposed by one person, released by another, withdrawn at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.forms.public_text import PublicTextForm, TakeBackForm
from activities.models import Activity, Photo, PublicText
from activities.services import (
    StaleVersion,
    change_public_text,
    propose_public_text,
    release_public_text,
    withdraw_public_text,
)
from partnerships.access import may, require
from partnerships.models import Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.forms import as_key
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.wording import translated

State = PublicText.State
TONES = {"proposed": "warning", "released": "positive", "replaced": "neutral", "withdrawn": "negative"}
TITLES = {"proposed": "hourglass-split", "released": "eye", "replaced": "arrow-repeat", "withdrawn": "eye-slash"}
HISTORY_LENGTH = 50


@login_required
@require_safe
def public_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the public reads about an activity, what waits for its release, and what was."""
    activity = _activity(request, pk)
    may_write, _no = may(request.user, Role.COORDINATOR, activity.partnership)
    may_release, _no = may(request.user, Role.OFFICER, activity.partnership)
    rows = list(
        activity.public_texts.select_related("activity__partnership", "proposed_by", "released_by").prefetch_related(
            "photos", "writers"
        )
    )
    waiting = any(row.state == State.PROPOSED for row in rows)
    sheets = [_sheet(row, request.user, may_write=may_write, may_release=may_release) for row in rows]
    context = {
        "title": translated(activity, "title"),
        "sheets": sheets,
        "is_public": activity.partnership.is_public,
        "propose_url": "" if waiting or not may_write else reverse("activities:public_edit", args=[pk]),
        "trail": _trail(activity),
        "lines": _history(rows) if may_write else [],
    }
    return render(request, "activities/public_text.html", context)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def public_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a public text, or change the one that waits."""
    activity = _activity(request, pk)
    require(request.user, Role.COORDINATOR, activity.partnership)
    row = PublicText.objects.open().filter(activity=activity).first() or PublicText(activity=activity)

    def build(data: Any, of: PublicText) -> PublicTextForm:
        return PublicTextForm(data, instance=of, initial={} if of.pk else _beginning(activity), user=request.user)

    def write(form: PublicTextForm) -> tuple[PublicText, bool]:
        photos = list(form.cleaned_data["photos"])
        if row.pk:
            version = form.cleaned_data["version"] or 0
            return change_public_text(row, form.values, photos=photos, actor=request.user, version=version), True
        key = form.cleaned_data["submission_key"] or uuid4()
        return propose_public_text(activity, form.values, photos=photos, actor=request.user, key=key)

    heading = _("Change the public text") if row.pk else _("Propose a public text")
    home = reverse("activities:public_text", args=[pk])
    trail = [*_trail(activity)[:-1], {"label": _("Public text"), "url": home}, {"label": heading}]
    saved = _("The text is proposed: somebody else releases it.")
    page = Page(heading, _intro(), trail, home, saved, _("Propose for release"))
    return answer(request, page, row=row, build=build, write=write)


@login_required
@require_POST
def public_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a text as it was read; what changed meanwhile is read first."""
    row = _row(request, pk, Role.OFFICER)
    try:
        release_public_text(row, actor=request.user, version=as_key(request.POST.get("version", "")) or 0)
    except StaleVersion:
        messages.error(request, _("The text was changed meanwhile: read it as it is now, then release it."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The text is released: everybody can read it."))
    return _home(row)


@carry.sign_in_keeping_text
@require_http_methods(["GET", "POST"])
def public_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, then take a text off the public pages, or a proposal back."""
    row = _row(request, pk, Role.COORDINATOR)
    form = TakeBackForm(request.POST or carry.kept(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        withdraw_public_text(row, actor=request.user, reason=form.cleaned_data["reason"])
        carry.forget(request)
        messages.success(request, _("The text is withdrawn: nobody outside reads it any more."))
        return _home(row)
    context = {
        "form": form,
        "heading": _("Withdraw the public text"),
        "intro": str(translated(row, "title")),
        "cancel_url": reverse("activities:public_text", args=[row.activity_id]),
        "submit_label": _("Withdraw"),
        "keep": True,
    }
    return render(request, "components/form_page.html", context)


def _activity(request: HttpRequest, pk: int) -> Activity:
    return get_object_or_404(Activity.objects.visible_to(request.user).select_related("partnership"), pk=pk)


def _row(request: HttpRequest, pk: int, role: Role) -> PublicText:
    visible = PublicText.objects.visible_to(request.user).select_related("activity__partnership")
    row = get_object_or_404(visible, pk=pk)
    require(request.user, role, row.activity.partnership)
    return row


def _home(row: PublicText) -> HttpResponse:
    return HttpResponseRedirect(reverse("activities:public_text", args=[row.activity_id]))


def _intro() -> str:
    return _(
        "Write for somebody who knows nothing of the project. No names of people, and no place that must stay secret."
    )


def _beginning(activity: Activity) -> dict[str, Any]:
    """Return what a new proposal begins with: what is released, else what the activity itself says."""
    released = activity.public_texts.filter(state=State.RELEASED).first()
    texts: dict[str, Any] = {"photos": [photo.pk for photo in released.pictures()] if released else []}
    for code, _name in settings.LANGUAGES:
        texts[f"title_{code}"] = getattr(released or activity, f"title_{code}") or ""
        texts[f"text_{code}"] = getattr(released or activity, f"text_{code}" if released else f"summary_{code}") or ""
    return texts


def _sheet(row: PublicText, reader: Any, *, may_write: bool, may_release: bool) -> dict[str, Any]:
    """Return one text with all that is read before it is released: every language and every photo."""
    is_writer = any(writer.pk == reader.pk for writer in row.writers.all())
    waits, is_live = row.state == State.PROPOSED, row.state in {State.PROPOSED, State.RELEASED}
    versions = [
        {"code": code, "language": name, "title": getattr(row, f"title_{code}"), "text": getattr(row, f"text_{code}")}
        for code, name in settings.LANGUAGES
    ]
    return {
        "row": row,
        "state": row.get_state_display(),
        "tone": TONES[row.state],
        "icon": TITLES[row.state],
        "is_live": is_live,
        "versions": [version for version in versions if version["title"] or version["text"]],
        "missing": [version["language"] for version in versions if not version["text"]],
        "photos": [_picture(photo) for photo in row.photos.all() if photo.is_shown] if is_live else [],
        "notes": _notes(row),
        "release_url": reverse("activities:public_release", args=[row.pk]) if waits and may_release else "",
        "is_writer": is_writer,
        "waits_for_other": waits and (is_writer or not may_release),
        "edit_url": reverse("activities:public_edit", args=[row.activity_id]) if waits and may_write else "",
        "public_url": _public_url(row) if row.state == State.RELEASED and row.activity.partnership.is_public else "",
        "withdraw_url": reverse("activities:public_withdraw", args=[row.pk]) if is_live and may_write else "",
    }


def _public_url(row: PublicText) -> str:
    return reverse("public:activity", args=[get_language(), row.activity.partnership.slug, row.slug])


def _picture(photo: Photo) -> dict[str, Any]:
    return {
        "url": reverse("activities:photo", args=[photo.pk]),
        "thumbnail_url": reverse("activities:photo_thumbnail", args=[photo.pk]),
        "alt": photo.caption or photo.original_name,
        "width": photo.width,
        "height": photo.height,
    }


def _notes(row: PublicText) -> list[str]:
    """Return who proposed and released a text, and when."""

    def told(sentence: str, person: Any, at: Any) -> str:
        name = person.get_full_name() or str(person)
        return sentence % {"person": name, "date": date_format(localtime(at), "SHORT_DATE_FORMAT")}

    if row.origin == PublicText.Origin.PUBLISHED:
        return [_("Published by the municipality before; it came with the reference data.")]
    notes = [told(_("proposed by %(person)s on %(date)s"), row.proposed_by, row.proposed_at)] if row.proposed_by else []
    if row.released_by:
        notes.append(told(_("released by %(person)s on %(date)s"), row.released_by, row.released_at))
    return [*notes, row.reason] if row.reason else notes


def _history(rows: list[PublicText]) -> list[Any]:
    entries = AuditEntry.objects.filter(
        target_type=PublicText._meta.label_lower, target_id__in=[row.pk for row in rows]
    )
    return describe(entries.select_related("actor").order_by("-at", "-pk")[:HISTORY_LENGTH])


def _trail(activity: Activity) -> list[dict[str, Any]]:
    return [
        {"label": _("Activities"), "url": reverse("activities:list")},
        {"label": translated(activity, "title"), "url": reverse("activities:detail", args=[activity.pk])},
        {"label": _("Public text")},
    ]
