"""How Django knows this room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """What is done, when, where, at what cost, and who was reached."""

    name = "activities"
    verbose_name = _("activities")

    def ready(self) -> None:
        """Let the room below ask what is spent before its money changes, and which figures in its texts are small."""
        from activities.eligibility.balance import objections_to_claim
        from activities.guards import guard
        from activities.models import Product, Showing
        from activities.small_counts import watch
        from partnerships.services import add_adviser, add_guard, add_watcher
        from partnerships.services.days import add_dated

        add_guard(guard)
        add_adviser(objections_to_claim)
        add_watcher(watch)
        add_dated(Product, "finished_on")
        add_dated(Showing, "shown_on", "product")
