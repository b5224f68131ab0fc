"""Write the report of a partnership to a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from partnerships.models import Partnership, ProgrammeYear
from portal.roof.management.files import partnership_named, target_of, write
from portal.roof.reports.editing import forms_of
from portal.roof.reports.forms import check_window
from portal.roof.reports.render import ReportUnavailableError
from portal.roof.reports.services import CONTENT_TYPES, PDF, export_report


class Command(BaseCommand):
    """`export_report jette-belfaa 2024 --language nl --output jaarverslag.pdf`."""

    help = "Write the report of a partnership, over a programme year or any window of dates, to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the partnership, the year or window, the language and the file."""
        parser.add_argument("partnership", metavar="PARTNERSHIP", help="short name, for example jette-belfaa")
        parser.add_argument("year", metavar="YEAR", nargs="?", help="a year of one of its programmes")
        parser.add_argument("--from", dest="starts_on", metavar="DATE", help="first day of a window, as 2018-01-01")
        parser.add_argument("--until", dest="ends_on", metavar="DATE", help="last day of a window")
        languages = ", ".join(code for code, _name in settings.LANGUAGES)
        parser.add_argument("--language", default=settings.LANGUAGE_CODE, help=f"one of {languages}")
        parser.add_argument(
            "--draft", action="store_true", help="what is known today, also of a year whose report is frozen"
        )
        parser.add_argument(
            "--edition", default="", metavar="NAME", help="short name of an edition, for example federal or public"
        )
        parser.add_argument(
            "--kind", default=PDF, metavar="KIND", help=f"one of {', '.join(CONTENT_TYPES)}; archive is PDF/A with data"
        )
        parser.add_argument("--output", required=True, metavar="FILE", help="where the file goes")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check what was asked, render, and put the file in its place only when it is complete."""
        with translation.override("en"):
            self._export(options)

    def _export(self, options: dict[str, Any]) -> None:
        partnership = partnership_named(options["partnership"])
        language = options["language"]
        if language not in dict(settings.LANGUAGES):
            message = f"There is no report in {language}; choose nl, fr, en or ar."
            raise CommandError(message)
        _check_edition(partnership, options["edition"])
        if options["kind"] not in CONTENT_TYPES:
            message = f"There is no report as {options['kind']}; choose {', '.join(CONTENT_TYPES)}."
            raise CommandError(message)
        starts_on, ends_on = _window(partnership, options)
        target = target_of(options["output"])
        try:
            report = export_report(
                partnership,
                starts_on=starts_on,
                ends_on=ends_on,
                language=language,
                on=timezone.localdate(),
                draft=options["draft"],
                edition=options["edition"],
                kind=options["kind"],
            )
        except ReportUnavailableError as error:
            raise CommandError(str(error)) from error
        write(target, report.content)
        self.stdout.write(f"{target}: {len(report.content) // 1024} kB")


def _check_edition(partnership: Partnership, edition: str) -> None:
    offered = [form.slug for form in forms_of(partnership)]
    if edition and edition not in offered:
        message = f"There is no edition named {edition}; there are: {', '.join(offered) or 'none yet'}."
        raise CommandError(message)


def _window(partnership: Partnership, options: dict[str, Any]) -> tuple[dt.date, dt.date]:
    ends = (options["starts_on"], options["ends_on"])
    if options["year"] is not None and not any(ends):
        years = ProgrammeYear.objects.filter(programme__partnership=partnership)
        year = years.filter(year=options["year"]).first() if options["year"].isdecimal() else None
        if year is None:
            known = ", ".join(str(value) for value in years.order_by("year").values_list("year", flat=True)) or "none"
            message = f"{options['year']} is no programme year of {partnership.slug}; its years are: {known}."
            raise CommandError(message)
        return year.starts_on, year.ends_on
    if options["year"] is not None or not all(ends):
        message = "Give either a programme year, or both --from and --until."
        raise CommandError(message)
    try:
        starts_on, ends_on = (dt.date.fromisoformat(text) for text in ends)
        check_window(starts_on, ends_on)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    except ValueError as error:
        message = f"Write dates as 2018-01-01, not {ends[0]} and {ends[1]}."
        raise CommandError(message) from error
    return starts_on, ends_on
