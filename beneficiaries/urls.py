"""Addresses of the courses and of those who follow them, under learning/."""

from django.urls import path

from beneficiaries.views import cohorts, courses, exams, follow_ups, learners, sheet_links, sheets

app_name = "beneficiaries"
urlpatterns = [
    path("", courses.course_list, name="list"),
    path("years/", courses.years, name="years"),
    path("follow-ups/", follow_ups.follow_up_list, name="follow_up_list"),
    path("follow-ups/<int:pk>/edit/", follow_ups.follow_up_edit, name="follow_up_edit"),
    path("courses/new/<slug:partnership>/", courses.create, name="create"),
    path("courses/<slug:slug>/edit/", courses.edit, name="edit"),
    path("follow-ups/<int:pk>/withdraw/", follow_ups.follow_up_withdraw, name="follow_up_withdraw"),
    path("courses/<slug:slug>/", courses.detail, name="detail"),
    path("courses/<slug:slug>/cohorts/new/", cohorts.cohort_create, name="cohort_create"),
    path("courses/<slug:slug>/exams/new/", exams.exam_create, name="exam_create"),
    path("exams/<slug:slug>/edit/", exams.exam_edit, name="exam_edit"),
    path("exams/<slug:slug>/results/<slug:cohort>/", exams.results_edit, name="results_edit"),
    path("cohorts/<slug:slug>/", cohorts.cohort_detail, name="cohort_detail"),
    path("cohorts/<slug:slug>/edit/", cohorts.cohort_edit, name="cohort_edit"),
    path("cohorts/<slug:slug>/enrol/", cohorts.enrol_many, name="enrol"),
    path("cohorts/<slug:slug>/sessions/new/", cohorts.session_create, name="session_create"),
    path("cohorts/<slug:slug>/link/", sheet_links.link_make, name="link_make"),
    path("links/<int:pk>/withdraw/", sheet_links.link_withdraw, name="link_withdraw"),
    path("sessions/<int:pk>/", sheets.attendance, name="attendance"),
    path("sessions/<int:pk>/print/", sheets.attendance_print, name="attendance_print"),
    path("learners/<int:pk>/", learners.learner_detail, name="learner_detail"),
    path("learners/<int:pk>/edit/", learners.learner_edit, name="learner_edit"),
    path("enrolments/<int:pk>/edit/", learners.enrolment_edit, name="enrolment_edit"),
    path("enrolments/<int:pk>/follow-ups/new/", follow_ups.follow_up_create, name="follow_up_create"),
    path("enrolments/<int:pk>/coaching/new/", follow_ups.coaching_create, name="coaching_create"),
]
