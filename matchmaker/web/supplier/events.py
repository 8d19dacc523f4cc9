"""Robot firms at matchmaking events."""

from __future__ import annotations

from matchmaker.web.shared.event_pages import make_blueprint

bp = make_blueprint("supplier_events", "/supplier/events", "supplier")
