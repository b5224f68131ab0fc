"""The demonstration accounts. Everybody may know them: they exist only beside demonstration data."""

PASSWORD = "demo-portal"  # noqa: S105 - public on purpose
