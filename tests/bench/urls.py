"""The portal's addresses, and the stock admin's list of activities to measure them against."""

from django.contrib import admin
from django.urls import path

from activities.models import Activity
from portal import urls

stock = admin.AdminSite(name="stock")


@admin.register(Activity, site=stock)
class StockActivityAdmin(admin.ModelAdmin):
    """What Django gives for the columns of our list, without help and without harm."""

    list_display = ["title", "kind", "partnership", "side", "status", "starts_on"]
    list_per_page = 50


urlpatterns = [*urls.urlpatterns, path("stock/", stock.urls)]
