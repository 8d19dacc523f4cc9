"""An owner's applications to the annual selection."""
