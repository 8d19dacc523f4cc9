from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from matchmaker.errors import InvalidInput
from matchmaker.matching.generations import (
    Generation,
    is_intact,
    list_generations,
    open_generation,
    prune_generations,
    write_generation,
)
from matchmaker.matching.index import Change, Operation, fit_index

DOCUMENTS = [
    ("p-02", "四足机器人 上下楼梯 变电站巡检"),
    ("p-10", "轮式双臂机器人 料箱转运"),
    ("p-01", "四足机器人 上下楼梯 变电站巡检"),
    ("p-03", "餐厅送餐机器人"),
]


@pytest.fixture
def generation(tmp_path: Path) -> Generation:
    return write_generation(tmp_path, DOCUMENTS, number=1, kind="product", covers_seq=40)


def put(seq: int, id: str, text: str, kind: str = "product") -> Change:  # noqa: A002
    return Change(seq, kind, id, Operation.PUT, text)


def drop(seq: int, id: str) -> Change:  # noqa: A002
    return Change(seq, "product", id, Operation.DELETE)


def ids(hits: object) -> list[str]:
    return [hit.id for hit in hits]  # type: ignore[attr-defined]


def test_ties_break_by_id_and_not_by_the_order_of_arrival(generation: Generation) -> None:
    live = open_generation(generation)

    assert ids(live.current.search("变电站巡检", 5)) == ["p-01", "p-02"]
    live.apply([put(41, "p-00", "四足机器人 上下楼梯 变电站巡检")])
    hits = live.current.search("变电站巡检", 3)
    assert ids(hits)[1:] == ["p-01", "p-02"] or ids(hits) == ["p-00", "p-01", "p-02"]


def test_equal_rows_of_the_tail_are_ordered_by_id(generation: Generation) -> None:
    live = open_generation(generation)
    live.apply([put(41, "z", "雪地铲雪车X9"), put(42, "a", "雪地铲雪车X9")])

    assert ids(live.current.search("铲雪车X9", 2)) == ["a", "z"]
    assert ids(live.current.search("铲雪车X9", 1)) == ["a"]


def test_a_change_is_found_by_the_next_query_with_a_word_not_seen_before(
    generation: Generation,
) -> None:
    live = open_generation(generation)
    assert live.current.search("猛犸Q77", 5) == []

    live.apply([put(41, "p-99", "猛犸Q77铲车")])
    assert ids(live.current.search("猛犸Q77", 5)) == ["p-99"]
    assert live.current.seq == 41


def test_edit_replaces_and_withdrawal_removes(generation: Generation) -> None:
    live = open_generation(generation)
    live.apply([put(41, "p-03", "商场扫地机器人"), drop(42, "p-10"), put(43, "p-20", "巡检车")])

    assert ids(live.current.search("餐厅送餐", 5)) == [
        i for i in ids(live.current.search("餐厅送餐", 5)) if i == "p-03"
    ]
    assert ids(live.current.search("扫地", 5)) == ["p-03"]
    assert "p-10" not in ids(live.current.search("料箱转运机器人", 5))
    assert live.current.n_alive == 4

    live.apply([put(44, "p-03", "泳池清洗"), drop(45, "p-20"), put(46, "p-10", "料箱转运")])
    assert ids(live.current.search("扫地", 5)) == []
    assert ids(live.current.search("泳池", 5)) == ["p-03"]
    assert ids(live.current.search("料箱转运", 5)) == ["p-10"]
    assert live.current.n_alive == 4


def test_a_reader_keeps_what_it_saw(generation: Generation) -> None:
    live = open_generation(generation)
    before = live.current
    answer = before.search("变电站巡检机器人", 5)

    live.apply([drop(41, "p-01"), put(42, "p-50", "变电站巡检机器人")])

    assert before.search("变电站巡检机器人", 5) == answer
    assert "p-01" not in ids(live.current.search("变电站巡检机器人", 5))


def test_known_and_foreign_changes_are_passed_over(generation: Generation) -> None:
    live = open_generation(generation)
    live.apply([put(39, "p-77", "旧消息"), put(41, "d-1", "需求甲", kind="demand")])

    assert live.current.search("旧消息", 1) == []
    assert live.current.search("需求甲", 1) == []
    assert live.current.seq == 41
    with pytest.raises(ValueError, match="does not follow"):
        live.apply([put(43, "a", "甲"), put(42, "b", "乙")])
    assert live.current.seq == 41
    assert live.current.search("甲", 1) == []


def test_private_words_of_another_kind_change_no_byte_of_an_answer(
    generation: Generation,
) -> None:
    plain, other = open_generation(generation), open_generation(generation)
    other.apply([put(41, "d-1", "变电站巡检 未公开的需求", kind="demand")])

    query = "变电站巡检要能爬楼梯"
    assert other.current.search(query, 5) == plain.current.search(query, 5)


def test_replay_gives_the_same_as_one_by_one(generation: Generation) -> None:
    changes = [put(41, "a", "巡检甲"), put(42, "b", "巡检乙"), drop(43, "a"), put(44, "c", "丙")]
    whole, single = open_generation(generation), open_generation(generation)
    whole.apply(changes)
    for change in changes:
        single.apply([change])

    for query in ("巡检", "变电站", "丙"):
        assert whole.current.search(query, 9) == single.current.search(query, 9)


def test_filter_by_ids(generation: Generation) -> None:
    live = open_generation(generation)
    live.apply([put(41, "p-02", "变电站巡检升级版"), put(42, "p-60", "变电站巡检")])
    now = live.current

    mask = now.mask_of(["p-02", "p-60", "missing"])
    assert mask.dtype == np.bool_
    assert set(ids(now.search("变电站巡检", 9, allowed=mask))) == {"p-02", "p-60"}


def test_generation_is_due_after_many_changes_or_many_dead(generation: Generation) -> None:
    live = open_generation(generation)
    assert not live.is_due
    live.apply([drop(41, "p-01")])
    assert live.is_due

    other = open_generation(generation)
    other.apply([put(50 + i, f"n{i}", f"样机 {i}") for i in range(1_023)])
    assert not other.is_due
    other.apply([put(2_000, "last", "样机")])
    assert other.is_due


def test_stored_generation_is_complete_or_absent(tmp_path: Path) -> None:
    first = write_generation(tmp_path, DOCUMENTS, number=1, kind="product", covers_seq=40)

    assert is_intact(first)
    assert (first.n_rows, first.covers_seq, first.kind) == (4, 40, "product")
    with pytest.raises(FileExistsError):
        write_generation(tmp_path, DOCUMENTS, number=1, kind="product", covers_seq=41)
    with pytest.raises(ValueError, match="twice"):
        write_generation(
            tmp_path, [("a", "甲"), ("a", "乙")], number=2, kind="product", covers_seq=41
        )
    (tmp_path / "product-00000009").mkdir()
    assert [g.number for g in list_generations(tmp_path, "product")] == [1]
    assert not list(tmp_path.glob(".draft-*"))


def test_damage_is_noticed(generation: Generation) -> None:
    path = generation.folder / "rows" / "mix.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))

    assert not is_intact(generation)


def test_two_newest_are_kept(tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        write_generation(tmp_path, DOCUMENTS, number=number, kind="product", covers_seq=number)
    write_generation(tmp_path, DOCUMENTS, number=1, kind="demand", covers_seq=1)

    assert prune_generations(tmp_path, "product") == [1, 2]
    assert [g.number for g in list_generations(tmp_path, "product")] == [3, 4]
    assert [g.number for g in list_generations(tmp_path, "demand")] == [1]


def test_same_documents_in_another_order_store_the_same_bytes(tmp_path: Path) -> None:
    one = write_generation(tmp_path / "a", DOCUMENTS, number=1, kind="p", covers_seq=1)
    two = write_generation(tmp_path / "b", DOCUMENTS[::-1], number=1, kind="p", covers_seq=1)

    assert one.sha256 == two.sha256


def test_empty_generation_and_symbol_queries(tmp_path: Path) -> None:
    live = open_generation(
        write_generation(tmp_path, [], number=1, kind="product", covers_seq=0), mmap=True
    )
    assert live.current.search("巡检", 3) == []
    live.apply([put(1, "a", "巡检")])
    assert ids(live.current.search("巡检", 3)) == ["a"]
    with pytest.raises(InvalidInput):
        live.current.search("，。", 3)


def test_index_needs_numpy_and_scipy_only() -> None:
    code = (
        "import sys, matchmaker.matching.index\n"
        "print([m for m in ('sklearn', 'flask', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_fit_in_memory_answers_as_the_stored_generation(generation: Generation) -> None:
    stored, fitted = open_generation(generation), fit_index(DOCUMENTS, kind="product", seq=40)

    for query in ("变电站巡检", "送餐", "料箱转运机器人"):
        assert fitted.current.search(query, 4) == stored.current.search(query, 4)
    rows = fitted.current.rows_of(["p-10", "missing", "p-01"])
    assert [fitted.current.names[row] for row in rows.tolist() if row >= 0] == ["p-10", "p-01"]
    assert rows[1] == -1


def test_sync_sets_the_present_texts_as_the_changes_would(generation: Generation) -> None:
    replayed, synced = open_generation(generation), open_generation(generation)
    replayed.apply([put(41, "p-03", "商场扫地"), put(42, "p-99", "猛犸Q77"), drop(43, "p-10")])

    synced.sync({"p-10": None, "p-99": "猛犸Q77", "p-03": "商场扫地"}, seq=43)

    for query in ("扫地", "猛犸Q77", "料箱转运", "变电站巡检"):
        assert synced.current.search(query, 9) == replayed.current.search(query, 9)
    assert (synced.current.seq, synced.current.n_alive) == (43, 4)
