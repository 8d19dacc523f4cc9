"""Long work outside a request: a row that shows its progress, an executor that runs it."""
