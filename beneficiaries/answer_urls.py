"""Addresses at which forms are answered without an account, under answer/."""

from django.urls import path

from beneficiaries.views import answering

app_name = "answering"
urlpatterns = [
    path("", answering.enter, name="enter"),
    path("thanks/", answering.thanks, name="thanks"),
    path("with/<slug:link>/", answering.by_link, name="by_link"),
    path("worker.js", answering.worker, name="worker"),
    path("<str:code>/", answering.by_code, name="by_code"),
]
