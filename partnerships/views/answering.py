"""How each form is answered: refused with sentences, shown beside a newer version, or saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.history import describe
from portal.ground.models import AuditEntry
from portal.ground.once import sent_before
from portal.ground.versions import Difference, StaleVersion


@dataclass(frozen=True)
class Page:
    """What stands around a form, and where its writer goes from there."""

    heading: str
    intro: str
    trail: list[dict[str, Any]]
    back: str
    saved: str
    submit_label: str = ""
    other_steps: list[tuple[str, str]] = field(default_factory=list)


def answer(
    request: HttpRequest,
    page: Page,
    *,
    row: Any,
    build: Callable[[Any, Any], Any],
    write: Callable[[Any], tuple[Any, bool]],
    compare: Callable[[Any, Any], list[Difference]] | None = None,
    template: str = "partnerships/path/form.html",
    around: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show or save a form: `build(data, row)` makes it, `write(form)` saves it and says whether the row is new.

    `compare(current, form)` tells what is saved from what was typed where the form's fields are not the row's columns.
    `template` extends partnerships/path/form.html; `around` is what it shows besides.
    """
    text = carry.kept(request) if request.method == "GET" else None
    form = build(request.POST or text, row)
    code, theirs = 200, None
    if text:
        messages.info(request, _("Your text was kept. Check it and save it."))
    if request.method == "POST" and form.is_valid():
        try:
            _saved, is_new = write(form)
        except ValidationError as error:
            form.add_error(None, error)
        except StaleVersion as stale:
            code, theirs = 409, (compare or differences)(stale.current, form)
            if not theirs and _was_sent(request, row):
                return done(request, page, is_new=False)
            form = build(_rebased(request, stale.current), stale.current)
        else:
            return done(request, page, is_new=is_new)
    elif request.method == "POST" and _was_sent(request, row):
        return done(request, page, is_new=False)
    history = AuditEntry.objects.about(row).select_related("actor")[:50] if row is not None and row.pk else []
    context = {"form": form, "theirs": theirs, "lines": describe(history), "cancel_url": page.back, "keep": True}
    return render(request, template, context | vars(page) | (around or {}), status=code)


def _was_sent(request: HttpRequest, row: Any) -> bool:
    return sent_before(request.POST.get("submission_key"), actor=request.user, model=type(row))


def _rebased(request: HttpRequest, current: Any) -> QueryDict:
    data = request.POST.copy()
    data["version"] = str(current.version)
    return data


def done(request: HttpRequest, page: Page, *, is_new: bool) -> HttpResponse:
    """Say that it is saved, and lead back."""
    carry.forget(request)
    request.session["kept_saved"] = request.path
    messages.success(request, page.saved if is_new else _("This was saved already: it was not made twice."))
    return HttpResponseRedirect(page.back)


def differences(current: models.Model, form: Any, names: Iterable[str] | None = None) -> list[Difference]:
    """Return the fields in which the record as it stands differs from what was typed, among `names` if given."""
    wanted = form.columns() if names is None else names
    pairs = ((name, getattr(current, name), form.cleaned_data[name]) for name in wanted)
    return [
        Difference(str(form.fields[name].label), _shown(current, name, saved), _shown(current, name, typed))
        for name, saved, typed in pairs
        # A text that was never given is NULL in one row and empty in another.
        if saved != typed and not {saved, typed} <= {None, ""}
    ]


def _shown(row: models.Model, name: str, value: Any) -> str:
    choices = dict(row._meta.get_field(name).flatchoices)
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=2, use_l10n=True)
    if isinstance(value, dt.date):
        return format_date(value)
    return str(choices.get(value, value) if value not in (None, "") else "")
