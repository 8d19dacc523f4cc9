"""Rows are found by words inside their sentences, and only as the index was last told."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaker.db import db, read_tx, write_tx
from matchmaker.search.operations import Findable, index_row, index_rows, remove_row
from matchmaker.search.queries import matching_ids


def find(app: Flask, kind: str, question: str) -> list[str]:
    with app.app_context(), read_tx():
        return sorted(db.session.scalars(matching_ids(kind, question)))


@pytest.fixture
def indexed(app: Flask) -> Flask:
    with app.app_context(), write_tx():
        index_rows(
            [
                Findable("demand", "1", "地铁变电所夜间巡检", "防护等级达到IP67，通道八十公分。"),
                Findable("demand", "2", "医院夜间导诊", "大厅内问路、取号、陪同。"),
                Findable("product", "1", "G1人形机器人", "用于巡检和展示，宇树科技出品。"),
            ]
        )
    return app


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("巡检", ["1"]),
        ("变电所", ["1"]),
        ("IP67", ["1"]),
        ("夜间", ["1", "2"]),
        ("夜间 导诊", ["2"]),
        ("地铁变电所夜间巡检", ["1"]),
        ("导", ["2"]),
        ("IP65", []),
        ("！！！", []),
        ("巡检 OR 导诊", []),
        ('"巡检" NOT 夜间', []),
    ],
)
def test_a_question_finds_rows_that_hold_all_its_words(
    indexed: Flask, question: str, found: list[str]
) -> None:
    assert find(indexed, "demand", question) == found


def test_kinds_are_kept_apart(indexed: Flask) -> None:
    assert find(indexed, "product", "G1") == ["1"]
    assert find(indexed, "demand", "G1") == []


def test_indexing_again_replaces_the_words(indexed: Flask) -> None:
    with indexed.app_context(), write_tx():
        index_row("demand", "1", "仓库盘点", "")
    assert find(indexed, "demand", "巡检") == []
    assert find(indexed, "demand", "盘点") == ["1"]
    assert find(indexed, "product", "巡检") == ["1"]


def test_a_removed_row_is_not_found(indexed: Flask) -> None:
    with indexed.app_context(), write_tx():
        remove_row("demand", "1")
        remove_row("demand", "99")
    assert find(indexed, "demand", "巡检") == []
    assert find(indexed, "product", "巡检") == ["1"]


def test_a_rolled_back_change_leaves_no_words(indexed: Flask) -> None:
    with indexed.app_context(), write_tx() as session:
        index_row("demand", "3", "隧道渗漏检测")
        session.rollback()
    assert find(indexed, "demand", "渗漏") == []
