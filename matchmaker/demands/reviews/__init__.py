"""The two reviews of a submission: the sector's lead department and the district."""
