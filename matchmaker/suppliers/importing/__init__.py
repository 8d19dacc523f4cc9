"""Products that came in a table: new ones and changes, all of them or none."""
