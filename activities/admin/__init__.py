"""Administration of activities, their log, money and works."""

from activities.admin import activity, log, money, product

__all__ = ["activity", "log", "money", "product"]
