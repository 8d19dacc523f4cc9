"""From a draft to a claim whose lines the auditor has verified."""
