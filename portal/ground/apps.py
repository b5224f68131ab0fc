"""The ground floor as an app of Django's."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    """What every page needs: accounts, audit, forms, money, dates, constraints."""

    name = "portal.ground"
    label = "portal"
    verbose_name = _("accounts and audit")
