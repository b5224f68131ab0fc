"""Administration of whom the work is for: each module one noun."""

from beneficiaries.admin import forms, indicators, learners, links, notes, path, people

__all__ = ["forms", "indicators", "learners", "links", "notes", "path", "people"]
