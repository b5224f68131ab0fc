"""`manage.py send_reminders`: write the reminders that are due, and send all mails that wait."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.roof.reminders import send_reminders


class Command(BaseCommand):
    """For cron, where no background process runs; called twice it sends nothing twice."""

    help = "Write the reminders that are due and send all mails that wait."

    def handle(self, *args, **options):
        posted = send_reminders(timezone.now(), on=timezone.localdate())
        self.stdout.write(f"{posted.sent} sent, {posted.failed} to be tried again.")
