"""What is worked out once is what the library would work out itself: not a byte of a document changes."""

import subprocess
import sys

import pytest
from django.conf import settings

from portal.roof.reports import fetcher, typesetter, worked_out_once
from portal.roof.reports.render import pdf_of

pytestmark = pytest.mark.once
STYLES = "".join(f'<link rel="stylesheet" href="portal:static/print/{name}.css">' for name in ("pages", "style"))
PAGE = f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><title>A page</title>{STYLES}<style>
.share {{ margin-inline-start: 12%; padding: 1%; max-width: 60%; }}
.boxed {{ box-sizing: border-box; width: 50mm; padding: 3mm; border: 1mm solid; min-height: 20mm; }}
.least {{ min-width: 30mm; max-height: 40mm; float: inline-end; }}
.thin {{ width: 18mm; hyphens: auto; }}
.edged {{ border-collapse: collapse; border: 3mm solid; }}
.edged td {{ border: 1mm solid; }}
</style></head><body><p>Words of one language, and <span lang="nl" dir="ltr">van een andere</span>,
<span lang="nl" dir="ltr">tweemaal</span>, <span lang="ar" dir="rtl">وأخرى</span>.</p>
<div class="share"><p>A share of <b>what is <i>around</i></b> it.</p></div><div class="boxed"><p>A box.</p></div>
<div class="least">Beside.</div><table class="rows"><thead><tr><th>A</th><th class="amount">B</th></tr></thead>
<tbody><tr class="group"><th>C</th><td class="amount">1</td></tr><tr><th>D</th><td class="amount">2</td></tr></tbody>
</table><p class="thin" lang="nl" dir="ltr">Verantwoordelijkheid en samenwerkingsakkoord</p>
<p class="thin" lang="fr" dir="ltr">Responsabilité et développement</p>
<table class="edged"><tr><td>E</td><td>F</td></tr></table></body></html>"""


def made(how: str) -> bytes:
    """Return the page as a process of its own makes it for the second time: what is installed once stays."""
    code = (
        "import sys, django; django.setup(); page = sys.stdin.read()\n"
        "from portal.roof.reports import worked_out_once\n"
        f"if {how == 'plain'}: worked_out_once.install = lambda: None\n"
        "from portal.roof.reports.render import pdf_of\n"
        "pdf_of(page); sys.stdout.buffer.write(pdf_of(page))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=PAGE.encode(), capture_output=True, check=True, cwd=settings.BASE_DIR)
    return done.stdout


def test_not_a_byte_of_a_document_changes():
    once = made("once")
    assert once.startswith(b"%PDF")
    assert once == made("plain")


def test_a_style_is_read_once_and_anew_where_it_changed(monkeypatch):
    link = '<link rel="stylesheet" href="portal:static/print/style.css">'
    page = f'<!DOCTYPE html><html lang="en"><head><title>A page</title>{link}</head><body><p>Words.</p></body></html>'
    kept = vars(typesetter.fonts()).setdefault("kept_sheets", {})
    before = set(kept)
    for size in (9, 9, 30):
        content = f"p {{ font-size: {size}pt }}".encode()
        monkeypatch.setattr(worked_out_once, "print_file", lambda _name, content=content: content)
        monkeypatch.setattr(fetcher, "print_file", lambda _name, content=content: content)
        pdf_of(page)
    assert len(set(kept) - before) == 2
