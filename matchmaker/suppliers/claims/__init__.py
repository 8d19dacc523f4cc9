"""Claiming a compiled profile: a firm asks with papers, the bureau approves."""
