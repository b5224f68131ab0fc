"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """What is made of several rooms: dashboard, search, reports, commands."""

    name = "portal.roof"
    label = "roof"
    verbose_name = _("overview")
