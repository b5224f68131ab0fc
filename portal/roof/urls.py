"""Addresses of the reports, under reports/."""

from django.urls import path

from portal.roof.reports import register_views, views, vouchers_views

app_name = "reports"
urlpatterns = [
    path("<slug:slug>/", views.window, name="window"),
    path("<slug:slug>/export/", views.export, name="export"),
    path("<slug:slug>/register/", register_views.register, name="register"),
    path("<slug:slug>/register/<int:pk>/", register_views.changes, name="changes"),
    path("<slug:slug>/register/<int:pk>/export/", register_views.export, name="snapshot_export"),
    path("<slug:slug>/register/<int:pk>/data/", register_views.data, name="data_export"),
    path("<slug:slug>/vouchers/", vouchers_views.vouchers, name="vouchers"),
    path("<slug:slug>/vouchers/export/", vouchers_views.vouchers_export, name="vouchers_export"),
]
