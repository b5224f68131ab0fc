"""Prepare the land of the map again, from another edition of Natural Earth."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.roof.atlas.land import FILE
from portal.roof.atlas.preparing import prepare


class Command(BaseCommand):
    """Write the file of land that the portal ships."""

    help = (
        "Write the land of the map from a TopoJSON file of Natural Earth (portal/roof/atlas/preparing.py says which)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask for the source."""
        parser.add_argument("source", type=Path)

    def handle(self, *args: Any, source: Path, **options: Any) -> None:
        """Write the file, or say what is wrong with the source."""
        try:
            FILE.write_text(prepare(source), encoding="utf-8")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{source} is not the land that was asked for: {error}") from error
