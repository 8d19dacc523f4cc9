"""Firms' follow-ups of designated scenes."""

from __future__ import annotations

from matchmaker.web.shared.followup_pages import make_blueprint

bp = make_blueprint("supplier_followups", "/supplier/followups", "supplier")
