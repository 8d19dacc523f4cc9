"""Files of a listing: drawings, photographs, technical notes; seen by whoever sees the listing."""
