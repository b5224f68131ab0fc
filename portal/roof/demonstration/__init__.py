"""The demonstration: invented years of the two partnerships, and the accounts that everybody may know.

It exists only where the portal demonstrates itself; every row of it is marked as such.
"""

PASSWORD = "demo-portal"  # noqa: S105 - public on purpose
