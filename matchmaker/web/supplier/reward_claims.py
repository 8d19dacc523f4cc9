"""Firms' claims for rewards (``/supplier/claims`` is about claiming a profile)."""

from __future__ import annotations

from matchmaker.web.shared.claim_pages import make_blueprint

bp = make_blueprint("supplier_reward_claims", "/supplier/reward-claims", "supplier")
