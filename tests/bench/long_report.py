"""The demonstration's reports, as long as a diligent year and a whole programme make them."""

from typing import Any

SLUG = "jette-belfaa"
# Of the year that is still open a report tells what the log holds now; those before it are frozen.
YEAR = 2025
YEARS = range(2022, 2027)
# How often each entry of a year is written again: about 60 pages of one year, and 300 of the programme.
YEAR_COPIES, PROGRAMME_COPIES = 8, 32


def load() -> Any:
    """Load the demonstration and return the partnership whose reports are made."""
    from django.core.management import call_command

    from partnerships.models import Partnership

    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    return Partnership.objects.get(slug=SLUG)


def lengthen(partnership: Any) -> None:
    """Write the entries of each year again, with the people whom they reached; no photo and no expense twice."""
    for year in YEARS:
        _copy(partnership, year, YEAR_COPIES if year == YEAR else PROGRAMME_COPIES)


def _copy(partnership: Any, year: int, times: int) -> None:
    from activities.models import LogEntry, Participation

    entries = list(LogEntry.objects.filter(activity__partnership=partnership, starts_on__year=year))
    people: dict[int, list[Any]] = {entry.pk: [] for entry in entries}
    for row in Participation.objects.filter(log_entry__in=entries):
        people[row.log_entry_id].append(row)
    old = [(entry.pk, _anew(entry)) for entry in entries * times]
    LogEntry.objects.bulk_create(entry for _pk, entry in old)
    Participation.objects.bulk_create(_anew(row, log_entry=entry) for pk, entry in old for row in people[pk])


def _anew(row: Any, **changed: Any) -> Any:
    columns = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**{**columns, **{f"{name}_id": value.pk for name, value in changed.items()}})
