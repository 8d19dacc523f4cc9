"""Score sheets: drafting, submitting, re-opening with a second person, questions to judges."""
