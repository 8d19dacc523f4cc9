"""Facts kept by their content, so that an older corpus and an older list can be made again."""
