from __future__ import annotations

import pytest

from matchmaker.errors import InvalidInput, LimitExceeded
from matchmaker.text import MAX_QUERY_CHARACTERS, check_query_text, normalise


def test_limit_is_the_last_length_that_passes() -> None:
    longest = "巡" * MAX_QUERY_CHARACTERS

    assert check_query_text(longest) is longest
    with pytest.raises(LimitExceeded) as refused:
        check_query_text(longest + "检", field="description")
    assert refused.value.fields["length"] == 20_001
    assert "description" in refused.value.text


@pytest.mark.parametrize("text", ["", "   ", "，。！？", "——", "🤖"])
def test_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_query_text(text, field="title")
    assert refused.value.field == "title"


@pytest.mark.parametrize("text", ["巡", "7", "G1", "ｇ"])
def test_one_letter_or_digit_is_enough(text: str) -> None:
    assert check_query_text(text) == text


def test_normalise_folds_width_case_and_space() -> None:
    assert normalise(" ＩＰ６７\t防尘\n２０ＫＧ ") == "ip67 防尘 20kg"
    assert normalise("") == ""
