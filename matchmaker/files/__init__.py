"""Uploaded files: checked by content, stored by SHA-256, reached through their subject only."""
