"""A partnership with public pages, and something on each of them; and every public address of it."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.files.base import ContentFile
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from activities.models import Activity, Photo, PublicText
from activities.services import propose_public_text, release_public_text
from partnerships.models import Partnership
from portal.roof.models import PublishedReport, ReportForm, ReportJob
from portal.roof.reports.snapshots import freeze_year
from tests.cast import Cast, in_all_languages, make_entry
from tests.report_rows import fill

LANGUAGES = ["nl", "fr", "en", "ar"]
REPORT = b"The very bytes of the file."
SHA = hashlib.sha256(REPORT).hexdigest()


def open_pages(cast: Cast) -> None:
    """Give both partnerships public pages."""
    Partnership.objects.update(is_public=True)
    for bond in (cast.jette, cast.gillis):
        bond.partnership.refresh_from_db()


def released(activity: Activity, cast: Cast, photos=(), **texts: str) -> PublicText:
    """Let two people release a text about an activity."""
    values = in_all_languages(title="Young people make a film", text="They asked their neighbours.") | texts
    row, _new = propose_public_text(activity, values, photos=photos, actor=cast.administrator, key=uuid.uuid4())
    return release_public_text(row, actor=cast.officer, version=row.version)


def photo_of(activity: Activity, cast: Cast) -> Photo:
    """Return a photo that may be shown."""
    entry = make_entry(activity, cast.officer)
    agreed = {"consent": "given", "consented_on": entry.starts_on}
    row = Photo(log_entry=entry, sha256="1" * 64, content_type="image/jpeg", caption="A caption", **agreed)
    row.file.save("a.jpg", ContentFile(b"photo"), save=False)
    row.thumbnail.save("t.jpg", ContentFile(b"small"))
    return row


def published(cast: Cast, number: int = 2024) -> PublishedReport:
    """Return a published report of Jette – Belfaa, which says what it holds."""
    names = in_all_languages(name="For the public")
    ReportForm.objects.get_or_create(slug="public", defaults={"scope": ReportForm.Scope.PUBLIC, **names})
    year = cast.jette.year(number)
    row = freeze_year(year, cast.officer, dt.date(number + 1, 4, 1))
    job = ReportJob(partnership=cast.jette.partnership, snapshot=row, key="k", state="done", sha256=SHA)
    job.asked, job.ascii_name, job.size = {"language": "nl", "edition": "public"}, "verslag.pdf", len(REPORT)
    job.file.save("report.pdf", ContentFile(REPORT))
    return PublishedReport.objects.create(job=job, published_by=cast.officer)


def every_address(language: str) -> list[str]:
    """Return every public address that there is now, files included."""
    found = [f"/{language}/", f"/{language}/map/", f"/{language}/feed.xml", "/sitemap.xml", "/robots.txt"]
    for row in Partnership.objects.public():
        home = f"/{language}/{row.slug}/"
        found += [home, f"{home}activities/", f"{home}activities/?page=2"]
        found += [f"{home}programmes/{one.slug}/" for one in row.programmes.all()]
    for text in PublicText.objects.public().annotate(of=F("activity__partnership__slug")):
        home = f"/{language}/{text.of}/activities/{text.slug}"
        found += [
            f"{home}/",
            *(f"{home}/{photo.pk}{end}" for photo in text.photos.all() for end in (".jpg", "-small.jpg")),
        ]
    rows = PublishedReport.objects.public().select_related("job__partnership")
    return [*found, *(f"/{language}/{row.job.partnership.slug}/reports/{row.pk}.pdf" for row in rows)]


def public_walk(cast: Cast, client: Client, *, visit: Callable[..., HttpResponse]) -> Iterator[HttpResponse]:
    """Walk through the public pages in the client's language, and through those on which a text is proposed."""
    language, activity = client.cookies[settings.LANGUAGE_COOKIE_NAME].value, cast.gillis.partner
    fill(cast)
    text = released(activity, cast, photos=[photo_of(activity, cast)])
    published(cast)
    for path in every_address(language):
        if path.startswith(f"/{language}/") and "." not in path:
            yield visit(client, path)
    yield visit(client, f"/{language}/nowhere/", 404)
    home, edit = (
        reverse("activities:public_text", args=[activity.pk]),
        reverse("activities:public_edit", args=[activity.pk]),
    )
    yield visit(client, home)
    yield visit(client, edit)
    yield visit(client, edit, data={"title_nl": "", "text_nl": ""})
    yield visit(client, reverse("activities:public_withdraw", args=[text.pk]), data={"reason": ""})
    client.force_login(cast.officer)
    yield visit(client, reverse("reports:job", args=["jette-belfaa", ReportJob.objects.get().pk]))
    yield visit(client, reverse("dashboard"))
