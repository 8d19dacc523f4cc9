"""From a choice to robots at work: pairing (结对), trial (首试首用), contract, deployment."""
