"""What the overview shows each reader: what waits, what is new, what comes, how far it is, and the first steps."""
