"""First purchases and first orders of products (首购订购)."""
