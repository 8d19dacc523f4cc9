"""How often whose products were shown: impressions and their distribution."""
