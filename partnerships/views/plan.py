"""Writing down the plan: phases with deliverables, posts, calls with initiatives, and the codes of a programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy

from partnerships.access import require
from partnerships.forms import CallForm, DeliverableForm, PhaseForm, PostForm, ProgrammeCodeForm, SubGrantForm
from partnerships.models import Call, Deliverable, Phase, Post, Programme, ProgrammeCode, Role, SubGrant
from partnerships.views.records import Kind, own, own_partnership, record_form, writes
from portal.ground import carry

KINDS = {
    Phase: Kind(
        PhaseForm,
        "phases",
        gettext_lazy("New phase"),
        gettext_lazy("Change the phase"),
        gettext_lazy("The phase is saved."),
    ),
    Deliverable: Kind(
        DeliverableForm,
        "phases",
        gettext_lazy("New deliverable"),
        gettext_lazy("Change the deliverable"),
        gettext_lazy("The deliverable is saved."),
    ),
    Post: Kind(
        PostForm,
        "posts",
        gettext_lazy("New post"),
        gettext_lazy("Change the post"),
        gettext_lazy("The post is saved."),
    ),
    Call: Kind(
        CallForm,
        "calls",
        gettext_lazy("New call for initiatives"),
        gettext_lazy("Change the call for initiatives"),
        gettext_lazy("The call for initiatives is saved."),
    ),
    SubGrant: Kind(
        SubGrantForm,
        "calls",
        gettext_lazy("New initiative"),
        gettext_lazy("Change the initiative"),
        gettext_lazy("The initiative is saved."),
    ),
    ProgrammeCode: Kind(
        ProgrammeCodeForm,
        "codes",
        gettext_lazy("New marker or goal"),
        gettext_lazy("Change the marker or goal"),
        gettext_lazy("The marker or goal is saved."),
    ),
}


@carry.sign_in_keeping_text
@writes
def phase_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a step of the work; `?programme=` chooses beforehand."""
    return _form(request, Phase(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def phase_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a phase."""
    return _form(request, own(request, Phase.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def deliverable_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a phase is to bring forth."""
    phase = own(request, Phase.objects.select_related("partnership"), pk)
    return _form(request, Deliverable(phase=phase))


@carry.sign_in_keeping_text
@writes
def deliverable_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a deliverable, or say that it is there."""
    return _form(request, own(request, Deliverable.objects.select_related("phase__partnership"), pk))


@carry.sign_in_keeping_text
@writes
def post_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a post that the programme pays; `?programme=` chooses beforehand."""
    return _form(request, Post(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a post, or say who takes it over."""
    return _form(request, own(request, Post.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def call_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a call for initiatives; `?programme=` chooses beforehand."""
    return _form(request, Call(partnership=own_partnership(request, slug)))


@carry.sign_in_keeping_text
@writes
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a call for initiatives."""
    return _form(request, own(request, Call.objects.select_related("partnership"), pk))


@carry.sign_in_keeping_text
@writes
def sub_grant_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down an initiative that answered a call."""
    call = own(request, Call.objects.select_related("partnership"), pk)
    return _form(request, SubGrant(call=call))


@carry.sign_in_keeping_text
@writes
def sub_grant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an initiative, or say whether it was chosen."""
    return _form(request, own(request, SubGrant.objects.select_related("call__partnership"), pk))


@carry.sign_in_keeping_text
@writes
def code_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Write down a policy marker of a programme, or a goal that it serves."""
    visible = Programme.objects.visible_to(request.user).select_related("partnership")
    programme = get_object_or_404(visible, slug=slug)
    require(request.user, Role.COORDINATOR, programme.partnership)
    return _form(request, ProgrammeCode(programme=programme))


@carry.sign_in_keeping_text
@writes
def code_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a marker or goal of a programme."""
    return _form(request, own(request, ProgrammeCode.objects.select_related("programme__partnership"), pk))


def _form(request: HttpRequest, row: Phase | Deliverable | Post | Call | SubGrant | ProgrammeCode) -> HttpResponse:
    return record_form(request, row, KINDS[type(row)])
