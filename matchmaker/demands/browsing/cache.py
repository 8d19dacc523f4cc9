"""Answers about the public list that hold until the list changes.

Everybody sees the same public list, so its counts and the ids of a page are kept per process
under the list's token (``demand_market``). The token is drawn anew in the transaction of each
public change: an answer under an old one is never found again. What a page shows of a listing is
always read fresh.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import select

from matchmaker.db import db
from matchmaker.demands.models import DemandMarket

Answer = TypeVar("Answer")
KEPT = 1_000
_answers: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def read_token() -> str | None:
    """The token of the public list as this transaction sees it; None before the first listing."""
    return db.session.scalar(select(DemandMarket.token))


def remember(token: str | None, question: Hashable, compute: Callable[[], Answer]) -> Answer:
    """The answer under the token, computed unless it is kept. ``token`` must be read before."""
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
