"""Addresses of the reports, under reports/."""

from django.urls import path

from portal.roof.reports import views, vouchers_views

app_name = "reports"
urlpatterns = [
    path("<slug:slug>/", views.window, name="window"),
    path("<slug:slug>/export/", views.export, name="export"),
    path("<slug:slug>/vouchers/", vouchers_views.vouchers, name="vouchers"),
    path("<slug:slug>/vouchers/export/", vouchers_views.vouchers_export, name="vouchers_export"),
]
