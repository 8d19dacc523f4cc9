"""Showrooms (样板间 / 体验中心) that visitors find and book a visit to."""
