"""The annual report from the rows to the PDF, beside WeasyPrint alone on the same finished HTML."""

import datetime as dt
import time
from collections.abc import Callable

from tests.bench.stage import report, set_the_stage

YEAR = 2024
TIMES = 3


def main() -> None:
    """Measure the report of a demonstration year in French."""
    set_the_stage()
    from django.core.management import call_command

    from partnerships.models import Partnership
    from portal.roof.reports.data import build_report
    from portal.roof.reports.render import render_html, render_pdf

    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    partnership = Partnership.objects.get(slug="sint-gillis-berkane")
    window = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)

    def whole() -> object:
        return render_pdf(build_report(partnership, *window, on=dt.date(YEAR + 1, 2, 1)), "fr")

    data = build_report(partnership, *window, on=dt.date(YEAR + 1, 2, 1))
    html = render_html(data, "fr")

    def alone() -> object:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration

        from portal.roof.reports.fetcher import ReportFetcher

        fetcher = ReportFetcher({picture.pk: picture.file for picture in data.pictures})
        return HTML(string=html, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1", font_config=FontConfiguration())

    whole(), alone()
    report("report_render", min(_seconds(whole) for _ in range(TIMES)) / min(_seconds(alone) for _ in range(TIMES)))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
