"""`manage.py rotate_note_keys`: seal the confidential notes anew with the first key of PORTAL_NOTE_KEYS."""

from django.core.management.base import BaseCommand, CommandError

from beneficiaries.services.notes import rotate_keys
from portal.ground.sealing import SealingError


class Command(BaseCommand):
    """Seal all notes with the first key; the others may then be taken out of the environment."""

    help = "Seal the confidential notes anew with the first key of PORTAL_NOTE_KEYS; then the older keys may go."

    def handle(self, *args, **options):
        try:
            count = rotate_keys()
        except SealingError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} notes are sealed with the first key.")
