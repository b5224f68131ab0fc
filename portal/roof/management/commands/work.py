"""`manage.py work`: do what waits in the background."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from activities.resources.jobs import forget_abandoned
from portal.ground.background import Stop, work
from portal.roof.privacy.erasing import erase_once_a_day
from portal.roof.reminders import send_reminders
from portal.roof.reports.jobs import drop_files, drop_old, forget_failed


class Command(BaseCommand):
    """Do what waits, one task after the other, until the process is asked to end; gunicorn starts and keeps it.

    Several may be started: one works and the others wait for its end.
    """

    help = "Do what waits in the background: imports, reports and reminders. Gunicorn starts it and keeps it alive."

    def handle(self, *args, **options):
        stop = Stop()
        stop.listen()
        forget_abandoned()
        forget_failed()
        work(stop, do_chores)


def do_chores() -> None:
    """Remove files with photos that may no longer be shown and what is no longer kept, and send what waits."""
    drop_files()
    drop_old(timezone.now())
    erase_once_a_day(timezone.localdate())
    send_reminders(timezone.now(), on=timezone.localdate())
