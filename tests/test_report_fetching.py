"""No way out: a document for print asks for nothing but our own print files and the photos of its report.

Each way of asking is tried twice: in a document that its writer has in hand, and as the text of a log entry.
"""

import http.server
import threading

import pytest

from portal.roof.reports.data import build_report
from portal.roof.reports.fetcher import ReportFetcher
from portal.roof.reports.render import ReportUnavailableError, pdf_of, render_pdf
from tests.cast import make_entry
from tests.report_rows import YEAR
from tests.snapshot_rows import ON

# In each, {http} is a server on this machine, {host} its name and port, {file} an address of a file on this disk.
WAYS = {
    "image": '<img src="{http}/x.png" alt="x">',
    "image over https": '<img src="https://{host}/x.png" alt="x">',
    "image over ftp": '<img src="ftp://{host}/x.png" alt="x">',
    "file": '<img src="{file}" alt="x">',
    "file by its path": '<img src="{path}" alt="x">',
    "scheme in capitals": '<img src="HTTP://{host}/x.png" alt="x"><img src="FILE://{path}" alt="x">',
    "scheme after blanks": '<img src=" \t\n{http}/x.png" alt="x">',
    "scheme in a jar": '<img src="jar:{http}/x.jar!/x.png" alt="x">',
    "no scheme": '<img src="//{host}/x.png" alt="x">',
    "base": '<base href="{http}/"><img src="x.png" alt="x">',
    "user before the host": '<img src="http://x@{host}/x.png" alt="x">',
    "address in percent": '<img src="{http}/%2e%2e/x.png" alt="x">',
    "several sizes": '<img srcset="{http}/x.png 1x, {http}/y.png 2x" alt="x">',
    "picture": '<picture><source srcset="{http}/x.png"><img src="{http}/y.png" alt="x"></picture>',
    "background of old": '<table background="{http}/x.png"><tr><td background="{http}/y.png">x</td></tr></table>',
    "object": '<object data="{http}/x.svg" type="image/svg+xml">x</object>',
    "embed": '<embed src="{http}/x.svg" type="image/svg+xml">',
    "frame": '<iframe src="{http}/x.html"></iframe>',
    "video": '<video src="{http}/x.mp4" poster="{http}/x.png"></video><audio src="{http}/x.mp3"></audio>',
    "button": '<input type="image" src="{http}/x.png" alt="x">',
    "script": '<script src="{http}/x.js"></script>',
    "turned elsewhere": '<meta http-equiv="refresh" content="0;url={http}/x.html">',
    "stylesheet": '<link rel="stylesheet" href="{http}/x.css">',
    "stylesheet of a file": '<link rel="stylesheet" href="{file}">',
    "attachment": '<link rel="attachment" href="{http}/x.txt"><a rel="attachment" href="{file}">x</a>',
    "icon": '<link rel="icon" href="{http}/x.png"><link rel="preload" as="image" href="{http}/y.png">',
    "import": "<style>@import url({http}/x.css);</style>",
    "import in words": '<style>@import "{http}/x.css" print;</style>',
    "import of a file": "<style>@import '{file}';</style>",
    "font": '<style>@font-face {{ font-family: x; src: url({http}/x.ttf) }}</style><p style="font-family: x">x</p>',
    "background": '<p style="background: url({http}/x.png)">x</p>',
    "background in escapes": "<style>p {{ background: \\75 rl({http}/x.png) }}</style><p>x</p>",
    "list and content": "<style>li {{ list-style: url({http}/x.png) }} p::before {{ content: url({http}/y.png) }}"
    "</style><ul><li>x</li></ul><p>x</p>",
    "border and mask": '<p style="border-image: url({http}/x.png) 3; mask: url({http}/y.svg)">x</p>',
    "set of images": '<p style="background: image-set(url({http}/x.png) 1x)">x</p>',
    "page": "<style>@page {{ background: url({http}/x.png); @top-left {{ content: url({http}/y.png) }} }}</style>",
    "SVG image": '<svg><image href="{http}/x.png" width="9" height="9"/></svg>',
    "SVG image of old": '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{http}/x.png"/></svg>',
    "SVG use": '<svg><use href="{http}/x.svg#a"/><use href="{file}#a"/></svg>',
    "SVG style": "<svg><style>@import url({http}/x.css); rect {{ fill: url({http}/x.svg#a) }}</style><rect/></svg>",
    "SVG pattern": '<svg><rect width="9" height="9" fill="url({http}/x.svg#a)" filter="url({http}/y.svg#b)"/></svg>',
    "SVG entity": '<svg><text>&x;</text><foreignObject><img src="{http}/x.png" alt=""/></foreignObject></svg>',
    "SVG within data": '<img alt="x" src="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{http}/x.png' width='9' height='9'/%3E%3C/svg%3E\">",
    "style within data": '<link rel="stylesheet" href="data:text/css,@import url({http}/x.css);">',
    "our own files, and out of them": '<img src="portal:static/../portal/settings.py" alt="x">'
    '<img src="portal:static/print/%2e%2e/%2e%2e/manage.py" alt="x"><img src="portal:static/{path}" alt="x">',
    "a file of ours that is none for print": '<link rel="stylesheet" href="portal:static/css/portal.css">',
    "our scheme in capitals": '<img src="PORTAL:photo/8" alt="x"><img src="PORTAL:static/css/portal.css" alt="x">',
    "a photo of another partnership": '<img src="portal:photo/8" alt="x"><img src="portal:photo/../8" alt="x">',
    "a photo by another number": '<img src="portal:photo/ 8" alt="x"><img src="portal:photo/%38" alt="x">',
}


@pytest.fixture
def server(tmp_path):
    """A server on this machine that remembers who asked, and a file with a word that must not be read."""
    asked = []

    class Remember(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            if self.path == "/turned":
                self.send_response(302)
                self.send_header("Location", "/x.png")
            else:
                self.send_response(200)
            self.end_headers()

        def log_message(self, *_args):
            pass

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Remember)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.css"
    secret.write_text("p { color: rgb(1, 2, 3) }")
    host = f"127.0.0.1:{listener.server_port}"
    yield {"http": f"http://{host}", "host": host, "file": secret.as_uri(), "path": str(secret)}, asked
    listener.shutdown()
    listener.server_close()


@pytest.fixture
def read(monkeypatch):
    """Whatever a rendering was given, by its address."""
    given = []
    fetch = ReportFetcher.fetch

    def remember(self, url, headers=None):
        response = fetch(self, url, headers)
        given.append(url)
        return response

    monkeypatch.setattr(ReportFetcher, "fetch", remember)
    return given


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_document_is_given_nothing_from_elsewhere(server, read, way):
    addresses, asked = server
    html = f'<!DOCTYPE html><html lang="en"><head><title>x</title></head><body>{way.format(**addresses)}</body></html>'
    assert pdf_of(html, {7: "photo/7.jpg"}).startswith(b"%PDF")
    assert asked == []
    assert [url for url in read if not url.startswith("data:")] == []


def test_a_colour_profile_from_elsewhere_ends_the_rendering(server, read):
    addresses, asked = server
    html = f"<style>@color-profile --x {{ src: url({addresses['http']}/x.icc) }}</style><p>x</p>"
    with pytest.raises(ReportUnavailableError):
        pdf_of(html)
    assert (asked, read) == ([], [])


@pytest.mark.django_db
def test_a_text_of_a_report_is_given_nothing_from_elsewhere(cast, server, read):
    addresses, asked = server
    for way in WAYS.values():
        make_entry(cast.jette.partner, cast.coordinator_south, text=way.format(**addresses))
    assert render_pdf(build_report(cast.jette.partnership, *YEAR, on=ON), "en").startswith(b"%PDF")
    assert asked == []
    # A worker that made a report before has kept the styles and fonts.
    assert {url.split("/")[0] for url in read} <= {"portal:static"}


def test_the_server_of_these_tests_can_be_reached(server):
    """Without this, a server that nobody can reach would let each of them pass."""
    import urllib.request

    addresses, asked = server
    with urllib.request.urlopen(f"{addresses['http']}/turned") as answer:
        assert answer.status == 200
    assert asked == ["/turned", "/x.png"]


@pytest.mark.parametrize("address", ["{http}/turned", "{http}/x.png", "{file}", "ftp://{host}/x", "PORTAL:photo/7"])
def test_a_redirect_is_not_followed_because_nothing_is_asked(server, address):
    addresses, asked = server
    with pytest.raises(ValueError, match=r"disallowed|Not a"):
        ReportFetcher({7: "photo/7.jpg"}).fetch(address.format(**addresses))
    assert asked == []


def test_a_photo_is_one_of_the_report():
    for address in ("portal:photo/8", "portal:photo/-7", "portal:photo/", "portal:photo/7/../8", "portal:photo/7?x"):
        with pytest.raises(ValueError, match=r"Not a photo|invalid literal"):
            ReportFetcher({7: "photo/7.jpg"}).fetch(address)
