"""DemandListing: what scene owners need, with its requirements and its review."""
