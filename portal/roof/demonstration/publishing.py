"""Releasing some of the invented activities to the public, as two people would, and publishing their reports."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from django.conf import settings
from django_tasks import task

from activities.models import Activity, Photo, PublicText
from activities.services import propose_public_text, release_public_text
from portal.ground.models import User
from portal.roof.models import ReportJob, Snapshot
from portal.roof.reports.jobs import ask
from portal.roof.reports.publishing import publish_report

PHOTOS = 4
# The year whose reports everybody may read, as somebody who opens the demonstration would look for them.
YEAR, EDITION = 2024, "public"
# Those of its readers; the one that most of them look for is made first.
LANGUAGES = ("nl", "fr", "ar")


def publish_texts(
    activities: Mapping[str, Activity],
    plan: Mapping[str, Any],
    *,
    people: Mapping[str, User],
    key: Callable[[str], uuid.UUID],
) -> None:
    """Propose the texts that `plan` names for the writers, and let the officer release all but those left waiting."""
    for writer, names in plan["writers"].items():
        for name in names:
            row = _propose(activities[name], people[writer], key(f"public {name}"))
            if name not in plan["waiting"]:
                release_public_text(row, actor=people["officer"], version=row.version)
    PublicText.objects.filter(activity__is_demonstration=True).update(is_demonstration=True)


def ask_for_reports() -> None:
    """Ask for the public edition of a year's reports; they are published as soon as the background work made them."""
    officer = User.objects.get(username="officer", is_demonstration=True)
    rows = Snapshot.objects.filter(year__year=YEAR, number=1, is_demonstration=True)
    for language, row in product(LANGUAGES, rows.select_related("year__programme__partnership")):
        asked: dict[str, str | bool] = {"language": language, "edition": EDITION}
        job = ask(row.year.programme.partnership, asked, actor=officer, snapshot=row)
        publish_made.enqueue(job.pk, officer.pk)


@task()
def publish_made(key: int, officer: int) -> None:
    """Publish a report that was made before this task's turn came; one that could not be made is left."""
    job = ReportJob.objects.filter(pk=key, state=ReportJob.State.DONE).first()
    if job is not None:
        publish_report(job, actor=User.objects.get(pk=officer))


def _propose(activity: Activity, writer: User, key: uuid.UUID) -> PublicText:
    texts = {
        f"{name}_{code}": getattr(activity, f"{source}_{code}") or ""
        for code, _name in settings.LANGUAGES
        for name, source in (("title", "title"), ("text", "summary"))
    }
    photos = Photo.objects.publishable().filter(log_entry__activity=activity).order_by("pk")[:PHOTOS]
    return propose_public_text(activity, texts, photos=photos, actor=writer, key=key)[0]
