"""The form of a personal access token."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.ground.forms import LineField, PortalForm
from portal.ground.models import AccessToken

# A calendar's address is made on the page of the calendar.
FOR_PROGRAMS = [choice for choice in AccessToken.Scope.choices if choice[0] != AccessToken.Scope.FEED]


class TokenForm(PortalForm):
    """What a token is for, and what it may do."""

    label = LineField(
        label=_("What it is for"), max_length=80, help_text=_("For example: accounting programme of the municipality.")
    )
    scope = forms.ChoiceField(label=_("What it may do"), choices=FOR_PROGRAMS, widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("scope", AccessToken.Scope.READ)


class FeedForm(PortalForm):
    """Where somebody wants to see the calendar of the portal."""

    label = LineField(
        label=_("Where you will use it"), max_length=80, help_text=_("For example: my telephone, the calendar at work.")
    )
