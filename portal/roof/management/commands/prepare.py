"""`manage.py prepare`: make the database ready to serve."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from partnerships.models import Membership, Partnership
from portal.ground.models import User
from portal.roof.demonstration import PASSWORD
from portal.roof.demonstration.publishing import ask_for_reports
from portal.roof.privacy.periods import propose


class Command(BaseCommand):
    """Bring the tables up to date and, the first time only, load the data that ships with the portal.

    What people entered or corrected since then stays: nothing is loaded a second time.
    """

    help = "Bring the tables up to date; load the shipped data into an empty database; name the log-ins."

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("clearsessions", verbosity=0)
        propose()
        if not Partnership.objects.exists():
            self.stdout.write("Loading the reference data ...")
            call_command("load_reference", verbosity=0)
        if settings.PRODUCTION:
            return
        if not User.objects.filter(is_demonstration=True).exists():
            self.stdout.write("Loading the demonstration data ...")
            call_command("load_demo", verbosity=0)
            ask_for_reports()
        self._name_the_log_ins()

    def _name_the_log_ins(self):
        """Print who may sign in with the public password."""
        self.stdout.write(f"Demonstration accounts, each with the password {PASSWORD}:")
        for user in User.objects.filter(is_demonstration=True).order_by("pk"):
            self.stdout.write(f"  {user.username:<20} {self._role(user)}")

    @staticmethod
    def _role(user):
        if user.is_superuser:
            return "administrator"
        held = Membership.objects.filter(user=user).select_related("partnership")
        return ", ".join(f"{one.role} of {one.partnership.slug}" for one in held) or "no role"
