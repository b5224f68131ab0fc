"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoofConfig(AppConfig):
    """What is made of several rooms: dashboard, search, reports, commands."""

    name = "portal.roof"
    label = "roof"
    verbose_name = _("overview")

    def ready(self) -> None:
        """Freeze a report when its year is validated, keep the rules of frozen years, and say what may leave."""
        from beneficiaries.telling import add_teller
        from partnerships.services import add_guard
        from partnerships.services.freezers import add_freezer
        from partnerships.services.keeping import add_keeper
        from partnerships.services.withdrawing import add_withdrawer
        from portal.roof.reports.attainment_data import about_vulnerable
        from portal.roof.reports.guards import guard
        from portal.roof.reports.snapshots import freeze_year
        from portal.roof.reports.told_last import held_at_risk, years_told_otherwise
        from portal.roof.reports.withdrawals import withdraw

        add_freezer(freeze_year)
        add_guard(guard)
        add_keeper(about_vulnerable)
        add_keeper(held_at_risk)
        add_teller(years_told_otherwise)
        add_withdrawer(withdraw)
