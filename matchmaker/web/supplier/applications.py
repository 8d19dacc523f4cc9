"""Firms' joint applications, and those of operators of developer communities."""

from __future__ import annotations

from matchmaker.web.shared.application_pages import make_blueprint

bp = make_blueprint("supplier_applications", "/supplier/applications", "supplier")
