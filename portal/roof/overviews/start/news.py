"""What others did since the reader last said to have read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from activities.models import LogEntry, PublicText
from partnerships.models import ReviewRemark
from portal.ground.dates import format_date
from portal.ground.models import User
from portal.ground.wording import Wording, joined, translated, written
from portal.roof.models import PublishedReport, Snapshot
from portal.roof.overviews.parts import Item
from portal.roof.overviews.start.reader import Reader

# Who never said to have read anything is told of these days.
FIRST_DAYS = dt.timedelta(days=28)
LIMIT = 8
# The others are folded.
FIRST = 3
WORDS = 20


@dataclass(frozen=True)
class News:
    """The newest of what happened, how much it is in all, since when, and the moment up to which it is told."""

    items: Sequence[Item]
    count: int
    since_text: str
    until: str

    @property
    def first(self) -> Sequence[Item]:
        """The newest, which everybody sees."""
        return self.items[:FIRST]

    @property
    def rest(self) -> Sequence[Item]:
        """What unfolds under them."""
        return self.items[FIRST:]

    @property
    def more_text(self) -> str:
        """How much more there is than is shown; empty where all is shown."""
        more = self.count - len(self.items)
        return ngettext("%(more)s more", "%(more)s more", more) % {"more": more} if more > 0 else ""


def news_of(reader: Reader, now: dt.datetime) -> News:
    """Return what others did in the reader's partnerships since the news was read; two queries for each kind."""
    since = reader.user.news_read_at or now - FIRST_DAYS
    rows = [(kind(reader), tell) for kind, tell in SOURCES]
    found: list[tuple[dt.datetime, Item]] = []
    count = 0
    for (query, moment), tell in rows:
        fresh = query.filter(**{f"{moment}__gt": since})
        newest = list(fresh.order_by(f"-{moment}", "-pk")[:LIMIT])
        count += len(newest) if len(newest) < LIMIT else fresh.count()
        found += [(getattr(row, moment), tell(row)) for row in newest]
    found.sort(key=lambda one: one[0], reverse=True)
    return News([item for _at, item in found[:LIMIT]], count, _since(reader.user, since), now.isoformat())


def _since(user: User, since: dt.datetime) -> str:
    day = format_date(localtime(since).date())
    if user.news_read_at:
        return _("Since you said to have read it, on %(day)s.") % {"day": day}
    return _("Of the last four weeks, since %(day)s.") % {"day": day}


def _entries(reader: Reader) -> tuple[QuerySet, str]:
    rows = LogEntry.objects.standing().filter(activity__partnership__in=reader.sees).exclude(author=reader.user)
    return rows.select_related("activity", "author"), "created_at"


def _entry(row: LogEntry) -> Item:
    return Item(
        translated(row.activity, "title"),
        _told(_("logged by %(person)s") % {"person": _name(row.author)}, row.created_at),
        written(Truncator(row.text).words(WORDS), row.language),
        f"{reverse('activities:detail', args=[row.activity_id])}#entry-{row.pk}",
        side=row.activity.side,
    )


def _remarks(reader: Reader) -> tuple[QuerySet, str]:
    rows = ReviewRemark.objects.filter(year__programme__partnership__in=reader.writes).exclude(author=reader.user)
    return rows.select_related("year__programme", "author"), "written_at"


def _remark(row: ReviewRemark) -> Item:
    note = _("remark of %(person)s on the report") % {"person": _name(row.author)}
    url = reverse("partnerships:year_detail", args=[row.year.programme.slug, row.year.year])
    return Item(Wording(str(row.year)), _told(note, row.written_at), written(row.text, row.language), url)


def _releases(reader: Reader) -> tuple[QuerySet, str]:
    rows = PublicText.objects.filter(activity__partnership__in=reader.sees, withdrawn_at__isnull=True)
    return rows.exclude(released_by=reader.user).select_related("activity"), "released_at"


def _release(row: PublicText) -> Item:
    note = _told(_("released for everybody"), row.released_at)
    return Item(translated(row, "title"), note, url=reverse("activities:public_text", args=[row.activity_id]))


def _editions(reader: Reader) -> tuple[QuerySet, str]:
    rows = Snapshot.objects.filter(year__programme__partnership__in=reader.sees).exclude(taken_by=reader.user)
    return rows.defer("data").select_related("year__programme__partnership"), "taken_at"


def _edition(row: Snapshot) -> Item:
    note = _told(_("the report was validated, and its data frozen"), row.taken_at)
    slug = row.year.programme.partnership.slug
    # The first edition of a year changed nothing.
    is_later = row.number > 1
    url = reverse("reports:changes", args=[slug, row.pk]) if is_later else reverse("reports:register", args=[slug])
    return Item(Wording(str(row)), note, url=url)


def _published(reader: Reader) -> tuple[QuerySet, str]:
    rows = PublishedReport.objects.filter(job__partnership__in=reader.sees, withdrawn_at__isnull=True)
    rows = rows.exclude(published_by=reader.user).select_related("job__partnership", "job__snapshot__year")
    return rows.defer("job__snapshot__data"), "published_at"


def _publication(row: PublishedReport) -> Item:
    job = row.job
    # A year has an edition for each time that it was frozen, and a report in each language.
    edition = f"{job.snapshot.year.year}/{job.snapshot.number}" if job.snapshot else ""
    language = get_language_info(job.asked["language"])["name_translated"]
    what = _("the report %(edition)s was published for everybody: %(language)s")
    note = _told(what % {"edition": edition, "language": language}, row.published_at)
    url = reverse("reports:register", args=[job.partnership.slug])
    return Item(translated(job.partnership, "name"), note, url=url)


def _told(what: str, at: dt.datetime) -> str:
    return joined(what, format_date(localtime(at).date()))


def _name(person: User) -> str:
    return person.get_full_name() or person.username


SOURCES: list[tuple[Callable[[Reader], tuple[QuerySet, str]], Callable]] = [
    (_entries, _entry),
    (_remarks, _remark),
    (_releases, _release),
    (_editions, _edition),
    (_published, _publication),
]
