"""Reports of a designated scene at 3, 6 and 12 months, chased when late, decided by the bureau."""
