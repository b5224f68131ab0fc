"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """What is done, when, where, at what cost, and who was reached."""

    name = "activities"
    verbose_name = _("activities")

    def ready(self) -> None:
        """Let the room below ask what is spent before its money changes."""
        from activities.guards import guard
        from partnerships.services import add_guard

        add_guard(guard)
