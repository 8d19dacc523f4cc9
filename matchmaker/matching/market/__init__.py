"""The market as matching sees it: catalogue, offers, needs, and the corpus of what is public."""
