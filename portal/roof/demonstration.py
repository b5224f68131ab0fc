"""The demonstration accounts. Everybody may know them: they exist only beside demonstration data."""

PASSWORD = "partners-since-2007"  # noqa: S105 - public on purpose
