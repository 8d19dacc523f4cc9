"""Scene owners' applications to the annual selection."""

from __future__ import annotations

from matchmaker.web.shared.application_pages import make_blueprint

bp = make_blueprint("owner_applications", "/owner/applications", "owner")
