"""Whom a party wants to meet: known to itself and to the bureau, never to the other side."""
