"""Every page of the portal as it is asked for: the addresses that a person reads, and the same pages otherwise."""

import re

from tests.addresses import ADDRESSES
from tests.test_access import Scene

# They answer a GET, but with a file, a part of a page, or something that no person reads.
NO_PAGES = {
    *("health", "robots", "sitemap", "calendar_feed", "stop_reminders", "public:feed", "answering:worker"),
    *("worker", "session", "manifest", "activities:log_row", "activities:photo", "activities:photo_thumbnail"),
    *(
        "activities:document",
        "activities:voucher",
        "activities:expense_check",
        "partnerships:value_file",
        "reports:job_bar",
    ),
}
# The same pages with something else on them: narrowed, unfolded, or with nothing to show.
OTHERWISE = [
    "/activities/?status=ongoing&side=partner",
    "/activities/?q=nothing-is-called-this",
    "/activities/expenses/?more=1",
    "/activities/budget/{programme}/?year=2024",
    "/calendar/?month=2024-05",
    "/calendar/?month=2024-05&view=agenda",
    "/search/?q=training",
    "/search/?q=nothing-is-called-this",
    "/reports/{partnership}/vouchers/?source=federal&starts_on=2024-01-01&ends_on=2024-12-31",
    "/partnerships/money/programmes/{programme}/?year=2024&show=further",
    "/partnerships/{partnership}/?history=1",
]


def pages(scene: Scene, language: str) -> list[tuple[str, str]]:
    """Return (who, path) of every page: as the administrator, or as nobody where only they are answered.

    A public page is asked for in the language that its address names.
    """
    found = [("administrator", path.format(**scene.words)) for path in OTHERWISE]
    for name, known in ADDRESSES.items():
        if name in NO_PAGES or name.startswith("api:") or known.method != "get":
            continue
        answers = {"administrator": known.expected[-1], "nobody": known.expected[0]}
        who = next((who for who, status in answers.items() if status == 200), None)
        if who:
            path = re.sub("^/en/", f"/{language}/", scene.address(name))
            found.append((who, path + (f"?{known.data}" if known.data else "")))
    return found
