"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """What is done, when, where, at what cost, and who was reached."""

    name = "activities"
    verbose_name = _("activities")
