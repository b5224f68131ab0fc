"""Administration of whom the work is for: each module one noun."""

from beneficiaries.admin import indicators, people

__all__ = ["indicators", "people"]
