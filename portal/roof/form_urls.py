"""Addresses under forms/: how evaluation forms are built, and what came of them."""

from django.urls import include, path

from portal.roof.views import evaluation

app_name = "forms"
urlpatterns = [
    path("", include("beneficiaries.form_urls")),
    path("<slug:slug>/results/", evaluation.results, name="results"),
    path("<slug:slug>/results/export/", evaluation.results_export, name="results_export"),
    path("<slug:slug>/results/words/", evaluation.words, name="words"),
    path("<slug:slug>/findings/new/", evaluation.finding_create, name="finding_create"),
]
