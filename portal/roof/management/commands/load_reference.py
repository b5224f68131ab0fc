"""`manage.py load_reference`: load what is known of the partnerships."""

from django.core.management.base import BaseCommand, CommandError

from portal.roof.reference import ReferenceDataError, load


class Command(BaseCommand):
    """Create the reference rows that are missing; what an administrator corrected or deleted stays so."""

    help = "Load the reference data: what the municipalities published about their partnerships."

    def add_arguments(self, parser):
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="put every reference row back to what the fixtures say, corrected and deleted ones too",
        )

    def handle(self, *args, **options):
        try:
            counts = load(overwrite=options["overwrite"])
        except ReferenceDataError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(
                f"Reference data: {counts.created} created, {counts.updated} updated, {counts.kept} left as they are."
            )
