"""Addresses of the register of suggestions, under suggestions/."""

from django.urls import path

from beneficiaries.views import suggestions

app_name = "suggestions"
urlpatterns = [
    path("", suggestions.suggestion_list, name="list"),
    path("new/<slug:partnership>/", suggestions.suggestion_create, name="create"),
    path("from/<int:pk>/", suggestions.suggestion_from, name="take_up"),
    path("<int:pk>/", suggestions.detail, name="detail"),
    path("<int:pk>/edit/", suggestions.suggestion_edit, name="edit"),
    path("<int:pk>/reply/", suggestions.suggestion_reply, name="reply"),
]
