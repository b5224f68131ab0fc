"""What people may ask of the portal about themselves, and what it forgets by itself."""
