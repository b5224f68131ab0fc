"""The report of a programme with 1 920 actual values, beside a plain document of as many updates.

Akvo RSR's programme report of 1 920 updates was measured with 17.3 s, 246 pages and 580 MB. It has a row for each
update with contributor, country, value and share, and no words that anybody wrote. That machine is not this one: so
the time stands beside a document of the same shape, set by WeasyPrint as it comes in the same run (akvo_plain.py);
the memory beside the 580 MB, for a byte is the same anywhere. Both are whole processes: seconds of processor time
from the start of Python, and the highest memory that the process had.

Ours is the full edition over the five years of a programme: all that the reference data tell of it, and 40 indicators
with yearly targets and a value for each month of four years. They count meetings, so that nothing of them is withheld;
each value must be found again in the text of the PDF.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.long_report import SLUG, YEARS
from tests.bench.stage import report, set_the_stage

INDICATORS, VALUED = 40, list(YEARS)[:4]
UPDATES = INDICATORS * len(VALUED) * 12
# No two values are equal, so that each of them can be looked up in the report.
FIRST_VALUE = 10_001
TIMES = 2
AKVO_SECONDS, AKVO_BYTES = 17.3, 580_000_000
ORDER = {"slug": SLUG, "years": [YEARS[0], YEARS[-1]], "language": "nl", "edition": "full"}


def main() -> None:
    """Measure both in turns."""
    set_the_stage("portal.settings")
    values = _write()
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "report.pdf"
        ours, plain = zip(
            *((_run("report_worker", _order(file)), _run("akvo_plain")) for _ in range(TIMES)), strict=True
        )
        _look_up(file, values)
    best = [min(runs, key=lambda run: run["whole_seconds"]) for runs in ([one for (one,) in ours], plain)]
    report("akvo_time", best[0]["whole_seconds"] / best[1]["whole_seconds"])
    report("akvo_memory", max(one["memory"] for (one,) in ours) / AKVO_BYTES)
    for name, run in zip(("ours", "plain"), best, strict=True):
        told = f"{run['whole_seconds']:.2f} s, {run['pages']:.0f} pages, {run['memory'] / 1e6:.0f} MB of memory"
        sys.stderr.write(f"{UPDATES} updates, {name}: {told}\n")
    sys.stderr.write(f"of the {AKVO_SECONDS} s of Akvo RSR: {best[0]['whole_seconds'] / AKVO_SECONDS:.3f}\n")


def _order(file: Path) -> str:
    return json.dumps([ORDER | {"file": str(file)}])


def _run(module: str, said: str = "") -> Any:
    """Return what a fresh process says that it took."""
    command = [sys.executable, "-m", f"tests.bench.{module}"]
    return json.loads(subprocess.run(command, input=said, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _look_up(file: Path, values: set[str]) -> None:
    """Raise AssertionError where a value does not stand in the text of a PDF."""
    text = subprocess.run(["pdftotext", file, "-"], stdout=subprocess.PIPE, text=True, check=True).stdout
    missing = values - set(re.findall(r"\d+\.\d{3}", text))
    assert len(values) == UPDATES, len(values)
    assert not missing, f"{len(missing)} of {UPDATES} values are not in the report"


def _write() -> set[str]:
    """Write the indicators, with the days on which each value was written; return the values as Dutch writes them."""
    from django.core.management import call_command
    from django.db import transaction

    from partnerships.models import Indicator, IndicatorTarget, IndicatorValue, Outcome
    from portal.ground.models import AuditEntry, User
    from tests.cast import in_all_languages

    call_command("load_reference", verbosity=0)
    outcomes = list(Outcome.objects.filter(partnership__slug=SLUG, programme__isnull=False).order_by("pk"))
    people = [User.objects.create(username=name) for name in ("reporter", "officer")]
    with transaction.atomic():
        for number in range(INDICATORS):
            titles = in_all_languages(title=f"Number of meetings of neighbourhood {number + 1} that led to a decision")
            indicator = Indicator.objects.create(
                slug=f"akvo-{number}",
                outcome=outcomes[number % len(outcomes)],
                number=100 + number,
                **titles,
                unit="meetings",
                whom=Indicator.Whom.NOBODY,
                adds_periods=True,
            )
            IndicatorTarget.objects.bulk_create(
                IndicatorTarget(indicator=indicator, year=year, value=150_000) for year in YEARS
            )
            IndicatorValue.objects.bulk_create(_values(indicator, number, people))
        rows = IndicatorValue.objects.filter(indicator__slug__startswith="akvo-")
        label = IndicatorValue._meta.label_lower
        AuditEntry.objects.bulk_create(
            AuditEntry(actor=people[0], verb="create", target_type=label, target_id=pk, target_text="Value")
            for pk in rows.values_list("pk", flat=True)
        )
        return {f"{int(value):,}".replace(",", ".") for value in rows.values_list("value", flat=True)}


def _values(indicator: Any, number: int, people: list[Any]) -> list[Any]:
    """Return a value of each month, that an officer stands for."""
    import datetime as dt

    from partnerships.models import IndicatorValue, Validation
    from portal.ground.dates import Precision

    months = [dt.date(year, month, 1) for year in VALUED for month in range(1, 13)]
    return [
        IndicatorValue(
            indicator=indicator,
            starts_on=first,
            ends_on=Precision.MONTH.last_day(first),
            language="nl",
            value=FIRST_VALUE + number * len(months) + place,
            source="Register of the neighbourhood",
            state=Validation.VALIDATED,
            author=people[0],
            validated_by=people[-1],
        )
        for place, first in enumerate(months)
    ]


if __name__ == "__main__":
    main()
