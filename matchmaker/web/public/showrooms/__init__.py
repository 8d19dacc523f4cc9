"""Showrooms for visitors: finding one, booking a visit, following it by number."""
