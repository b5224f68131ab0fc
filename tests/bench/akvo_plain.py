"""A document of 1 920 updates by WeasyPrint as it comes: `python -m tests.bench.akvo_plain` prints what it took.

It stands for the programme report of Akvo RSR, whose figures are known (akvo.py): by indicator and period a table
with a row for each contributor, of its name, its country, the value and its share in the whole, set large and wide.
Nothing of that program is here; 40 indicators of 12 periods and 4 contributors come to the 246 pages that it has, one
more or less. Nothing of the portal is loaded.
"""

import json
import resource
import time

from weasyprint import HTML

INDICATORS, PERIODS, CONTRIBUTORS = 40, 12, 4
STYLE = """
@page { size: A4; margin: 20mm 10mm; @bottom-right { content: "Page " counter(page) " of " counter(pages); } }
body { font: 14pt/1.3 sans-serif; }
h2 { margin: 3pt 0; }
.indicator { margin-bottom: 10mm; }
.period { border: 1.5mm solid #eee; font-size: 12pt; }
.period p { margin: 0; padding: 5pt; background: #eee; }
table { border-spacing: 0; }
td, th { padding: 11.4pt 10pt; text-align: center; }
th { background: #777; color: #fff; font-size: 11pt; }
th:first-child, td:first-child { width: 50%; text-align: left; }
.sum td { border-top: 2px solid #eee; }
.level td { border-top: 2px solid #eee; padding-bottom: 0; color: #666; font-weight: bold; }
.level + tr td { padding-top: 2pt; }
"""


def document() -> str:
    """Return the document as HTML."""
    indicators = "".join(map(_indicator, range(INDICATORS)))
    return f"<!DOCTYPE html><meta charset='utf-8'><style>{STYLE}</style><body><h1>The programme</h1>{indicators}"


def _indicator(number: int) -> str:
    periods = "".join(_period(number, place) for place in range(PERIODS))
    return (
        f"<div class='indicator'><h2>Meetings of neighbourhood {number + 1} that led to a decision</h2>{periods}</div>"
    )


def _period(number: int, place: int) -> str:
    values = [number * 7 + place + contributor for contributor in range(1, CONTRIBUTORS + 1)]
    total = sum(values)
    rows = "".join(
        "<tr class='level'><td colspan='4'>Contributors of the first level</td></tr>"
        f"<tr><td>Municipality {one + 1} of the programme</td><td>Morocco</td><td>{value}</td>"
        f"<td>{100 * value // total}%</td></tr>"
        for one, value in enumerate(values)
    )
    heads = "<tr><th>Contributors</th><th>Countries</th><th>Aggregated actual value</th><th>Share</th></tr>"
    sums = f"<tr class='sum'><td>{CONTRIBUTORS}</td><td>1</td><td>{total}</td><td>100%</td></tr>"
    days = f"1 January {2010 + place} – 31 December {2010 + place}"
    return f"<div class='period'><p>{days}</p><table>{heads}{sums}{rows}</table></div>"


if __name__ == "__main__":
    made = HTML(string=document()).render()
    made.write_pdf()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    took = {"whole_seconds": time.process_time(), "pages": len(made.pages), "memory": memory}
    # Standard output is where the answer is read.
    print(json.dumps(took))  # noqa: T201
