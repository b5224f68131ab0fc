"""Write what a partnership publishes as IATI data to a file."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from portal.roof.iati.services import export_iati
from portal.roof.management.files import partnership_named, target_of, write


class Command(BaseCommand):
    """`export_iati jette-belfaa --output jette-belfaa.xml`."""

    help = "Write what a partnership publishes under the International Aid Transparency Initiative (IATI 2.03)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the partnership and the file."""
        parser.add_argument("partnership", metavar="PARTNERSHIP", help="short name, for example jette-belfaa")
        parser.add_argument("--output", required=True, metavar="FILE", help="where the file goes")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check what was asked, and put the file in its place only when it is complete."""
        with translation.override("en"):
            partnership, target = partnership_named(options["partnership"]), target_of(options["output"])
            try:
                content = export_iati(partnership, at=timezone.localtime(), actor=None)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            write(target, content)
            self.stdout.write(f"{target}: {len(content) // 1024} kB")
