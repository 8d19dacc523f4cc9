"""The law as it stands: the loaded documents with the adoptions that were recorded."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.policy.law import Adoption, Law
from matchmaker.policy.loader import load_law
from matchmaker.policy.models import PolicyAdoption


def get_law() -> Law:
    """The law with the recorded adoptions."""
    adoptions = [Adoption(row.document_id, row.number, row.adopted_on) for row in list_adoptions()]
    return load_law().with_adoptions(*adoptions)


def list_adoptions() -> Sequence[PolicyAdoption]:
    """Recorded adoptions by document."""
    return db.session.scalars(select(PolicyAdoption).order_by(PolicyAdoption.document_id)).all()
