from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.text import Analyser, View, normalise
from matchmaker.text.analyser import default_dictionary, iter_characters

ANALYSER = Analyser()


def test_views_keep_latin_runs_whole_and_in_pieces() -> None:
    characters, pairs, words = ANALYSER.terms("ＩＰ５４ 巡检")

    assert characters == Counter(
        {"ip54": 1, "ip": 1, "p5": 1, "54": 1, "ip5": 1, "p54": 1, "巡": 1, "检": 1}
    )
    assert pairs == Counter({"ip": 1, "p5": 1, "54": 1, "巡检": 1})
    assert words == Counter({"ip54": 1, "巡检": 1})


def test_short_and_joined_runs_are_not_cut_twice() -> None:
    assert [t for t, _, _ in iter_characters("g1")] == ["g1"]
    assert [t for t, _, _ in iter_characters("3c厂")] == ["3c", "厂"]
    assert next(t for t, _, _ in iter_characters("b2-w")) == "b2-w"


def test_words_of_the_field_stay_whole_and_punctuation_is_no_word() -> None:
    words = ANALYSER.terms("六维力传感器、谐波减速器。")[View.WORDS]

    assert words == Counter({"六维力传感器": 1, "谐波减速器": 1})


def test_another_dictionary_cuts_otherwise() -> None:
    own = Analyser(["天窗点作业"])

    assert "天窗点作业" in own.terms("夜间天窗点作业")[View.WORDS]
    assert "天窗点作业" not in ANALYSER.terms("夜间天窗点作业")[View.WORDS]


def test_pairs_do_not_cross_white_space() -> None:
    assert set(ANALYSER.terms("巡 检")[View.PAIRS]) == set()


def test_default_dictionary_is_normalised_and_without_repeats() -> None:
    words = [normalise(word) for word in default_dictionary()]

    assert len(words) > 1_000
    assert len(words) == len(set(words))


def test_analyser_travels_between_processes() -> None:
    again = pickle.loads(pickle.dumps(ANALYSER))

    assert again.terms("防爆机器狗") == ANALYSER.terms("防爆机器狗")


@given(st.text(max_size=60))
def test_occurrences_count_what_terms_count(text: str) -> None:
    clean = normalise(text)
    found = ANALYSER.occurrences(text)

    for view, terms in zip(View, ANALYSER.terms(text), strict=True):
        assert Counter(o.term for o in found if o.view is view) == terms
    assert all(clean[o.start : o.end] == o.term for o in found)


def test_terms_are_the_same_in_every_process() -> None:
    code = "from matchmaker.text import Analyser; print(Analyser().terms('料箱转运IP54，二十公斤'))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_long_text_is_read_in_linear_time() -> None:
    def seconds(text: str) -> float:
        start = time.perf_counter()
        ANALYSER.terms(text)
        return time.perf_counter() - start

    for piece in ("巡检变电所，", "a1", "一"):
        seconds(piece * 100)
        short = min(seconds((piece * 5_000)[:5_000]) for _ in range(3))
        long = min(seconds((piece * 20_000)[:20_000]) for _ in range(3))
        assert long < 12 * short + 0.02
