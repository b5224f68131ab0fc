"""Forms of pages that are made of several rooms."""
