"""The bureau's side of claims: the queue, one claim step by step, the award sheet."""
