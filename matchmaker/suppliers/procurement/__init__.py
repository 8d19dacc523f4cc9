"""Recommending products for the government procurement catalogue (政府采购目录推荐)."""
