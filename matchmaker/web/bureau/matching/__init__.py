"""The exposure report: whose products the lists show."""
