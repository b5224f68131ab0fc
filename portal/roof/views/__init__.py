"""Pages made of several rooms."""
