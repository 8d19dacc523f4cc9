"""Answers about a public list that hold until the list changes.

Everybody sees the same public list, so its counts and the ids of a page are kept per process
under the list's token. The token is drawn anew in the transaction of each public change: an
answer under an old one is never found again. What a page shows of a row is always read fresh.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.search.models import PublicList

Answer = TypeVar("Answer")
KEPT = 2_000
_answers: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def note_change(name: str) -> None:
    """Draw the list's token anew, in the transaction that changes the list."""
    row = db.session.get(PublicList, name, with_for_update=True)
    if row is None:
        row = PublicList(name=name)
        db.session.add(row)
    row.token = secrets.token_hex(16)
    db.session.flush()


def remember(name: str, question: Hashable, compute: Callable[[], Answer]) -> Answer:
    """The answer about the list as this transaction sees it, computed unless it is kept.

    Nothing is kept of a list that has never changed.
    """
    token = db.session.scalar(select(PublicList.token).where(PublicList.name == name))
    if token is None:
        return compute()
    key = (token, question)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return cast("Answer", _answers[key])
    answer = compute()
    with _lock:
        _answers[key] = answer
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return answer
