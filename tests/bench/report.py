"""The report from the rows to the PDF: beside WeasyPrint alone, warm beside cold, tagged beside untagged, and long.

The year has about 60 pages and 14 photos, the programme about 300 pages. Seconds are of processor time, and the best
of some runs counts: on a machine that does other work a run takes up to half as long again, so that what stands beside
each other is taken in turns, often enough for each to have a quiet run.
"""

import datetime as dt
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.long_report import SLUG, YEAR, YEARS, lengthen, load
from tests.bench.stage import report, set_the_stage

TIMES, OFTEN = 2, 5
MEMORY_BYTES, SIZE_BYTES = 600_000_000, 3_000_000
YEAR_ORDER = {"slug": SLUG, "years": [YEAR, YEAR], "language": "fr", "edition": "full"}
PROGRAMME_ORDER = YEAR_ORDER | {"years": [YEARS[0], YEARS[-1]]}
# The year before is frozen: in each language its edition is made from the same data.
COUNCIL_ORDER = YEAR_ORDER | {"years": [YEAR - 1, YEAR - 1], "edition": "council"}
OTHER_ORDER = COUNCIL_ORDER | {"slug": "sint-gillis-berkane"}


def main() -> None:
    """Measure the reports of the demonstration in French, and one in Dutch too."""
    set_the_stage("portal.settings")
    partnership = load()
    _council()
    lengthen(partnership)
    _programme()
    _year(partnership)


def _council() -> None:
    """Report a short edition of a worker that is warm beside its first one, and its second language beside the first.

    Two workers make both languages, each another one first: how much longer one is than the other falls out. What
    they had to load before they make any report is paid for by an edition of another partnership.
    """
    cold, warm = zip(*(_made(COUNCIL_ORDER, COUNCIL_ORDER) for _ in range(OFTEN)), strict=True)
    report("council_warm", _best(warm) / _best(cold))
    _tell("council, cold", cold)
    _tell("council, warm", warm)
    orders = [COUNCIL_ORDER, COUNCIL_ORDER | {"language": "nl"}]
    firsts, seconds = 0.0, 0.0
    for order in (orders, orders[::-1]):
        runs = [_made(OTHER_ORDER, *order)[1:] for _ in range(TIMES)]
        first, second = zip(*runs, strict=True)
        firsts, seconds = firsts + _best(first), seconds + _best(second)
    report("second_language", seconds / firsts)


def _programme() -> None:
    """Report the time of a long report beside that of the year, and its memory."""
    year, programme = _made(YEAR_ORDER | {"language": "nl"}, YEAR_ORDER, PROGRAMME_ORDER)[1:]
    report("programme_time", programme["seconds"] / year["seconds"])
    report("programme_memory", programme["memory"] / MEMORY_BYTES)
    report("report_size", year["bytes"] / SIZE_BYTES)
    _tell("year", [year])
    _tell("programme", [programme])


def _year(partnership: Any) -> None:
    """Report the year by a fresh and by a warm worker beside WeasyPrint as it comes, and what its parts take."""
    from portal.ground.background import without_collecting
    from portal.roof.reports import render, typesetter
    from portal.roof.reports.chapters import form_of
    from portal.roof.reports.data import build_report
    from portal.roof.reports.scopes import told_to

    window = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)

    def read() -> tuple[Any, Any]:
        data = build_report(partnership, *window, on=dt.date(YEAR + 1, 2, 1))
        form = form_of(data, YEAR_ORDER["edition"])
        return told_to(data, form), form

    def write() -> tuple[Any, str]:
        # The edition that the workers make, with its lists: otherwise they would set more pages than the library.
        data, form = read()
        return data, render.render_html(data, YEAR_ORDER["language"], form=form)

    data, html = write()
    photos = {picture.pk: picture.file for picture in data.pictures}
    runs = [(*_made(YEAR_ORDER, YEAR_ORDER), _plain(html, photos)) for _ in range(OFTEN)]
    fresh, warm, plain = zip(*runs, strict=True)

    def untagged() -> None:
        with without_collecting():
            _document(html, photos).write_pdf(font_config=typesetter.fonts())

    def whole() -> None:
        data, form = read()
        render.render_pdf(data, YEAR_ORDER["language"], form=form)

    written, tagged, bare, all_of_it = _in_turns(write, lambda: render.pdf_of(html, photos), untagged, whole)
    report("report_fresh", _best(fresh) / min(plain))
    report("report_warm", _best(warm) / min(plain))
    report("report_html", written / min(plain))
    report("report_tagged", tagged / bare)
    report("report_render", all_of_it / tagged)


def _document(html: str, photos: dict[int, str]) -> Any:
    from portal.roof.reports import typesetter

    return typesetter.document_of(html, photos)


def _plain(html: str, photos: dict[int, str]) -> float:
    """Return the seconds of a fresh process that writes the same document."""
    from django.core.files.storage import default_storage

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "report.html").write_text(html)
        for pk, file in photos.items():
            (folder / str(pk)).write_bytes(default_storage.open(file).read())
        return float(_run("report_plain", name))


def _made(*orders: dict[str, Any]) -> list[dict[str, float]]:
    """Return what each report took that a fresh worker makes, one after the other."""
    return json.loads(_run("report_worker", said=json.dumps(orders)))


def _run(module: str, *arguments: str, said: str = "") -> str:
    command = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
    return subprocess.run(command, input=said, stdout=subprocess.PIPE, text=True, check=True).stdout


def _best(runs: Any) -> float:
    return min(run["seconds"] for run in runs)


def _tell(name: str, runs: Any) -> None:
    run = min(runs, key=lambda run: run["seconds"])
    megabytes = f"{run['bytes'] / 1e6:.2f} MB, {run['memory'] / 1e6:.0f} MB of memory"
    sys.stderr.write(f"{name}: {run['seconds']:.2f} s, {run['pages']:.0f} pages, {megabytes}\n")


def _in_turns(*works: Callable[[], object]) -> list[float]:
    """Return the best seconds of each, taken in turns: what else the machine does falls on none of them alone.

    Every other round goes backwards, and what one left in memory is cleared away before the next begins: so none
    pays for its neighbour.
    """
    taken: list[list[float]] = [[] for _work in works]
    for turn in range(OFTEN + 1):
        pairs = list(zip(works, taken, strict=True))
        for work, seconds in reversed(pairs) if turn % 2 else pairs:
            gc.collect()
            start = time.process_time()
            work()
            seconds.append(time.process_time() - start)
    # The first round warms.
    return [min(seconds[1:]) for seconds in taken]


if __name__ == "__main__":
    main()
