"""Addresses of the reports, under reports/."""

from django.urls import path

from portal.roof.iati import views as iati_views
from portal.roof.reports import job_views, register_views, views, vouchers_views

app_name = "reports"
urlpatterns = [
    path("<slug:slug>/", views.window, name="window"),
    path("<slug:slug>/export/", views.export, name="export"),
    path("<slug:slug>/page/", views.page, name="page"),
    path("<slug:slug>/jobs/<int:pk>/", job_views.job, name="job"),
    path("<slug:slug>/jobs/<int:pk>/bar/", job_views.job_bar, name="job_bar"),
    path("<slug:slug>/jobs/<int:pk>/download/", job_views.job_download, name="job_download"),
    path("<slug:slug>/jobs/<int:pk>/publish/", job_views.job_publish, name="job_publish"),
    path("<slug:slug>/jobs/<int:pk>/unpublish/", job_views.job_unpublish, name="job_unpublish"),
    path("<slug:slug>/register/", register_views.register, name="register"),
    path("<slug:slug>/register/<int:pk>/", register_views.changes, name="changes"),
    path("<slug:slug>/register/<int:pk>/export/", register_views.export, name="snapshot_export"),
    path("<slug:slug>/register/<int:pk>/page/", register_views.page, name="snapshot_page"),
    path("<slug:slug>/register/<int:pk>/data/", register_views.data, name="data_export"),
    path("<slug:slug>/iati/", iati_views.iati, name="iati"),
    path("<slug:slug>/iati/export/", iati_views.iati_export, name="iati_export"),
    path("<slug:slug>/vouchers/", vouchers_views.vouchers, name="vouchers"),
    path("<slug:slug>/vouchers/export/", vouchers_views.vouchers_export, name="vouchers_export"),
]
