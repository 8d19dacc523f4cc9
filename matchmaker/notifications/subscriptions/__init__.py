"""What a person asked to be told of: saved searches and watched listings."""
