"""One question to everything that is public: listings, products, firms, clauses, notices."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matchmaker.search.queries import question_words
from matchmaker.web.base import current_actor
from matchmaker.web.public.search_presenters import find_everywhere

bp = Blueprint("search", __name__)
QUESTION_MAX = 200


@bp.get("/search")
def index() -> ResponseReturnValue:
    question = request.args.get("q", "").strip()[:QUESTION_MAX]
    groups = find_everywhere(current_actor(), question) if question else []
    return render_template(
        "public/search.html",
        question=question,
        words=question_words(question),
        groups=groups,
        total=sum(group.total for group in groups),
    )
