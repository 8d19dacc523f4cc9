"""After a match: questions, sealed answers, outcomes, contacts, pairing, trial, deployment."""
