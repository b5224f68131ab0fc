"""The main pages, as the header names them."""

from django import template
from django.utils.translation import gettext_lazy as _

from portal.ground.addresses import address_of

register = template.Library()

PAGES = {
    "dashboard": _("Overview"),
    "partnerships:list": _("Partnerships"),
    "activities:list": _("Activities"),
    "calendar": _("Calendar"),
    "beneficiaries:list": _("Courses"),
    "forms:list": _("Evaluations"),
    "partnerships:money_overview": _("Money"),
    "partnerships:organisation_list": _("Organisations"),
    "partnerships:map": _("Map"),
}


@register.simple_tag
def main_pages() -> list[dict[str, object]]:
    """Return the main pages: name, label and address of each."""
    return [{"name": name, "label": label, "url": address_of(name)} for name, label in PAGES.items()]


def here(path: str) -> str:
    """Return the name of the main page in which an address lies; empty where it lies in none.

    It is the one of the longest address: organisations lie under partnerships in the address alone, and every address
    under the overview's.
    """
    found = [(address, name) for name in PAGES if path.startswith(address := address_of(name))]
    address, name = max(found, key=lambda page: len(page[0]), default=("", ""))
    return name if name != "dashboard" or path == address else ""
