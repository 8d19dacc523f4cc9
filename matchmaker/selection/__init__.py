"""Annual selection (年度评选): official scores, ranking, the model beside it, assignment."""
