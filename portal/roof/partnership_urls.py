"""Addresses under partnerships/: the room's own pages, and those that the roof makes of several rooms."""

from django.urls import include, path

from portal.roof.views import closing, finance, organisation, partnership, programme, readiness, results, social_map

app_name = "partnerships"
urlpatterns = [
    path("", include("partnerships.urls")),
    path("programmes/<slug:slug>/", programme.programme_detail, name="programme_detail"),
    path("programmes/<slug:slug>/<int:year>/", programme.year_detail, name="year_detail"),
    path("programmes/<slug:slug>/<int:year>/readiness/", readiness.year_readiness, name="year_readiness"),
    path("programmes/<slug:slug>/results/", results.logframe, name="logframe"),
    path("programmes/<slug:slug>/results/export/", results.logframe_export, name="logframe_export"),
    path("indicators/<slug:slug>/", results.indicator, name="indicator"),
    path("indicators/<slug:slug>/values/new/", results.value_create, name="value_create"),
    path("indicators/values/<int:pk>/edit/", results.value_edit, name="value_edit"),
    path("programmes/<slug:slug>/close/", closing.programme_close, name="programme_close"),
    path("<slug:slug>/close/", closing.partnership_close, name="close"),
    path("organisations/", organisation.organisation_list, name="organisation_list"),
    path("organisations/<slug:slug>/", organisation.organisation_detail, name="organisation_detail"),
    path("map/", social_map.social_map, name="map"),
    path("money/", finance.money_overview, name="money_overview"),
    path("money/programmes/<slug:slug>/", finance.programme_money, name="programme_money"),
    path("money/programmes/<slug:slug>/export/", finance.programme_money_export, name="programme_money_export"),
    path("money/<slug:slug>/", finance.money, name="money"),
    path("<slug:slug>/", partnership.detail, name="detail"),
]
