"""Addresses of the pages that show partnerships' own rows; portal.roof.partnership_urls adds the others."""

from django.urls import path

from partnerships.views import indicators, lists, money, requests, scores, sections, trails, years

urlpatterns = [
    path("", lists.partnership_list, name="list"),
    path("programmes/<slug:slug>/<int:year>/submit/", years.year_submit, name="year_submit"),
    path("programmes/<slug:slug>/<int:year>/return/", years.year_return, name="year_return"),
    path("programmes/<slug:slug>/<int:year>/validate/", years.year_validate, name="year_validate"),
    path("programmes/<slug:slug>/<int:year>/lock/", years.year_lock, name="year_lock"),
    path("programmes/<slug:slug>/<int:year>/reopen/", years.year_reopen, name="year_reopen"),
    path(
        "programmes/<slug:slug>/<int:year>/sections/<slug:heading>/<int:outcome>/<slug:language>/",
        sections.year_section,
        name="year_section",
    ),
    path("programmes/<slug:slug>/<int:year>/scores/", scores.year_scores, name="year_scores"),
    path("programmes/<slug:slug>/<int:year>/scores/export/", scores.scores_export, name="scores_export"),
    path("programmes/<slug:slug>/<int:year>/scores/<int:outcome>/", scores.scores_edit, name="scores_edit"),
    path("sections/<int:pk>/confirm/", sections.section_confirm, name="section_confirm"),
    path("programmes/<slug:slug>/path/", money.money_path, name="money_path"),
    path("programmes/<slug:slug>/grants/new/", money.grant_create, name="grant_create"),
    path("programmes/<slug:slug>/transfers/new/", money.transfer_create, name="transfer_create"),
    path("grants/<int:pk>/edit/", money.grant_edit, name="grant_edit"),
    path("grants/<int:pk>/tranches/<int:year>/", money.tranche_edit, name="tranche_edit"),
    path("transfers/<int:pk>/edit/", money.transfer_edit, name="transfer_edit"),
    path("requests/<int:pk>/edit/", requests.request_edit, name="request_edit"),
    path("requests/<int:pk>/move/", requests.request_move, name="request_move"),
    path("indicators/<slug:slug>/targets/", indicators.targets_edit, name="targets_edit"),
    path("indicators/values/<int:pk>/validate/", indicators.value_validate, name="value_validate"),
    path("indicators/values/<int:pk>/take-back/", indicators.value_take_back, name="value_take_back"),
    path("indicators/values/<int:pk>/correct/", indicators.value_correct, name="value_correct"),
    path("indicators/values/<int:pk>/file/", indicators.value_file, name="value_file"),
    path("indicators/corrections/<int:pk>/validate/", indicators.correction_validate, name="correction_validate"),
    path("<slug:slug>/requests/new/", requests.request_create, name="request_create"),
    path("findings/<int:pk>/edit/", trails.finding_edit, name="finding_edit"),
    path("decisions/<int:pk>/edit/", trails.decision_edit, name="decision_edit"),
    path("decisions/<int:pk>/steps/new/", trails.step_create, name="step_create"),
    path("decision-steps/<int:pk>/edit/", trails.step_edit, name="step_edit"),
    path("lessons/<int:pk>/edit/", trails.lesson_edit, name="lesson_edit"),
    path("risks/<int:pk>/edit/", trails.risk_edit, name="risk_edit"),
    path("risks/<int:pk>/review/", trails.risk_review, name="risk_review"),
    path("<slug:slug>/findings/new/", trails.finding_create, name="finding_create"),
    path("<slug:slug>/decisions/new/", trails.decision_create, name="decision_create"),
    path("<slug:slug>/lessons/new/", trails.lesson_create, name="lesson_create"),
    path("<slug:slug>/risks/new/", trails.risk_create, name="risk_create"),
]
