"""`manage.py work`: do what waits in the background."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from activities.resources.jobs import forget_abandoned
from portal.ground.background import Stop, work
from portal.roof.reminders import send_reminders


class Command(BaseCommand):
    """Do what waits, one task after the other, until the process is asked to end; gunicorn starts and keeps it.

    Several may be started: one works and the others wait for its end.
    """

    help = "Do what waits in the background: imports and reminders. Gunicorn starts it and keeps it alive."

    def handle(self, *args, **options):
        stop = Stop()
        stop.listen()
        forget_abandoned()
        work(stop, lambda: send_reminders(timezone.now(), on=timezone.localdate()))
