"""One form for "this step from this state": the table is the room's, the refusal is the same."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from matchmaker.errors import IllegalTransition

S = TypeVar("S", bound=StrEnum)
K = TypeVar("K", bound=StrEnum)


def take_step(
    table: Mapping[tuple[S, K], S],
    state: S,
    step: K,
    *,
    subject: str,
    states: Mapping[S, str],
    steps: Mapping[K, str] | None = None,
) -> S:
    """The state that a step leads to.

    ``subject`` is what moves (里程碑), ``states`` and ``steps`` are how people call the states and
    steps. Raises ``IllegalTransition`` where the table has no such step.
    """
    following = table.get((state, step))
    if following is None:
        raise IllegalTransition(
            "step_missing",
            "{subject}目前为“{state}”，不能{step}。请刷新页面查看最新状态。",
            subject=subject,
            state=states[state],
            step="办理这一步" if steps is None else steps[step],
        )
    return following
