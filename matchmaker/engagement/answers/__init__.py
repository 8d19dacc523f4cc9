"""Answers (应答) of firms to a listing: sealed until its deadline, then judged with reasons."""
