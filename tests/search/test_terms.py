"""What is stored of a text and what a question asks for."""

from __future__ import annotations

import pytest

from matchmaker.search.terms import (
    MAX_QUESTION_CHARACTERS,
    MAX_QUESTION_TERMS,
    index_terms,
    question_terms,
    question_words,
)

SENTENCE = "正线地下变电所须达到IP67/IP68防护，可采用Unitree-G1巡检，精度0.05mm，载荷20kg。"


@pytest.mark.parametrize(
    "question",
    ["巡检", "变电所", "IP67", "ip68", "G1", "Unitree", "unitree-g1", "0.05", "２０ＫＧ", "所"],
)
def test_words_inside_a_sentence_are_among_its_terms(question: str) -> None:
    assert set(question_terms(question)) <= set(index_terms(SENTENCE))
    assert question_terms(question)


@pytest.mark.parametrize("question", ["巡逻", "IP65", "G2", "0.03", "变压器", "200kg"])
def test_words_that_a_sentence_lacks_ask_for_a_term_it_lacks(question: str) -> None:
    assert not set(question_terms(question)) <= set(index_terms(SENTENCE))


def test_a_question_is_cut_into_words_and_each_word_kept_once() -> None:
    assert question_words("变电所 巡检，变电所 IP67") == ["变电所", "巡检", "ip67"]


@pytest.mark.parametrize("text", ["", "   ", "！？——", "\n\t", "___"])
def test_texts_without_letters_or_digits_have_no_terms(text: str) -> None:
    assert index_terms(text) == []
    assert question_terms(text) == []


def test_a_long_question_is_bounded() -> None:
    question = "".join(chr(0x4E00 + i) for i in range(5_000))
    assert len(question_terms(question)) <= MAX_QUESTION_TERMS
    assert sum(map(len, question_words(question))) <= MAX_QUESTION_CHARACTERS


def test_terms_hold_no_quote_or_space_that_an_engine_would_read() -> None:
    terms = index_terms("a'b\"c d)e(f*g:h^i{j}k\\l'; DROP TABLE x; -- 巡'检")
    assert not any(sign in term for term in terms for sign in "'\" ()*:^{}\\;")
