"""Administration of whom the work is for: each module one noun."""

from beneficiaries.admin import indicators, learners, path, people

__all__ = ["indicators", "learners", "path", "people"]
