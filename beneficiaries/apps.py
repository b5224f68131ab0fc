"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BeneficiariesConfig(AppConfig):
    """For whom the work is done."""

    name = "beneficiaries"
    verbose_name = _("beneficiaries")
