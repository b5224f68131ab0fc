"""Addresses of activities, their log and their files."""

from django.urls import path

from activities.views import activity, budget, checks, co_funding, expense_list, expenses, files, imports, log, pages

app_name = "activities"
urlpatterns = [
    path("", pages.activity_list, name="list"),
    path("new/", activity.create, name="create"),
    path("<int:pk>/", pages.detail, name="detail"),
    path("<int:pk>/edit/", activity.edit, name="edit"),
    path("<int:pk>/status/", activity.status, name="status"),
    path("<int:pk>/co-funding/", co_funding.co_funding, name="co_funding"),
    path("budget/<slug:slug>/", budget.budget, name="budget"),
    path("budget/<slug:slug>/new/", budget.create, name="budget_create"),
    path("budget/<slug:slug>/export/", budget.export, name="budget_export"),
    path("budget/lines/<int:pk>/", budget.history, name="budget_history"),
    path("budget/lines/<int:pk>/amend/", budget.amend, name="budget_amend"),
    path("log/", log.create, name="log_create"),
    path("log/<int:pk>/edit/", log.edit, name="log_edit"),
    path("log/<int:pk>/withdraw/", log.withdraw, name="log_withdraw"),
    path("log/<int:pk>/restore/", log.restore, name="log_restore"),
    path("log/row/<slug:kind>/", log.row, name="log_row"),
    path("expenses/", expense_list.expense_list, name="expense_list"),
    path("expenses/export/", expense_list.expense_export, name="expense_export"),
    path("expenses/new/", expenses.expense_create, name="expense_create"),
    path("expenses/check/", checks.expense_check, name="expense_check"),
    path("expenses/judge/", expenses.expenses_judge, name="expenses_judge"),
    path("expenses/<int:pk>/", expenses.expense_detail, name="expense_detail"),
    path("expenses/<int:pk>/edit/", expenses.expense_edit, name="expense_edit"),
    path("expenses/<int:pk>/correct/", expenses.expense_correct, name="expense_correct"),
    path("expenses/<int:pk>/remove/", expenses.expense_remove, name="expense_remove"),
    path("expenses/<int:pk>/judge/", expenses.expense_judge, name="expense_judge"),
    path("import/", imports.upload, name="import"),
    path("import/<int:pk>/", imports.detail, name="import_detail"),
    path("import/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("import/<int:pk>/verdicts/<slug:kind>/", imports.verdicts, name="import_verdicts"),
    path("photos/<int:pk>/", files.photo, name="photo"),
    path("photos/<int:pk>/thumbnail/", files.photo_thumbnail, name="photo_thumbnail"),
    path("documents/<int:pk>/", files.document, name="document"),
    path("vouchers/<int:pk>/", files.voucher, name="voucher"),
]
