"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    """Who is bound to whom, for which years, with whose money, toward which results."""

    name = "partnerships"
    verbose_name = _("partnerships")
