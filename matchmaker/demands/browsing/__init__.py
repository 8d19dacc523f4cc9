"""Looking through the listings: filters, order, pages, counts."""
