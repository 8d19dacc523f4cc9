"""The meetings of an event: planning them, changing them by hand, the agenda."""
