"""The steps of a listing's life that its owner and the bureau take."""
