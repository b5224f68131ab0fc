"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path, register_converter

from portal.ground import views as ground
from portal.roof.public import feeds, views
from portal.roof.public.addresses import LanguageConverter
from portal.roof.views import (
    calendar,
    calendar_feeds,
    dashboard,
    helping,
    offline,
    reminders,
    showcase,
    tokens,
    who_sees,
)
from portal.roof.views.search import search

register_converter(LanguageConverter, "language")

# On the public pages what is not there is told as one of them.
handler404 = views.not_found
urlpatterns = [
    path("", views.front, name="dashboard"),
    path("start/news/", dashboard.news_read, name="news_read"),
    path("start/page/", dashboard.start_page, name="start_page"),
    path("start/steps/", dashboard.first_steps, name="first_steps"),
    path("start/attendance/", dashboard.start_attendance, name="start_attendance"),
    path("start/photo/", dashboard.start_photo, name="start_photo"),
    path("help/", helping.helping, name="help"),
    path("help/<slug:part>/", helping.guide, name="guide"),
    path("components/", showcase.components, name="components"),
    path("health/", ground.health, name="health"),
    path("language/", ground.set_language, name="set_language"),
    path("accounts/reminders/", reminders.reminders, name="reminders"),
    path("search/", search, name="search"),
    path("offline/", offline.offline, name="offline"),
    path("offline/session/", offline.session, name="session"),
    path("offline/<language:language>.webmanifest", offline.manifest, name="manifest"),
    path("worker.js", offline.worker, name="worker"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/feeds/", calendar_feeds.calendar_feeds, name="calendar_feeds"),
    path("calendar/feeds/<str:secret>.ics", calendar_feeds.calendar_feed, name="calendar_feed"),
    path("accounts/who-sees/", who_sees.who_sees, name="who_sees"),
    path("accounts/tokens/", tokens.tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/withdraw/", tokens.token_withdraw, name="token_withdraw"),
    path("reminders/stop/<str:token>/", reminders.stop_reminders, name="stop_reminders"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("partnerships/", include("portal.roof.partnership_urls")),
    path("learning/", include("beneficiaries.urls")),
    path("activities/", include("activities.urls")),
    path("reports/", include("portal.roof.urls")),
    path("forms/", include("portal.roof.form_urls")),
    path("answer/", include("beneficiaries.answer_urls")),
    path("sheets/", include("beneficiaries.sheet_urls")),
    path("suggestions/", include("beneficiaries.suggestion_urls")),
    path("privacy/", include("portal.roof.privacy_urls")),
    path("notes/", include("beneficiaries.note_urls")),
    path("api/v1/", include("portal.roof.api.urls")),
    path("admin/", admin.site.urls),
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("<language:language>/", include("portal.roof.public.urls")),
]
