"""What has changed on the market since an index was made, in the order of the commits."""
