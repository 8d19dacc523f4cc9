"""What is made out of all rooms below: archive packages, workbooks, the check of invariants."""
