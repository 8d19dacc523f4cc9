"""征集: calls with a deadline, the queues they fill, and published editions of the lists."""
