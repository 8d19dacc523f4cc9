"""Results of a round: ranking, cut, frozen snapshot, publicity, confirmation, designation."""
