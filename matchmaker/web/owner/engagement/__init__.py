"""What comes in on an owner's listing: questions, answers, and the choice."""
