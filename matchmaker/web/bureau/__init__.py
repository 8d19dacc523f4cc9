"""Pages of the bureau and of reviewing departments and districts."""
