"""What everybody may read: pages without a sign-in, a feed, a map of the site, and files that were released."""
