"""Who comes to an event: invitations, registration, when they are free, check-in."""
