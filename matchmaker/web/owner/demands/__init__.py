"""An owner's own listings: list, form, overview, steps."""
