"""`manage.py clear_reports`: remove the files of reports that are no longer kept."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.roof.reports.jobs import drop_old, old_files


class Command(BaseCommand):
    """For whoever needs the room now; the background process does the same by itself."""

    help = "Remove the files of reports that tell of no frozen year and are older than PORTAL_REPORT_DAYS."

    def add_arguments(self, parser):
        """Let the files be named only."""
        parser.add_argument("--dry-run", action="store_true", help="name the files and remove none")

    def handle(self, *args, **options):
        now = timezone.now()
        for row in old_files(now):
            self.stdout.write(f"{row.partnership.slug}: {row.ascii_name}, {-(-row.size // 1024)} kB")
        count = 0 if options["dry_run"] else drop_old(now)
        self.stdout.write(f"{count} removed.")
