"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """What is made of several rooms: dashboard, search, reports, commands."""

    name = "portal.roof"
    label = "roof"
    verbose_name = _("overview")

    def ready(self) -> None:
        """Let a year's report be frozen when the year is validated, and the rules of frozen years stay."""
        from partnerships.services import add_guard
        from partnerships.services.freezers import add_freezer
        from portal.roof.reports.guards import guard
        from portal.roof.reports.snapshots import freeze_year

        add_freezer(freeze_year)
        add_guard(guard)
