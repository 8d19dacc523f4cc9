"""What every template may use: the actor, the navigation of their area, the site's particulars."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, request, url_for

from matchmaker.accounts.rules import ROLE_LABELS, list_audiences
from matchmaker.accounts.security import get_current_actor
from matchmaker.config import Settings
from matchmaker.notifications.inbox.queries import count_unread
from matchmaker.web import filters
from matchmaker.web.navigation import AREAS


def init_context(app: Flask) -> None:
    """Register the context processor and the filters."""
    filters.install(app.jinja_env)
    app.context_processor(_make_context)


def _make_context() -> dict[str, Any]:
    actor = get_current_actor()
    settings: Settings = current_app.extensions["settings"]
    return {
        "current_actor": actor,
        "audiences": list_audiences(actor),
        "role_labels": ROLE_LABELS,
        "home_url": _home_url(),
        "nav_items": list_navigation(),
        "unread_notices": lambda: count_unread(actor),
        "site_name": settings.site_name,
        "site_sponsor": settings.site_sponsor,
        "site_icp": settings.site_icp,
        "contact_email": settings.contact_email,
        "is_production": settings.production,
    }


def _home_url() -> str:
    areas = [area for area in list_audiences(get_current_actor()) if area in AREAS]
    return url_for(AREAS[areas[0]].home) if areas else url_for("account.profile")


def list_navigation() -> list[tuple[str, str, bool]]:
    """(label, url, active) for the signed-in area of this request; empty on public pages."""
    actor = get_current_actor()
    audiences = list_audiences(actor)
    wanted = (request.path.strip("/").split("/") or [""])[0]
    if wanted == "account" and audiences:
        wanted = audiences[0]
    if wanted not in audiences or wanted not in AREAS:
        return []
    items = [item for item in AREAS[wanted].items if not item.roles or actor.has_role(*item.roles)]
    starts = [
        (url_for(endpoint), item) for item in items for endpoint in (item.endpoint, *item.also)
    ]
    fitting = [(len(url), n) for n, (url, _) in enumerate(starts) if request.path.startswith(url)]
    best = starts[max(fitting)[1]][1] if fitting else None
    return [(item.label, url_for(item.endpoint), item is best) for item in items]
