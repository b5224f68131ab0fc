"""A worker that makes reports, in a process of its own: `python -m tests.bench.report_worker`, orders on its input.

An order is what `make_report` takes, beside the `slug` of a partnership and the `years`, and the `file` in which to
keep it, if any. It answers in JSON with what each took: seconds of processor time, pages, bytes, the highest memory in
bytes and the processor time (`whole_seconds`) that the process had by then.
"""

import datetime as dt
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any


def make(order: dict[str, Any]) -> dict[str, float]:
    """Make one report and return what it took."""
    from partnerships.models import Partnership
    from portal.ground.background import without_collecting
    from portal.roof.reports.services import make_report

    (first, last), file = order.pop("years"), order.pop("file", "")
    window = {"starts_on": dt.date(first, 1, 1), "ends_on": dt.date(last, 12, 31), "on": dt.date(2026, 2, 1)}
    pages = [0]
    start = time.process_time()
    # As the worker of the portal does it: what a report leaves behind is collected once its file is there.
    with without_collecting():
        partnership = Partnership.objects.get(slug=order.pop("slug"))
        made = make_report(partnership, **window, **order, watch=lambda progress: pages.append(progress.page))
        seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    took = {"seconds": seconds, "whole_seconds": time.process_time(), "memory": memory}
    if file:
        Path(file).write_bytes(made.content)
    return took | {"pages": max(pages), "bytes": len(made.content)}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django

    django.setup()
    # Standard output is where the answer is read.
    print(json.dumps([make(order) for order in json.load(sys.stdin)]))  # noqa: T201
