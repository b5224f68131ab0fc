"""Addresses of the pages on which forms are built; portal.roof.form_urls adds what came of them."""

from django.urls import path

from beneficiaries.views import codes, evaluation_forms, paper, questions

urlpatterns = [
    path("", evaluation_forms.form_list, name="list"),
    path("new/<slug:partnership>/", evaluation_forms.form_create, name="create"),
    path("questions/<int:pk>/edit/", questions.question_edit, name="question_edit"),
    path("questions/<int:pk>/move/", questions.question_move, name="question_move"),
    path("questions/<int:pk>/remove/", questions.question_remove, name="question_remove"),
    path("paper/<int:pk>/take-back/", paper.paper_take_back, name="paper_take_back"),
    path("<slug:slug>/", evaluation_forms.detail, name="detail"),
    path("<slug:slug>/edit/", evaluation_forms.form_edit, name="edit"),
    path("<slug:slug>/copy/", evaluation_forms.form_copy, name="copy"),
    path("<slug:slug>/preview/", evaluation_forms.preview, name="preview"),
    path("<slug:slug>/questions/new/<slug:kind>/", questions.question_create, name="question_create"),
    path("<slug:slug>/codes/", codes.codes, name="codes"),
    path("<slug:slug>/codes/withdraw/", codes.codes_withdraw, name="codes_withdraw"),
    path("<slug:slug>/paper/", paper.paper, name="paper"),
]
