"""Addresses under privacy/: what is held on one person."""

from django.urls import path

from portal.roof.views import privacy

app_name = "privacy"
urlpatterns = [
    path("me/", privacy.own, name="own"),
    path("me/export/", privacy.own_export, name="own_export"),
    path("learners/<int:pk>/", privacy.learner, name="learner"),
    path("learners/<int:pk>/export/", privacy.learner_export, name="learner_export"),
    path("learners/<int:pk>/erase/", privacy.learner_erase, name="learner_erase"),
    path("accounts/<int:pk>/", privacy.account, name="account"),
    path("accounts/<int:pk>/export/", privacy.account_export, name="account_export"),
    path("accounts/<int:pk>/erase/", privacy.account_erase, name="account_erase"),
]
