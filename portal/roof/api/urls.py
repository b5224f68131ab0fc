"""Addresses of the API, under api/v1/."""

from django.urls import path

from portal.roof.api import views

app_name = "api"
urlpatterns = [
    path("expenses/", views.expenses, name="expenses"),
    path("expenses/check/", views.expense_check, name="expense_check"),
    path("expenses/<int:pk>/", views.expense, name="expense"),
]
