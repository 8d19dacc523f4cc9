"""Firms' showrooms and the visits that were booked."""

from __future__ import annotations

from matchmaker.web.shared.showroom_pages import make_blueprint

bp = make_blueprint("supplier_showrooms", "/supplier/showrooms", "supplier")
