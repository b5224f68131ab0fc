"""Addresses of the public pages, under the language in which they answer."""

from django.urls import path

from portal.roof.public import feeds, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("feed.xml", feeds.feed, name="feed"),
    path("map/", views.social_map, name="map"),
    path("<slug:slug>/", views.partnership, name="partnership"),
    path("<slug:slug>/activities/", views.activities, name="activities"),
    path("<slug:slug>/activities/<slug:text>/", views.activity, name="activity"),
    path("<slug:slug>/activities/<slug:text>/<int:pk>.jpg", views.photo, name="photo"),
    path("<slug:slug>/activities/<slug:text>/<int:pk>-small.jpg", views.thumbnail, name="thumbnail"),
    path("<slug:slug>/programmes/<slug:programme>/", views.programme, name="programme"),
    path("<slug:slug>/reports/<int:pk>.pdf", views.report, name="report"),
]
