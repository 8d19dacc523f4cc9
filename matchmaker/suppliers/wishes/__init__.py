"""Private wishes of a firm about the orders it takes: never in a text, a count or a reason."""
