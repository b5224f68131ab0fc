"""Administration of activities, their log, money, budget, imports and works."""

from activities.admin import activity, budget, counting, delay, imports, log, money, product

__all__ = ["activity", "budget", "counting", "delay", "imports", "log", "money", "product"]
