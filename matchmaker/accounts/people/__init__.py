"""People of the platform as the administrator keeps them."""
