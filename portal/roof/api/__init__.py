"""The API, version 1: what a municipality's own programs ask of the portal, and write into it."""
