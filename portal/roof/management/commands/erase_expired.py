"""`manage.py erase_expired`: erase what was kept as long as was agreed."""

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone, translation

from portal.roof.models import RetentionRule
from portal.roof.privacy.erasing import erase_expired, expired
from portal.roof.privacy.periods import propose


class Command(BaseCommand):
    """For cron or by hand; the background process does the same once a day. Ends with 1 where the database refuses."""

    help = "Erase what is older than its period of retention (Administration, periods of retention)."

    def add_arguments(self, parser):
        """Let it be counted only."""
        parser.add_argument("--dry-run", action="store_true", help="count what would be erased and erase nothing")

    def handle(self, *args, **options):
        on = timezone.localdate()
        with translation.override("en"):
            if options["dry_run"]:
                self._count(on)
                return
            try:
                done = erase_expired(on)
            except DatabaseError as error:
                message = f"Nothing more was erased, for the database refused it: {type(error).__name__}."
                raise CommandError(message) from error
            for row in done:
                self.stdout.write(f"{row.get_kind_display()}: {row.records}")
            self.stdout.write(f"{sum(row.records for row in done)} erased; the register of erasures has it.")

    def _count(self, on):
        propose()
        due = 0
        for rule in RetentionRule.objects.order_by("pk"):
            count = expired(rule, on).count()
            due += count if rule.is_on else 0
            state = "" if rule.is_on else ", not applied: nobody decided this period yet"
            self.stdout.write(f"{rule} (kept for {rule.months} months{state}): {count}")
        self.stdout.write(f"{due} would be erased; nothing was.")
