"""The pages on which an evaluation form is built: the list, the form with its questions, and what it will look like."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from beneficiaries.forms import AnswerForm, EvaluationFormForm
from beneficiaries.models import AnswerCode, AnswerSheet, Cohort, EvaluationForm, Question
from beneficiaries.services.evaluation_forms import copy_form, create_form, update_form
from partnerships.access import may, partnership_choices, partnerships_of, require
from partnerships.models import Partnership, Role
from partnerships.views.answering import Page, answer
from portal.ground import carry
from portal.ground.forms import as_uuid
from portal.ground.history import describe
from portal.ground.lists import Filter, ListQuery, matching, page_of, read_query
from portal.ground.models import AuditEntry
from portal.ground.wording import languages_of, listed, translated

HISTORY_LENGTH = 30
State = EvaluationForm.State
TONES = {State.OPEN: "positive", State.COMING: "info", State.CLOSED: "neutral", State.UNDATED: "neutral"}
writes = require_http_methods(["GET", "POST"])
Step = dict[str, Any]


def own_form(request: HttpRequest, slug: str, role: Role = Role.COORDINATOR) -> EvaluationForm:
    """Return a form that the reader may see, and of which the reader holds `role`."""
    related = ["partnership", "course__target_group", "cohort__course", "target_group", "copied_from"]
    form = get_object_or_404(EvaluationForm.objects.visible_to(request.user).select_related(*related), slug=slug)
    require(request.user, role, form.partnership)
    return form


def form_trail(form: EvaluationForm, *further: Step) -> list[Step]:
    """Return where a page about a form stands; the last step is the page itself."""
    own = {"label": translated(form, "title"), "url": reverse("forms:detail", args=[form.slug])}
    return [{"label": _("Evaluation forms"), "url": reverse("forms:list")}, own, *further]


def state_badge(form: EvaluationForm) -> dict[str, str]:
    """Return whether a form is open today, for components/status_badge.html."""
    state = form.state_on(timezone.localdate())
    return {"label": capfirst(str(state.label)), "tone": TONES[state], "icon": ""}


@login_required
@require_safe
def form_list(request: HttpRequest) -> HttpResponse:
    """Show the evaluation forms of the reader's partnerships."""
    query = read_query(request.GET, [Filter("partnership", _("Partnership"), partnership_choices(request))])
    forms = EvaluationForm.objects.visible_to(request.user).filter(**query.chosen)
    if query.search:
        forms = forms.filter(matching(query.search, [*languages_of("title"), *languages_of("subject")]))
    page = page_of(query, forms.order_by("-opens_on", "-sent_on", "-pk"))
    writes_for = partnerships_of(request.user, Role.COORDINATOR).order_by("slug")
    context = {
        "query": query,
        "pages": page,
        "columns": [
            {"label": _("Evaluation form")},
            {"label": _("State")},
            {"label": _("When it is open")},
            {"label": _("Questions"), "kind": "number"},
        ],
        "rows": _rows(page.keys),
        "empty": _empty(query),
        "clear_url": reverse("forms:list"),
        "create": [(translated(one, "name"), reverse("forms:create", args=[one.slug])) for one in writes_for],
    }
    return render(request, "beneficiaries/forms/list.html", context)


def _rows(keys: Any) -> list[dict[str, Any]]:
    found = EvaluationForm.objects.filter(pk__in=keys).select_related("partnership", "cohort__course", "course")
    by_key = {row.pk: row for row in found.annotate(number=Count("questions")).order_by()}
    return [
        {
            "url": reverse("forms:detail", args=[row.slug]),
            "cells": [
                {
                    "text": translated(row, "title"),
                    "lang": translated(row, "title").lang,
                    "note": listed([row.cohort or row.course, row.partnership]),
                },
                {"badge": state_badge(row)},
                row.open_text or row.date_text,
                str(row.number),
            ],
        }
        for key in keys
        for row in [by_key[key]]
    ]


def _empty(query: ListQuery) -> dict[str, str]:
    if query.is_narrow:
        url, label = reverse("forms:list"), _("Show all forms")
        return {"icon": "search", "title": _("No form meets all of this."), "action_url": url, "action_label": label}
    text = _("A coordinator can build one: what do the participants expect, and how did it go?")
    return {"icon": "card-checklist", "title": _("There is no evaluation form yet."), "text": text}


@login_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a form: its questions in order, how it is answered, and for who builds it the way to change it."""
    form = own_form(request, slug, Role.VIEWER)
    works, _reason = may(request.user, Role.COORDINATOR, form.partnership)
    questions = list(form.questions.prefetch_related("choices"))
    sheets = form.sheets.aggregate(all=Count("pk"), paper=Count("pk", filter=Q(way=AnswerSheet.Way.PAPER)))
    history = AuditEntry.objects.about(form).select_related("actor")[:HISTORY_LENGTH] if works else []
    context = {
        "form": form,
        "title": translated(form, "title"),
        "subject": translated(form, "subject"),
        "introduction": translated(form, "introduction"),
        "badge": state_badge(form),
        "facts": _facts(form, sheets, works=works),
        "questions": [_question(row) for row in questions],
        "kinds": [
            (reverse("forms:question_create", args=[form.slug, kind.value]), kind.label) for kind in Question.Kind
        ],
        "works": works,
        "is_answered": bool(sheets["all"]),
        "is_open": form.state_on(timezone.localdate()) == State.OPEN,
        "copy_key": uuid4(),
        "lines": describe(history),
        "trail": form_trail(form),
    }
    return render(request, "beneficiaries/forms/detail.html", context)


def _facts(form: EvaluationForm, sheets: dict[str, int], *, works: bool) -> list[dict[str, Any]]:
    codes = dict(form.codes.values_list("state").annotate(Count("pk")).order_by())
    shared = _("%(used)s used, %(free)s not used") % {
        "used": codes.get(AnswerCode.State.USED, 0),
        "free": codes.get(AnswerCode.State.FREE, 0),
    }
    filled = _("%(all)s, of which %(paper)s on paper") % sheets
    group = form.target_group or (form.course.target_group if form.course else None)
    copied = form.copied_from
    facts = [
        {"term": _("When it is open"), "value": form.open_text},
        {"term": _("Handed out on"), "value": form.date_text},
        {"term": _("Target group"), "value": translated(group, "name")},
        {"term": _("Course"), "value": "" if form.cohort else translated(form.course, "title")},
        {"term": _("Cohort"), "value": form.cohort or "", "url": _cohort_url(form)},
        {"term": _("Filled in"), "value": filled if works and sheets["all"] else ""},
        {"term": _("Codes"), "value": shared if works and codes else ""},
        {
            "term": _("Edition of"),
            "value": translated(copied, "title") if copied else "",
            "url": reverse("forms:detail", args=[copied.slug]) if copied else "",
        },
    ]
    return [fact for fact in facts if str(fact["value"])]


def _cohort_url(form: EvaluationForm) -> str:
    return reverse("beneficiaries:cohort_detail", args=[form.cohort.slug]) if form.cohort else ""


def _question(row: Question) -> dict[str, Any]:
    ends = [translated(row, "low"), translated(row, "high")]
    return {
        "pk": row.pk,
        "text": translated(row, "text"),
        "note": listed([capfirst(row.get_kind_display()), _("must be answered") if row.is_required else ""]),
        "steps": f"1–{row.steps}" if row.kind == Question.Kind.SCALE else "",
        "ends": [end for end in ends if end],
        "choices": [translated(choice, "label") for choice in row.choices.all()],
    }


@carry.sign_in_keeping_text
@writes
def form_create(request: HttpRequest, partnership: str) -> HttpResponse:
    """Begin a form; `?cohort=` names the one that answers it."""
    home = get_object_or_404(Partnership.objects.visible_to(request.user), slug=partnership)
    require(request.user, Role.COORDINATOR, home)
    cohorts = Cohort.objects.filter(course__partnership=home, slug=request.GET.get("cohort", "")[:80])
    cohort = cohorts.select_related("course").first()
    about = {"cohort": cohort, "course": cohort.course, "target_group": cohort.course.target_group_id} if cohort else {}
    return _write(request, EvaluationForm(partnership=home), initial=about)


@carry.sign_in_keeping_text
@writes
def form_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the record of a form."""
    return _write(request, own_form(request, slug))


def _write(request: HttpRequest, row: EvaluationForm, initial: dict[str, Any] | None = None) -> HttpResponse:
    heading = _("Change the form") if row.pk else _("New evaluation form")
    made: dict[str, EvaluationForm] = {}

    def build(data: Any, current: EvaluationForm) -> EvaluationFormForm:
        given = {"user": request.user, "today": timezone.localdate(), "partnership": row.partnership}
        return EvaluationFormForm(data, instance=current, initial=initial or {}, **given)

    def write(sent: EvaluationFormForm) -> tuple[EvaluationForm, bool]:
        if row.pk:
            version = sent.cleaned_data["version"] or 0
            return update_form(row, sent.values, actor=request.user, version=version), True
        key = sent.cleaned_data["submission_key"] or uuid4()
        made["form"], is_new = create_form(row, sent.values, actor=request.user, key=key)
        return made["form"], is_new

    start = [{"label": _("Evaluation forms"), "url": reverse("forms:list")}, {"label": heading}]
    page = Page(
        heading=heading,
        intro=str(translated(row.partnership, "name")),
        trail=form_trail(row, {"label": heading}) if row.pk else start,
        back=reverse("forms:detail", args=[row.slug]) if row.pk else reverse("forms:list"),
        saved=_("The form is saved.") if row.pk else _("The form is there. Now add its questions."),
    )
    response = answer(request, page, row=row, build=build, write=write)
    if "form" in made and response.status_code == 302:
        return HttpResponseRedirect(reverse("forms:detail", args=[made["form"].slug]))
    return response


@login_required
@require_POST
def form_copy(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a new edition of a form."""
    form = own_form(request, slug)
    key = as_uuid(request.POST.get("submission_key", "")) or uuid4()
    try:
        copy, is_new = copy_form(form, actor=request.user, key=key)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("forms:detail", args=[form.slug]))
    said = _("This is the new edition.") if is_new else _("This was saved already: it was not made twice.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("forms:detail", args=[copy.slug]))


@login_required
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the form looks like; nothing can be sent from here."""
    form = own_form(request, slug)
    questions = list(form.questions.prefetch_related("choices"))
    context = {
        "title": translated(form, "title"),
        "introduction": translated(form, "introduction"),
        "rows": AnswerForm(questions=questions).rows,
        "back": reverse("forms:detail", args=[form.slug]),
        "trail": form_trail(form, {"label": _("Preview")}),
    }
    return render(request, "beneficiaries/forms/preview.html", context)
