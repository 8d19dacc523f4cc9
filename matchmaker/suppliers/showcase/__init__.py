"""What a firm shows beside its products: cases done and solutions offered (解决方案)."""
