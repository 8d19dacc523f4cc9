"""A firm's questions and answers to listings."""
