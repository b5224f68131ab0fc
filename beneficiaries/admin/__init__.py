"""Administration of whom the work is for: each module one noun."""

from beneficiaries.admin import indicators, learners, notes, path, people

__all__ = ["indicators", "learners", "notes", "path", "people"]
