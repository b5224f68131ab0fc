"""Administration of activities, their log, money, budget, imports and works."""

from activities.admin import activity, budget, counting, delay, imports, log, money, product, public_text

__all__ = ["activity", "budget", "counting", "delay", "imports", "log", "money", "product", "public_text"]
