"""A form that is sent twice is carried out once and gets the same answer (RELIABILITY R1).

Each form carries a random one-time value; what is remembered is the digest of that value, the
address, the person and the whole content, with the address the first answer led to. The same form
sent again is led there; a form that was changed in between is a new act.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker import clock
from matchmaker.accounts.security import get_current_actor
from matchmaker.db import Model, db, write_tx

FIELD = "_once"
KEPT = timedelta(days=2)


class SentForm(Model):
    """A form that was carried out."""

    __tablename__ = "sent_form"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    location: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


def make_once_token() -> str:
    """A value for the hidden field of one form."""
    return secrets.token_urlsafe(16)


def init_once(app: Flask) -> None:
    """Recognise a form that was sent before."""
    app.jinja_env.globals["once_token"] = make_once_token

    @app.before_request
    def answer_repeated_form() -> ResponseReturnValue | None:
        if request.method != "POST" or not request.form.get(FIELD):
            return None
        g.form_digest = _compute_digest()
        sent = db.session.get(SentForm, g.form_digest)
        return redirect(sent.location) if sent else None


def remember_sent_form(response: Response) -> None:
    """Note the form of this request in its own transaction; called just before the commit."""
    digest = g.pop("form_digest", None)
    if digest is None or not 300 <= response.status_code < 400:
        return
    if db.session.get(SentForm, digest) is None:
        db.session.add(SentForm(digest=digest, location=response.location or "/"))


def _compute_digest() -> str:
    digest = hashlib.sha256(f"{request.full_path}\n{get_current_actor().user_id}\n".encode())
    for name, value in sorted(request.form.items(multi=True)):
        digest.update(f"{len(name)}:{name}={len(value)}:{value}\n".encode())
    for name, upload in sorted(request.files.items(multi=True)):
        content = upload.stream.read()
        upload.stream.seek(0)
        digest.update(f"{name}={upload.filename}\n".encode() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def forget_old_forms() -> None:
    """Nightly: drop what nobody sends again."""
    with write_tx() as session:
        session.execute(delete(SentForm).where(SentForm.created_at < clock.now() - KEPT))
