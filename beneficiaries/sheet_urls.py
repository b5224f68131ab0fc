"""Addresses at which attendance sheets are filled in without an account, under sheets/."""

from django.urls import path

from beneficiaries.views import trainers

app_name = "sheets"
urlpatterns = [
    path("<int:link>/<slug:key>/", trainers.sheet_list, name="list"),
    path("<int:link>/<slug:key>/<int:session>/", trainers.sheet, name="sheet"),
    path("paper/<int:session>/<slug:key>/", trainers.paper_sheet, name="paper"),
]
