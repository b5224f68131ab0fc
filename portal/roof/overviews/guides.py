"""What the one-page guides say: for each part, in the order in which a newcomer needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.roof.overviews.start.reader import Part


@dataclass(frozen=True)
class Chapter:
    """One thing that a reader does, in a few sentences; `path` is where, as the address bar shows it."""

    title: Promise
    text: Promise
    path: str = ""


@dataclass(frozen=True)
class Guide:
    """The guide of one part."""

    key: str
    title: Promise
    lead: Promise
    chapters: Sequence[Chapter]


SIGN_IN = Chapter(
    _("Sign in"),
    _(
        "Open the address above, on a computer or a phone. Choose a password of your own, and your language at the top "
        "of the page. A second factor protects your account if the password is stolen."
    ),
)
NEVER = Chapter(
    _("What never enters the portal"),
    _(
        "No name of a participant, no address of a house that must not be found, no photo of somebody who did not "
        "agree. Count people; follow learners by their code."
    ),
)
HELP = Chapter(
    _("When something goes wrong"),
    _(
        "Read the sentence beside the field: it says what to mend. What you typed stays in your browser until it is "
        "saved. Otherwise tell the administrator of the portal what you were doing, and when."
    ),
)
LOG = Chapter(
    _("Log what happened"),
    _(
        "Choose the activity and the day, and write two sentences: what happened, and what came of it. Count the "
        "people by group, sex and age. Difficulties and the next step help who writes the report."
    ),
    "/activities/log/",
)
SHEET = Chapter(
    _("Attendance"),
    _(
        "Open the session: everybody attended unless you say otherwise. Tap those who did not, then save. The sheet "
        "can be printed, and its code opens it again on a phone."
    ),
    "/start/attendance/",
)
TRAINER = Chapter(
    _("A trainer without an account"),
    _(
        "Open the cohort and make a link for the trainer: it opens the sheets of the last two weeks on a phone, with "
        "the codes alone. Withdraw it when the trainer changes."
    ),
    "/learning/",
)
PHOTO = Chapter(
    _("Photos"),
    _(
        "Add them to what you logged, each with a caption. Say whether the people in it can be recognised and agreed: "
        "without that, a photo stays inside the portal."
    ),
    "/start/photo/",
)
SPEND = Chapter(
    _("Expenses and vouchers"),
    _(
        "Enter the amount in euro or dirham, who pays, and the cost heading. The form says at once whether the funder "
        "pays it, and why not. Take a picture of the voucher."
    ),
    "/activities/expenses/new/",
)
MISSING = Chapter(
    _("What the report still lacks"),
    _(
        "The overview lists what is yours, with the days that are left. Each line leads to the place where it is "
        "filled in. When all is there, submit the year."
    ),
)
JUDGE = Chapter(
    _("Judge expenses"),
    _(
        "Open the list of what waits, look at the voucher, and justify or reject with a reason. What is justified is "
        "not edited any more: a correction is a row of its own."
    ),
    "/activities/expenses/?decision=open",
)
MONEY = Chapter(
    _("What is left of the money"),
    _(
        "The page of a programme shows budget, spent, justified and left, by source and year. Each figure leads to the "
        "rows that make it, and comes as a spreadsheet and a PDF."
    ),
    "/partnerships/money/",
)
RESULTS = Chapter(
    _("Results"),
    _(
        "Validate the values of the indicators: only what an officer stands for enters a total. Score the outcomes, "
        "each with its reason."
    ),
    "/partnerships/",
)
YEAR = Chapter(
    _("The year"),
    _(
        "A submitted year waits for you: return it with remarks, or validate it. Validating freezes the data under a "
        "number. Lock the year when the funder has accepted it."
    ),
    "/partnerships/",
)
REPORT = Chapter(
    _("Reports"),
    _(
        "Open a partnership, choose the years, the language and the chapters, and ask for the PDF. It is made in the "
        "background; the page says when it is ready."
    ),
    "/partnerships/",
)
RELEASE = Chapter(
    _("What the public reads"),
    _(
        "Nothing is public before a second person released it. Read the proposed text and look at each photo, then "
        "release it or give it back."
    ),
)
READ = Chapter(
    _("Find your way"),
    _(
        "The overview tells what others did since you last said to have read it. The search box finds everything that "
        "you may see; the calendar shows what comes, in both time zones."
    ),
)
FIGURES = Chapter(
    _("Figures"),
    _(
        "Money and results have pages of their own in each programme. Figures about few people of a vulnerable group "
        "are left out of whatever leaves the portal."
    ),
    "/partnerships/money/",
)
PEOPLE = Chapter(
    _("People and roles"),
    _(
        "Make an account for each person, then give it a role in a partnership, with a first and perhaps a last day. "
        "Never share an account: the history tells who did what."
    ),
    "/admin/",
)
RULES = Chapter(
    _("Rules of the funders"),
    _(
        "Sources, cost headings and rules are records with the days on which they hold. Change one, and the forms "
        "judge by it at once; expenses keep the rule of their day."
    ),
    "/admin/",
)
RECORDS = Chapter(
    _("Correct a record"),
    _(
        "Open it in the administration, or on its page. Its history keeps what stood there before, and who changed it. "
        "Nothing in a locked year changes before an officer opens the year again."
    ),
    "/admin/",
)
KEEP = Chapter(
    _("Keep it running"),
    _(
        "Copy the database and the uploaded files each night, and try once a year to put them back. Letters that could "
        "not be sent stand on your overview."
    ),
)

GUIDES = [
    Guide(
        Part.COORDINATOR.value,
        _("Guide for coordinators"),
        _("You log what happens, each week, in a few minutes."),
        [SIGN_IN, LOG, SHEET, TRAINER, PHOTO, SPEND, MISSING, NEVER, HELP],
    ),
    Guide(
        Part.OFFICER.value,
        _("Guide for officers"),
        _("You answer for the money, the results and the report of a year."),
        [SIGN_IN, JUDGE, MONEY, RESULTS, YEAR, REPORT, RELEASE, NEVER, HELP],
    ),
    Guide(
        Part.VIEWER.value,
        _("Guide for viewers"),
        _("You read along, and take reports with you."),
        [SIGN_IN, READ, FIGURES, REPORT, HELP],
    ),
    Guide(
        Part.ADMINISTRATOR.value,
        _("Guide for administrators"),
        _("You give people their roles, and keep records and rules in order."),
        [SIGN_IN, PEOPLE, RULES, RECORDS, RELEASE, KEEP, NEVER, HELP],
    ),
]


def guide_of(key: str) -> Guide | None:
    """Return the guide of a part, by its key in the address."""
    return next((guide for guide in GUIDES if guide.key == key), None)
