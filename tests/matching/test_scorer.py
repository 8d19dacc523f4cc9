from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from matchmaker.errors import LimitExceeded
from matchmaker.matching import FieldedText, Query, TextMatcher

TEXTS = [
    "四足机器人 上下楼梯 变电站巡检 测温读表",
    "轮式双臂机器人 料箱转运 上下料",
    "餐厅送餐机器人 送菜领位",
    "医院配送机器人 送药 标本运送",
    "",
    "四足机器人 上下楼梯 变电站巡检 测温读表",
    "防爆轮式巡检 IP66 气体检测 G1",
]
QUERIES = ["变电站巡检要能爬楼梯", "送药到病区", "IP66防爆", "料箱"]


@pytest.fixture(scope="module")
def matcher() -> TextMatcher:
    return TextMatcher().fit(TEXTS)


def _market() -> list[str]:
    path = Path(__file__).parents[2] / "seeds" / "market" / "suppliers.json"
    firms = json.loads(path.read_text(encoding="utf-8"))["suppliers"]
    return [
        f"{p['model']} {' '.join(p['tasks'])} {p['description']}"
        for f in firms
        for p in f["products"]
    ]


def test_best_first_and_equal_texts_by_index(matcher: TextMatcher) -> None:
    indices, scores = matcher.rank([QUERIES[0]], 3)

    assert indices.tolist()[0][:2] == [0, 5]
    assert scores[0, 0] == scores[0, 1]
    assert indices.dtype == np.int64
    assert scores.dtype == np.float64
    assert (np.diff(scores[0]) <= 0).all()


def test_padded_where_fewer_rows_share_a_term(matcher: TextMatcher) -> None:
    indices, scores = matcher.rank(["料箱", "qqqq"], 10)

    assert indices[0, 0] == 1
    assert indices[0, -1] == -1
    assert scores[0, -1] == 0.0
    assert (indices[1] == -1).all()
    assert (scores[1] == 0.0).all()
    assert 4 not in indices


def test_query_without_words_matches_nothing(matcher: TextMatcher) -> None:
    indices, scores = matcher.rank(["", "  ", "★", "料箱"], 2)

    assert indices[:3].tolist() == [[-1, -1]] * 3
    assert scores[:3].tolist() == [[0.0, 0.0]] * 3
    assert indices[3, 0] == 1
    assert matcher.coverage("", [0, 1]).tolist() == [0.0, 0.0]
    assert matcher.explain("", 0) == []


def test_k_larger_than_the_corpus(matcher: TextMatcher) -> None:
    indices, _ = matcher.rank([QUERIES[0]], 100)

    assert indices.shape == (1, 100)


@pytest.mark.parametrize("query", QUERIES)
def test_explanation_sums_to_the_score(matcher: TextMatcher, query: str) -> None:
    indices, scores = matcher.rank([query], 7)

    for index, score in zip(indices[0].tolist(), scores[0].tolist(), strict=True):
        if index < 0:
            continue
        terms = matcher.explain(query, index)
        assert sum(points for _, points in terms) == pytest.approx(score, abs=1e-6)
        assert [p for _, p in terms] == sorted((p for _, p in terms), reverse=True)
        assert len({term for term, _ in terms}) == len(terms)


def test_explanation_is_empty_without_a_common_term(matcher: TextMatcher) -> None:
    assert matcher.explain("料箱", 4) == []
    with pytest.raises(IndexError):
        matcher.explain("料箱", 7)


def test_removing_a_term_lowers_the_sum_by_its_points() -> None:
    matcher = TextMatcher().fit(["ab 巡检", "cd 送餐", "ef"])
    whole = matcher.prepare("ab cd 巡检")
    less = matcher.prepare("cd 巡检")
    from matchmaker.matching.retrieval import share_terms

    snapshot = matcher.snapshot_
    lost = sum(s.mix for s in share_terms(snapshot, whole, 0)) - sum(
        s.mix for s in share_terms(snapshot, less, 0)
    )
    named = sum(s.mix for s in share_terms(snapshot, whole, 0) if s.term == "ab")

    assert named > 0.0
    assert lost == pytest.approx(named, abs=1e-6)


def test_coverage_is_between_zero_and_one_and_falls_with_unknown_words(
    matcher: TextMatcher,
) -> None:
    known = matcher.coverage("变电站巡检", [0, 2, 4])
    half = matcher.coverage("变电站巡检 鲸鱼唱歌跳舞", [0])

    assert 0.0 < known[0] <= 1.0
    assert known[2] == 0.0
    assert half[0] < known[0]
    assert matcher.coverage("变电站", []).shape == (0,)


def test_partial_fit_appends_and_finds_new_words_at_once(matcher: TextMatcher) -> None:
    live = clone(matcher).fit(TEXTS)
    assert live.partial_fit(["猛犸象Z9铲雪车"]) is live

    indices, scores = live.rank(["Z9铲雪"], 1)
    assert indices.tolist() == [[len(TEXTS)]]
    assert sum(p for _, p in live.explain("Z9铲雪", 7)) == pytest.approx(scores[0, 0], abs=1e-6)
    assert live.n_rows_ == len(TEXTS) + 1


def test_partial_fit_before_fit_is_a_fit() -> None:
    first = TextMatcher().partial_fit(TEXTS)
    second = TextMatcher().fit(TEXTS)

    assert first.rank(QUERIES, 5)[1].tolist() == second.rank(QUERIES, 5)[1].tolist()


def test_full_tail_is_sealed_and_still_found() -> None:
    live = TextMatcher().fit(TEXTS)
    live.partial_fit([f"第{i}号样机 编码K{i}Q" for i in range(1_030)])

    assert len(live.snapshot_.parts) == 3
    assert live.rank(["K1023Q"], 1)[0][0, 0] == len(TEXTS) + 1_023
    assert live.rank(["K1029Q"], 1)[0][0, 0] == len(TEXTS) + 1_029


def test_fields_count_by_their_weight() -> None:
    once = FieldedText((("巡检", 1), ("搬运搬运", 1)))
    thrice = FieldedText((("巡检", 3), ("搬运搬运", 1)))
    matcher = TextMatcher().fit([once, thrice])

    assert matcher.rank(["巡检"], 2)[0].tolist() == [[1, 0]]
    with pytest.raises(ValueError, match="whole number"):
        FieldedText((("巡检", 0),))


def test_expansions_add_with_their_weight(matcher: TextMatcher) -> None:
    plain = matcher.rank(["点检"], 7)[1][0, 0]
    query = Query("点检", (("巡检", 0.4),))
    indices, _ = matcher.rank([query], 7)

    assert plain > 0.0
    assert {0, 5, 6} <= set(indices[0].tolist())
    assert "巡检" in dict(matcher.explain(query, 0))


def test_allowed_rows_only(matcher: TextMatcher) -> None:
    allowed = np.ones(len(TEXTS), bool)
    allowed[0] = False

    indices, scores = matcher.rank([QUERIES[0]], 3, allowed=allowed)
    assert indices[0, 0] == 5
    explained = matcher.explain(QUERIES[0], 5, allowed=allowed)
    assert sum(p for _, p in explained) == pytest.approx(scores[0, 0], abs=1e-6)
    assert (matcher.rank([QUERIES[0]], 3, allowed=np.zeros(7, bool))[0] == -1).all()


def test_empty_corpus_answers_with_nothing() -> None:
    for texts in ([], [""], ["", "，。"]):
        matcher = TextMatcher().fit(texts)
        assert (matcher.rank(["巡检"], 2)[0] == -1).all()
        assert matcher.rank([], 2)[0].shape == (0, 2)


def test_bad_input_is_refused(matcher: TextMatcher) -> None:
    with pytest.raises(LimitExceeded):
        matcher.rank(["巡" * 20_001], 1)
    with pytest.raises(ValueError, match="at least 1"):
        matcher.rank(["巡"], 0)
    with pytest.raises(TypeError):
        matcher.rank("巡检", 1)
    with pytest.raises(TypeError):
        TextMatcher().fit("巡检")
    with pytest.raises(TypeError):
        TextMatcher().fit([1])  # type: ignore[list-item]
    with pytest.raises(NotFittedError):
        TextMatcher().rank(["巡"], 1)


def test_estimator_contract(matcher: TextMatcher) -> None:
    copy = clone(matcher)

    assert copy.get_params() == matcher.get_params()
    assert not hasattr(copy, "vocabulary_")
    assert copy.set_params(k1=1.5).k1 == 1.5
    fresh = TextMatcher(dictionary=("甲",))
    assert vars(fresh) == fresh.get_params(deep=False)


def test_pickle_and_save_give_the_same_answers(matcher: TextMatcher, tmp_path: Path) -> None:
    live = clone(matcher).fit(TEXTS).partial_fit(["新型号X77履带车"])
    expected = [a.tolist() for a in live.rank([*QUERIES, "X77"], 5)]

    again = pickle.loads(pickle.dumps(live))
    assert [a.tolist() for a in again.rank([*QUERIES, "X77"], 5)] == expected

    live.save(tmp_path / "m")
    for mmap in (True, False):
        loaded = TextMatcher.load(tmp_path / "m", mmap=mmap)
        assert [a.tolist() for a in loaded.rank([*QUERIES, "X77"], 5)] == expected
        assert loaded.explain("X77", 7) == live.explain("X77", 7)
        loaded.partial_fit(["又一台Y88"])
        assert loaded.rank(["Y88"], 1)[0][0, 0] == len(TEXTS) + 1
    with pytest.raises(FileExistsError):
        live.save(tmp_path / "m")


def test_another_scorer_version_is_not_opened(matcher: TextMatcher, tmp_path: Path) -> None:
    matcher.save(tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace("blend-1", "blend-0"))

    with pytest.raises(ValueError, match="blend-0"):
        TextMatcher.load(tmp_path)


def test_answers_do_not_depend_on_the_hash_seed() -> None:
    code = (
        "from matchmaker.matching import TextMatcher\n"
        f"m = TextMatcher().fit({TEXTS!r})\n"
        f"i, s = m.rank({QUERIES!r}, 5)\n"
        "print(i.tolist(), s.tolist(), m.explain('变电站巡检', 0))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(runs) == 1


def test_import_loads_neither_flask_nor_sqlalchemy() -> None:
    code = (
        "import sys\n"
        "from matchmaker.matching import TextMatcher\n"
        "TextMatcher().fit(['巡检']).rank(['巡检'], 1)\n"
        "print([m for m in ('flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_candidate_stage_finds_what_the_whole_sum_finds() -> None:
    base = _market()
    rng = np.random.default_rng(7)
    texts = [
        "".join(base[j][: 20 + j % 50] for j in rng.integers(0, len(base), 3)) for _ in range(2_500)
    ]
    exact = TextMatcher(candidates=None).fit(texts)
    staged = TextMatcher(candidates=300).fit(texts)
    queries = [text[10:60] for text in texts[:60]]

    same = sum(exact.rank([q], 10)[0].tolist() == staged.rank([q], 10)[0].tolist() for q in queries)
    assert same >= 0.98 * len(queries)


def test_frequent_terms_weigh_nothing_in_large_corpora_only() -> None:
    small = TextMatcher().fit(["机器人 甲"] * 30 + ["乙"])
    assert small.rank(["机器人"], 1)[0][0, 0] == 0

    large = TextMatcher().fit(["机器人 甲"] * 1_200 + ["机器人 独一"])
    assert (large.rank(["机器人"], 1)[0] == -1).all()
    assert large.rank(["独一"], 1)[0][0, 0] == 1_200


@settings(max_examples=40)
@given(
    st.lists(st.text("巡检搬运IP67机器a ", max_size=12), min_size=1, max_size=8),
    st.text("巡检搬运IP67机器a", min_size=1, max_size=30),
)
def test_every_score_is_the_sum_of_its_reasons(texts: list[str], query: str) -> None:
    matcher = TextMatcher().fit(texts)
    indices, scores = matcher.rank([query], len(texts))

    for index, score in zip(indices[0].tolist(), scores[0].tolist(), strict=True):
        if index >= 0:
            assert score > 0.0
            total = sum(p for _, p in matcher.explain(query, index))
            assert total == pytest.approx(score, abs=1e-6)
        else:
            assert score == 0.0
