"""Reads a score sheet: CSV text, header ``scene,judge,score`` with ``criterion,weight`` or without.

Every faulty line is named. Numbers are taken strictly (ASCII digits, no sign, no exponent, no
blanks): what a careless reader would guess at is asked back instead.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from matchmaker.errors import InvalidInput
from matchmaker.selection.snapshot import (
    ScoreEntry,
    ScoreTable,
    build_score_table,
    is_valid_score,
    refuse_faulty_scores,
)

COLUMNS: tuple[str, ...] = ("scene", "judge", "score")
CRITERION_COLUMNS: tuple[str, ...] = ("criterion", "weight")
NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")
WEIGHT_NUMBER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?")
MAX_BYTES = 20_000_000


def read_score_sheet(path: Path) -> ScoreTable:
    """The score table of a CSV file (UTF-8, with or without BOM).

    Raises InvalidInput when the file cannot be read, is larger than 20 MB or not UTF-8, and as
    :func:`parse_score_sheet`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            "unreadable_file",
            f"无法读取评分表 {{path}}：{_reading_fault(error)}。",
            field="scores",
            path=str(path),
        ) from error
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            "file_too_large", "评分表 {path} 超过 20 MB，请按轮次拆分。", field="scores", path=path
        )
    return parse_score_sheet(_decode(data))


def _reading_fault(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在，请检查路径"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹，请给出其中的文件"
    return "请检查路径和读取权限"


def parse_score_sheet(text: str) -> ScoreTable:
    """The score table of CSV text; an empty score is a recusal (回避).

    Raises InvalidInput (code ``bad_scores``) naming each faulty line; a header with an unknown,
    missing or repeated column; text without a data row.
    """
    rows = _numbered_rows(text)
    header_line, header = next(rows, (1, []))
    _check_header(header_line, header)
    entries: list[ScoreEntry] = []
    problems: list[str] = []
    for line, cells in rows:
        if len(cells) != len(header):
            problems.append(f"第 {line} 行有 {len(cells)} 列，应为 {len(header)} 列")
            continue
        row = dict(zip(header, cells, strict=True))
        found = list(_number_problems(line, row))
        problems += found
        if not found:
            entries.append(_entry(line, row))
    refuse_faulty_scores(problems)
    return build_score_table(entries)


def find_similar_names(table: ScoreTable) -> list[tuple[str, ...]]:
    """Groups of scene names, then of judge names, that differ in blanks, width or case only.

    They are counted as different names, but most likely one of them is a typing error.
    """
    groups: list[tuple[str, ...]] = []
    for names in (table.scenes, table.judges):
        alike: dict[str, list[str]] = {}
        for name in names:
            alike.setdefault(_fold(name), []).append(name)
        groups += [tuple(group) for group in alike.values() if len(group) > 1]
    return groups


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            "not_utf8",
            "评分表第 {line} 行不是 UTF-8 编码，请另存为“CSV UTF-8（逗号分隔）”后重试。",
            field="scores",
            line=line,
        ) from error


def _numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(
                "bad_scores",
                "评分表有误，未作计算：第 {line} 行的引号或分隔符不合 CSV 格式，请更正后重新提交。",
                line=line,
            ) from error
        if cells:
            yield line, cells
        line = reader.line_num + 1


def _check_header(line: int, header: list[str]) -> None:
    unknown = [name for name in header if name not in COLUMNS + CRITERION_COLUMNS]
    repeated = sorted({name for name in header if header.count(name) > 1})
    required = COLUMNS
    if any(name in header for name in CRITERION_COLUMNS):
        required = COLUMNS + CRITERION_COLUMNS
    missing = [name for name in required if name not in header]
    faults = {"有未知的列": unknown, "有重复的列": repeated, "缺少列": missing}
    refuse_faulty_scores(
        [
            f"第 {line} 行（表头）{fault}“{'”“'.join(names)}”，"
            "应为 scene、judge、score，可另加 criterion 和 weight"
            for fault, names in faults.items()
            if names
        ]
    )


def _number_problems(line: int, row: dict[str, str]) -> Iterator[str]:
    score = row["score"]
    if score and not (NUMBER.fullmatch(score) and is_valid_score(Decimal(score))):
        yield (f"第 {line} 行评分“{score}”无效，应为 0 至 100 之间最多两位小数的数，回避则留空")
    if "weight" in row and not WEIGHT_NUMBER.fullmatch(row["weight"]):
        yield f"第 {line} 行权重“{row['weight']}”无效，应为不小于 0 的数"


def _entry(line: int, row: dict[str, str]) -> ScoreEntry:
    return ScoreEntry(
        scene=row["scene"],
        judge=row["judge"],
        score=Decimal(row["score"]) if row["score"] else None,
        criterion=row.get("criterion"),
        weight=Decimal(row["weight"]) if "weight" in row else None,
        origin=f"第 {line} 行",
    )


def _fold(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(ch for ch in folded if not ch.isspace() and unicodedata.category(ch) != "Cf")
