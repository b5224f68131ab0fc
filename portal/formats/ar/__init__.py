"""Arabic as Morocco's administration writes it."""
