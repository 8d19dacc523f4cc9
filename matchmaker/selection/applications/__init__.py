"""Applications (申报): the consortium, revisions, gates, opinions, inspection, and their states."""
