"""The firm's products."""
