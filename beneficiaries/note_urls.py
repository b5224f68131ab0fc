"""Addresses of confidential notes, under notes/."""

from django.urls import path

from beneficiaries.views import notes

app_name = "notes"
urlpatterns = [
    path("", notes.note_list, name="list"),
    path("new/", notes.create, name="create"),
    path("<int:pk>/", notes.read, name="read"),
    path("<int:pk>/settle/", notes.settle, name="settle"),
]
