"""Scene owners at matchmaking events."""

from __future__ import annotations

from matchmaker.web.shared.event_pages import make_blueprint

bp = make_blueprint("owner_events", "/owner/events", "owner")
