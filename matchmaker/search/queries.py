"""Asking for rows by words. The answer is a subquery: join it with the room's ``visible_to``."""

from __future__ import annotations

from sqlalchemy import Select, false, select

from matchmaker.db import db
from matchmaker.search.backends import backend_of
from matchmaker.search.models import SearchRow
from matchmaker.search.terms import question_terms, question_words

__all__ = ["matching_ids", "question_words"]


def matching_ids(kind: str, question: str) -> Select[str]:
    """Stable keys of the rows of a kind that hold every word of the question.

    ``visible_to(actor).where(DemandListing.code.in_(matching_ids("demand", question)))``. A
    question without letters or digits finds nothing; only its first 200 characters count.
    """
    terms = question_terms(question)
    found = select(SearchRow.subject_id).where(SearchRow.kind == kind)
    if not terms:
        return found.where(false())
    backend = backend_of(db.session().get_bind().dialect.name)
    return found.where(SearchRow.id.in_(backend.rows_with(terms)))
