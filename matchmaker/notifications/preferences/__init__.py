"""Which kinds a person wants, by which channel, at once or once a day."""
