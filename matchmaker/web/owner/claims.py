"""Scene owners' claims for rewards."""

from __future__ import annotations

from matchmaker.web.shared.claim_pages import make_blueprint

bp = make_blueprint("owner_claims", "/owner/claims", "owner")
