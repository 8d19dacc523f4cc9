"""The form that the rooms' tables of steps share."""

from enum import StrEnum

import pytest

from matchmaker.errors import IllegalTransition
from matchmaker.steps import take_step


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Act(StrEnum):
    SHUT = "shut"


TABLE = {(State.OPEN, Act.SHUT): State.SHUT}
STATES = {State.OPEN: "开放", State.SHUT: "关闭"}


def test_a_step_of_the_table_is_taken() -> None:
    assert take_step(TABLE, State.OPEN, Act.SHUT, subject="窗口", states=STATES) is State.SHUT


@pytest.mark.parametrize(
    ("labels", "text"), [(None, "不能办理这一步"), ({Act.SHUT: "关上"}, "不能关上")]
)
def test_another_step_is_refused_with_words(labels: dict[Act, str] | None, text: str) -> None:
    with pytest.raises(IllegalTransition) as refused:
        take_step(TABLE, State.SHUT, Act.SHUT, subject="窗口", states=STATES, steps=labels)

    assert refused.value.code == "step_missing"
    assert refused.value.text.startswith(f"窗口目前为“关闭”，{text}。")
