"""Addresses of the reports, under reports/."""

from django.urls import path

from portal.roof.reports import views

app_name = "reports"
urlpatterns = [
    path("<slug:slug>/", views.window, name="window"),
    path("<slug:slug>/export/", views.export, name="export"),
]
