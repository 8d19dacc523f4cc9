"""What an instrument may cost in a year, what is committed of it and what was paid."""
