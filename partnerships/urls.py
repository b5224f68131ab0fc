"""Addresses of the pages that show partnerships' own rows; portal.roof.partnership_urls adds the others."""

from django.urls import path

from partnerships import views

urlpatterns = [
    path("", views.partnership_list, name="list"),
    path("programmes/<slug:slug>/<int:year>/lock/", views.year_lock, name="year_lock"),
    path("programmes/<slug:slug>/<int:year>/reopen/", views.year_reopen, name="year_reopen"),
]
