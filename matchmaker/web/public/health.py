"""Liveness and readiness for operators."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from matchmaker.db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers and is at a known revision."""
    try:
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except Exception:  # noqa: BLE001 - whatever the database says, the answer is "not ready"
        return jsonify(status="unavailable", database="not initialised"), 503
    return jsonify(status="ok", revision=revision), 200
