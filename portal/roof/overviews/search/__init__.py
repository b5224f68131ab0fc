"""Search over everything that a person may see."""

from portal.roof.overviews.search.finding import Found, Group, search

__all__ = ["Found", "Group", "search"]
