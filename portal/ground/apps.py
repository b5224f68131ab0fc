"""The ground floor as an app of Django's."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    """What every page needs: accounts, audit, forms, money, dates, constraints."""

    name = "portal.ground"
    label = "portal"
    verbose_name = _("accounts and audit")

    def ready(self) -> None:
        """Teach each connection to SQLite to search. Django tells of a new connection by this signal alone."""
        from django.db.backends.signals import connection_created

        from portal.ground.folding import teach

        connection_created.connect(teach, dispatch_uid="portal.ground.folding.teach")
