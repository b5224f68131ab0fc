"""The social and cultural map of the partnerships' municipalities, and its directory (B9)."""

from portal.roof.overviews.social_map.page import MapPage, map_page
from portal.roof.overviews.social_map.scopes import of_everybody, of_reader

__all__ = ["MapPage", "map_page", "of_everybody", "of_reader"]
