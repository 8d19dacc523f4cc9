"""What a product can do and costs: figures with their evidence, prices by cooperation mode."""
