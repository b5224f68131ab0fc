"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BeneficiariesConfig(AppConfig):
    """For whom the work is done."""

    name = "beneficiaries"
    verbose_name = _("beneficiaries")

    def ready(self) -> None:
        """Let the room below ask about parts of values, and which figures in its texts give away what was answered."""
        from beneficiaries.guards import guard
        from beneficiaries.small_figures import watch
        from partnerships.services import add_guard, add_watcher

        add_guard(guard)
        add_watcher(watch)
