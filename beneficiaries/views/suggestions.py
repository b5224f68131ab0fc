"""The register of suggestions by those who take part: the list, one of them, writing it down and answering it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.forms import ReplyForm, SuggestionForm
from beneficiaries.models import Answer, Cohort, Suggestion
from beneficiaries.reading import may_read_words
from beneficiaries.services.suggestions import correct_suggestion, reply_to, write_suggestion
from partnerships.access import may, partnership_choices, partnerships_of, require
from partnerships.models import Organisation, Partnership, Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.dates import format_date
from portal.ground.history import describe
from portal.ground.lists import Filter, ListQuery, enum_choices, matching, page_of, read_query
from portal.ground.models import AuditEntry
from portal.ground.wording import listed, translated, written

HISTORY_LENGTH = 30
State = Suggestion.State
TONES = {State.NEW: "warning", State.CONSIDERED: "info", State.TAKEN_UP: "positive", State.DONE: "positive"}
writes = require_http_methods(["GET", "POST"])


@login_required
@require_safe
def suggestion_list(request: HttpRequest) -> HttpResponse:
    """Show the suggestions of the reader's partnerships: those without an answer first."""
    filters = [
        Filter("partnership", _("Partnership"), partnership_choices(request)),
        Filter("state", _("State"), enum_choices(State)),
        Filter("theme", _("Theme"), enum_choices(Suggestion.Theme)),
        *_of_whom(request),
    ]
    query = read_query(request.GET, filters)
    rows = Suggestion.objects.visible_to(request.user).filter(**query.chosen)
    if query.search:
        rows = rows.filter(matching(query.search, ["text", "reply"]))
    page = page_of(query, rows.order_by("-made_on", "-pk"))
    writes_for = partnerships_of(request.user, Role.COORDINATOR).order_by("slug")
    context = {
        "query": query,
        "pages": page,
        "columns": [
            {"label": _("Suggestion")},
            {"label": _("Theme")},
            {"label": _("Made on"), "kind": "date"},
            {"label": _("State")},
            {"label": _("Answer")},
        ],
        "rows": _rows(page.keys),
        "empty": _empty(query),
        "clear_url": reverse("suggestions:list"),
        "create": [(translated(one, "name"), reverse("suggestions:create", args=[one.slug])) for one in writes_for],
        "trail": _trail(),
    }
    return render(request, "beneficiaries/suggestions/list.html", context)


def _of_whom(request: HttpRequest) -> list[Filter]:
    """Return the filters by the cohorts and the centres of which the reader sees suggestions."""
    mine = Suggestion.objects.visible_to(request.user).order_by()
    cohorts = Cohort.objects.filter(pk__in=mine.values("cohort")).select_related("course")
    centres = Organisation.objects.filter(pk__in=mine.values("centre")).order_by("slug")
    return [
        Filter("cohort", _("Cohort"), [(str(row.pk), str(row)) for row in cohorts]),
        Filter("centre", _("Training centre"), [(str(row.pk), str(translated(row, "name"))) for row in centres]),
    ]


def _rows(keys: Any) -> list[dict[str, Any]]:
    by_key = Suggestion.objects.select_related("cohort__course", "centre", "partnership").in_bulk(keys)
    return [
        {
            "url": reverse("suggestions:detail", args=[row.pk]),
            "cells": [
                {
                    "text": Truncator(row.text).chars(120),
                    "lang": row.wording.lang,
                    "note": listed([row.cohort, translated(row.centre, "name"), translated(row.partnership, "name")]),
                },
                capfirst(row.get_theme_display()),
                row.date_text,
                {"badge": _badge(row)},
                {"text": Truncator(row.reply).chars(120), "lang": row.reply_wording.lang},
            ],
        }
        for key in keys
        for row in [by_key[key]]
    ]


def _badge(row: Suggestion) -> dict[str, str]:
    return {"label": capfirst(row.get_state_display()), "tone": TONES.get(State(row.state), "neutral"), "icon": ""}


def _empty(query: ListQuery) -> dict[str, str]:
    if query.is_narrow:
        url, label = reverse("suggestions:list"), _("Show all suggestions")
        title = _("No suggestion meets all of this.")
        return {"icon": "search", "title": title, "action_url": url, "action_label": label}
    text = _("What participants suggest is written down here, with what they are answered.")
    return {"icon": "lightbulb", "title": _("There is no suggestion yet."), "text": text}


def _trail(*further: dict[str, Any]) -> list[dict[str, Any]]:
    forms = {"label": _("Evaluation forms"), "url": reverse("forms:list")}
    return [forms, {"label": _("Suggestions"), "url": reverse("suggestions:list")}, *further]


@login_required
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a suggestion, what was answered, by whom and when."""
    row = _own(request, pk, Role.VIEWER)
    works, _reason = may(request.user, Role.COORDINATOR, row.partnership)
    history = AuditEntry.objects.about(row).select_related("actor")[:HISTORY_LENGTH] if works else []
    form = row.answer.sheet.form if row.answer and works else None
    facts = [
        {"term": _("Theme"), "value": capfirst(row.get_theme_display())},
        {"term": _("Made on"), "value": row.date_text},
        {"term": _("Cohort"), "value": row.cohort or ""},
        {"term": _("Training centre"), "value": translated(row.centre, "name")},
        {
            "term": _("Taken from the form"),
            "value": translated(form, "title"),
            "url": reverse("forms:detail", args=[form.slug]) if form else "",
        },
    ]
    context = {
        "suggestion": row,
        "badge": _badge(row),
        "wording": row.wording,
        "reply": row.reply_wording if row.reply else None,
        "replied": listed([format_date(row.replied_on), row.replied_by]) if row.reply else "",
        "facts": [fact for fact in facts if str(fact["value"])],
        "works": works,
        "lines": describe(history),
        "trail": _trail({"label": str(row)}),
    }
    return render(request, "beneficiaries/suggestions/detail.html", context)


@carry.sign_in_keeping_text
@writes
def suggestion_create(request: HttpRequest, partnership: str) -> HttpResponse:
    """Write down a suggestion that somebody made."""
    home = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, Role.COORDINATOR, home)
    return _write(request, Suggestion(partnership=home))


@carry.sign_in_keeping_text
@writes
def suggestion_from(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the words of a form up into the register; who takes them up words them so that they point at nobody."""
    answers = Answer.objects.visible_to(request.user).exclude(text="")
    related = ["sheet__form__partnership", "sheet__form__target_group", "sheet__form__course__target_group"]
    source = get_object_or_404(answers.select_related(*related, "sheet__form__cohort"), pk=pk)
    form = source.sheet.form
    require(request.user, Role.COORDINATOR, form.partnership)
    if not may_read_words(request.user, form):
        raise Http404
    row = Suggestion(partnership=form.partnership, answer=source, is_demonstration=form.is_demonstration)
    known = Suggestion.objects.filter(answer=source).first()
    if known:
        return _write(request, known)
    centre = form.cohort.centre_id if form.cohort else None
    initial = {"text": source.text, "language": source.sheet.language, "made_on": source.sheet.received_on}
    return _write(request, row, initial=initial | {"cohort": form.cohort_id, "centre": centre})


@carry.sign_in_keeping_text
@writes
def suggestion_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a suggestion."""
    return _write(request, _own(request, pk))


@carry.sign_in_keeping_text
@writes
def suggestion_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a suggestion."""
    row = _own(request, pk)

    def build(data: Any, current: Suggestion) -> ReplyForm:
        return ReplyForm(data, instance=current, user=request.user, today=timezone.localdate())

    def write(sent: ReplyForm) -> tuple[Suggestion, bool]:
        values = sent.cleaned_data
        about = {"state": values["state"], "reply": values["reply"], "language": values["reply_language"]}
        by = {"on": timezone.localdate(), "actor": request.user, "version": values["version"] or 0}
        return reply_to(row, **about, **by), True

    heading = _("Answer the suggestion")
    page = Page(
        heading=heading,
        intro=str(written(Truncator(row.text).chars(300), row.language)),
        trail=_trail({"label": str(row), "url": _home(row)}, {"label": heading}),
        back=_home(row),
        saved=_("The answer is saved."),
    )
    return answer(request, page, row=row, build=build, write=write)


def _write(request: HttpRequest, row: Suggestion, initial: dict[str, Any] | None = None) -> HttpResponse:
    def build(data: Any, current: Suggestion) -> SuggestionForm:
        given = {"user": request.user, "today": timezone.localdate()}
        return SuggestionForm(data, instance=current, initial=initial or {}, **given)

    def write(sent: SuggestionForm) -> tuple[Suggestion, bool]:
        if row.pk:
            version = sent.cleaned_data["version"] or 0
            return correct_suggestion(row, sent.values, actor=request.user, version=version), True
        key = sent.cleaned_data["submission_key"] or uuid4()
        return write_suggestion(row, sent.values, actor=request.user, key=key)

    heading = _("Change the suggestion") if row.pk else _("New suggestion")
    page = Page(
        heading=heading,
        intro=str(translated(row.partnership, "name")),
        trail=_trail({"label": heading}),
        back=_home(row) if row.pk else reverse("suggestions:list"),
        saved=_("The suggestion is saved."),
    )
    return answer(request, page, row=row, build=build, write=write)


def _home(row: Suggestion) -> str:
    return reverse("suggestions:detail", args=[row.pk])


def _own(request: HttpRequest, pk: int, role: Role = Role.COORDINATOR) -> Suggestion:
    related = ["partnership", "cohort__course", "centre", "replied_by", "answer__sheet__form"]
    row = get_object_or_404(Suggestion.objects.visible_to(request.user).select_related(*related), pk=pk)
    require(request.user, role, row.partnership)
    return row
