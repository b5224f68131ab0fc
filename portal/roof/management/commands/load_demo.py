"""`manage.py load_demo`: invented years of both partnerships, to look at the portal as it is in use."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.roof.demonstration.accounts import DemonstrationError
from portal.roof.demonstration.loading import is_loaded, load


class Command(BaseCommand):
    """Load the demonstration once, on top of the reference data; never in production."""

    help = "Load the demonstration: five accounts, and invented years 2022-2026 marked as such."

    def handle(self, *args, **options):
        if settings.PRODUCTION:
            raise CommandError("This is production: invented figures and accounts with a known password stay out.")
        if is_loaded():
            self._say("The demonstration is here already; nothing was changed.", options)
            return
        call_command("load_reference", verbosity=0)
        try:
            done = load()
        except DemonstrationError as error:
            raise CommandError(str(error)) from error
        self._say(
            f"Demonstration: {done.activities} activities, {done.entries} log entries, "
            f"{done.expenditures} expenditures and {done.photos} photos.",
            options,
        )

    def _say(self, sentence, options):
        if options["verbosity"]:
            self.stdout.write(sentence)
