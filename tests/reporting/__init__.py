"""Archives, workbooks, invariants."""
