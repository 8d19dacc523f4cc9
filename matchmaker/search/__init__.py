"""Finding rows by words: one table of pre-segmented terms, the same on both databases."""
