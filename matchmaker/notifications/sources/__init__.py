"""Who is told what: one module for each part of the house that messages come from."""
