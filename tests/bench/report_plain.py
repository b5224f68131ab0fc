"""A finished document by WeasyPrint as it comes: `python -m tests.bench.report_plain FOLDER` prints its seconds.

The folder holds `report.html` and the files of its photos. Nothing of the portal is loaded. Counted is the processor
time of the whole process, which is what a program pays that starts another for each document.
"""

import sys
import time
from pathlib import Path

from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

STATIC = Path("static")


class Files(URLFetcher):
    """Serve the style, the fonts and the photos from files."""

    def __init__(self, photos: Path) -> None:
        """Take the folder of the photos."""
        super().__init__()
        self.photos = photos

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return the file that an address stands for."""
        kind, _slash, name = url.removeprefix("portal:").partition("/")
        content = (self.photos if kind == "photo" else STATIC).joinpath(name).read_bytes()
        kinds = {".css": "text/css", ".ttf": "font/ttf"}
        return URLFetcherResponse(url, content, {"Content-Type": kinds.get(Path(name).suffix, "image/jpeg")})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    HTML(string=(folder / "report.html").read_text(), url_fetcher=Files(folder)).write_pdf()
    print(time.process_time())  # noqa: T201 - standard output is where it is read
