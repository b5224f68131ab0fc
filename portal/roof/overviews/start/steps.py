"""The first steps of a newcomer, five for each part; each is done when the thing itself was done, by the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import Expenditure, LogEntry, Photo
from partnerships.models import IndicatorValue
from portal.ground.models import AccessToken, AuditEntry, User
from portal.roof.models import ReportJob
from portal.roof.overviews.start.reader import Part, Reader

# What allauth calls each way to a password of one's own.
PASSWORDS = ["password_changed", "password_reset", "password_set"]


@dataclass(frozen=True)
class Step:
    """One of the first steps: what, why, and where; done once the person did it."""

    title: str
    why: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Path:
    """The steps of a reader in their order."""

    steps: Sequence[Step]

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> Step | None:
        """The first that is not done."""
        return next((step for step in self.steps if not step.is_done), None)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left of it."""
        return self.done == len(self.steps)


@dataclass(frozen=True)
class _Kind:
    title: Promise
    why: Promise
    address: str
    rows: Callable[[User], QuerySet[Any]]


def _audited(verbs: Sequence[str], *models: str) -> Callable[[User], QuerySet]:
    return lambda user: AuditEntry.objects.filter(actor=user, verb__in=verbs, target_type__in=models)


PASSWORD = _Kind(
    _("Choose a password of your own"),
    _("The one that you were given is known to who made your account."),
    "account_change_password",
    lambda user: AuditEntry.objects.filter(
        actor=user, target_type="portal.user", target_id=user.pk, changes__security__1__in=PASSWORDS
    ),
)
FACTOR = _Kind(
    _("Protect your account with a second factor"),
    _("An app on your phone or a key; then a stolen password opens nothing."),
    "mfa_index",
    lambda user: Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES),
)
FEED = _Kind(
    _("Put the calendar on your phone"),
    _("Sessions, exams and deadlines then stand among your own appointments."),
    "calendar_feeds",
    lambda user: AccessToken.objects.filter(user=user, scope=AccessToken.Scope.FEED, withdrawn_at__isnull=True),
)
ENTRY = _Kind(
    _("Log what happened"),
    _("A day, two sentences and the number of people are enough."),
    "activities:log_create",
    lambda user: LogEntry.objects.filter(author=user),
)
PHOTO = _Kind(
    _("Add a photo"),
    _("With a caption, and with what the people in it agreed to."),
    "start_photo",
    lambda user: Photo.objects.filter(added_by=user),
)
SHEET = _Kind(
    _("Fill in an attendance sheet"),
    _("Everybody attended unless you say otherwise: one tap for each who did not."),
    "start_attendance",
    _audited([AuditEntry.Verb.UPDATE], "beneficiaries.session"),
)
JUDGE = _Kind(
    _("Judge an expense"),
    _("What you justify counts in the report to the funder."),
    "activities:expense_list",
    lambda user: Expenditure.objects.filter(decided_by=user),
)
VALUE = _Kind(
    _("Validate the value of an indicator"),
    _("Only what an officer stands for enters a total."),
    "partnerships:list",
    lambda user: IndicatorValue.objects.filter(validated_by=user),
)
REPORT = _Kind(
    _("Make a report"),
    _("Open a partnership, choose a year and ask for the PDF."),
    "partnerships:list",
    lambda user: ReportJob.objects.filter(askers=user),
)
NEWS = _Kind(
    _("Say that you have read the news"),
    _("The overview then shows only what is new to you."),
    "dashboard",
    lambda user: User.objects.filter(pk=user.pk, news_read_at__isnull=False),
)
ACCOUNT = _Kind(
    _("Make an account for a colleague"),
    _("Everybody signs in under their own name; sharing one would make the history worthless."),
    "admin:portal_user_changelist",
    _audited([AuditEntry.Verb.CREATE], "portal.user"),
)
ROLE = _Kind(
    _("Give somebody a role in a partnership"),
    _("Without one, nobody sees anything of it."),
    "admin:partnerships_membership_changelist",
    _audited([AuditEntry.Verb.CREATE], "partnerships.membership"),
)
RULE = _Kind(
    _("Read a funder's rule, and put it in order"),
    _("Amounts, dates and shares are records: the forms follow them at once."),
    "admin:partnerships_fundingrule_changelist",
    _audited([AuditEntry.Verb.CREATE, AuditEntry.Verb.UPDATE], "partnerships.fundingrule"),
)

PATHS = {
    Part.COORDINATOR: [PASSWORD, ENTRY, PHOTO, SHEET, FEED],
    Part.OFFICER: [FACTOR, JUDGE, VALUE, REPORT, FEED],
    Part.VIEWER: [PASSWORD, FACTOR, NEWS, REPORT, FEED],
    Part.ADMINISTRATOR: [FACTOR, ACCOUNT, ROLE, RULE, REPORT],
}


def path_of(reader: Reader) -> Path | None:
    """Return the first steps of a reader in one query; None for who put them away, and for who has no part yet."""
    kinds = PATHS.get(reader.part)
    if not kinds or not reader.user.has_first_steps:
        return None
    asked = {f"step_{number}": Exists(kind.rows(reader.user)) for number, kind in enumerate(kinds)}
    done = User.objects.filter(pk=reader.user.pk).annotate(one=Value(1)).values_list(*asked.values()).get()
    return Path(
        [
            Step(str(kind.title), str(kind.why), reverse(kind.address), bool(is_done))
            for kind, is_done in zip(kinds, done, strict=True)
        ]
    )
