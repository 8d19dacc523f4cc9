"""The scores of a round as one canonical value: checked, sorted, and with a SHA-256.

A result is a pure function of (snapshot, ranking rule). The snapshot is canonical JSON: rows sorted
by scene, judge and criterion, numbers as shortest decimals, UTF-8, no spaces. The order in which
scores arrive, and how they were written (``85.1`` or ``85.10``), change no byte of it.
Standard library only, so that a sealed result can be checked by a single file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import groupby

from matchmaker.errors import InvalidInput

SNAPSHOT_FORMAT = "matchmaker-scores/1"
LOWEST_SCORE = Decimal(0)
HIGHEST_SCORE = Decimal(100)
SCORE_STEP = Decimal("0.01")
WEIGHTS_TOTAL = Decimal(100)
MESSAGES_SHOWN = 20


@dataclass(frozen=True)
class ScoreEntry:
    """One cell of the score table as it was handed in.

    ``score`` None means recused (回避), never 0. ``criterion`` and ``weight`` are both given or
    both None, alike for all entries of a table. ``origin`` says where the entry comes from
    ("第 3 行") and is used in messages only.
    """

    scene: str
    judge: str
    score: Decimal | None
    criterion: str | None = None
    weight: Decimal | None = None
    origin: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.scene, self.judge, self.criterion or "")


@dataclass(frozen=True)
class ScoreTable:
    """Checked scores of a round, in canonical order. Build it with :func:`build_score_table`."""

    entries: tuple[ScoreEntry, ...]
    weights: tuple[tuple[str, Decimal], ...]

    @cached_property
    def scenes(self) -> tuple[str, ...]:
        """Every scene of the table by name (code points), recused ones included."""
        return tuple(sorted({entry.scene for entry in self.entries}))

    @cached_property
    def judges(self) -> tuple[str, ...]:
        """Every judge of the table by name (code points), recused ones included."""
        return tuple(sorted({entry.judge for entry in self.entries}))

    @cached_property
    def totals(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Scene → judge → total score 0–100, exact; a recused judge is absent."""
        weight_of = dict(self.weights)
        totals: dict[str, dict[str, Fraction]] = {scene: {} for scene in self.scenes}
        for entry in self.entries:
            if entry.score is None:
                continue
            share = Fraction(weight_of[entry.criterion]) / 100 if entry.criterion else Fraction(1)
            by_judge = totals[entry.scene]
            by_judge[entry.judge] = by_judge.get(entry.judge, Fraction(0)) + share * Fraction(
                entry.score
            )
        return totals

    @cached_property
    def criterion_scores(self) -> Mapping[str, Mapping[str, tuple[Fraction, ...]]]:
        """Criterion → scene → the judges' scores on it; empty without criteria."""
        scores: dict[str, dict[str, list[Fraction]]] = {name: {} for name, _ in self.weights}
        for entry in self.entries:
            if entry.criterion and entry.score is not None:
                by_scene = scores[entry.criterion]
                by_scene.setdefault(entry.scene, []).append(Fraction(entry.score))
        return {
            name: {scene: tuple(values) for scene, values in by_scene.items()}
            for name, by_scene in scores.items()
        }

    @cached_property
    def canonical_bytes(self) -> bytes:
        """The snapshot: canonical JSON in UTF-8, the same for every order of the same scores."""
        return canonical_json(
            {
                "format": SNAPSHOT_FORMAT,
                "criteria": [
                    {"criterion": name, "weight": format_decimal(weight)}
                    for name, weight in self.weights
                ],
                "scores": [_snapshot_row(entry) for entry in self.entries],
            }
        )

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of :attr:`canonical_bytes`, 64 lower-case hexadecimal digits."""
        return hashlib.sha256(self.canonical_bytes).hexdigest()


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces."""
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8")


def format_decimal(value: Decimal) -> str:
    """The shortest plain notation of a decimal.

    >>> format_decimal(Decimal("85.10")), format_decimal(Decimal("100"))
    ('85.1', '100')
    """
    return format(value.normalize(), "f") if value else "0"


def build_score_table(entries: Iterable[ScoreEntry]) -> ScoreTable:
    """Check entries and put them into canonical order.

    Raises InvalidInput (code ``bad_scores``), naming every faulty entry by its origin: no entry at
    all, an empty name, a score outside 0–100 or finer than 0.01, a repeated key, criteria on some
    entries only, a weight that differs or is negative, weights that do not sum to 100, a scene that
    a judge scored in part.
    """
    cells = list(entries)
    if not cells:
        raise InvalidInput("bad_scores", "评分表中没有任何评分，请至少提供一行评分数据。")
    problems = [problem for cell in cells for problem in _cell_problems(cell)]
    problems += _repeated_key_problems(cells)
    if not problems:
        problems = _weight_problems(cells) or _partial_problems(cells)
    refuse_faulty_scores(problems)
    weights = {cell.criterion: cell.weight for cell in cells if cell.criterion}
    return ScoreTable(
        entries=tuple(sorted(cells, key=lambda cell: cell.key)),
        weights=tuple(sorted((name, w) for name, w in weights.items() if name and w is not None)),
    )


def refuse_faulty_scores(problems: list[str]) -> None:
    """Raise InvalidInput with the first 20 problems; do nothing when there is none."""
    if not problems:
        return
    shown = "；".join(problems[:MESSAGES_SHOWN])
    more = f"；另有 {len(problems) - MESSAGES_SHOWN} 处" if len(problems) > MESSAGES_SHOWN else ""
    raise InvalidInput(
        "bad_scores", "评分表有误，未作计算：{problems}。请更正后重新提交。", problems=shown + more
    )


def _snapshot_row(entry: ScoreEntry) -> dict[str, str | None]:
    row = {
        "scene": entry.scene,
        "judge": entry.judge,
        "score": None if entry.score is None else format_decimal(entry.score),
    }
    if entry.criterion is not None:
        row["criterion"] = entry.criterion
    return row


def _cell_problems(cell: ScoreEntry) -> Iterable[str]:
    names = {"场景": cell.scene, "评委": cell.judge}
    if cell.criterion is not None or cell.weight is not None:
        names["指标"] = cell.criterion or ""
    for label, name in names.items():
        if not name.strip():
            yield f"{cell.origin}{label}为空"
    if cell.score is not None and not is_valid_score(cell.score):
        yield f"{cell.origin}评分“{cell.score}”无效，应为 0 至 100 之间最多两位小数的数"
    if (cell.criterion is None) != (cell.weight is None):
        yield f"{cell.origin}指标和权重须同时填写"
    elif cell.weight is not None and not (cell.weight.is_finite() and cell.weight >= 0):
        yield f"{cell.origin}权重“{cell.weight}”无效，应为不小于 0 的数"


def is_valid_score(score: Decimal) -> bool:
    """True for a decimal from 0 to 100 with at most two decimals."""
    if not score.is_finite() or not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        return False
    return score % SCORE_STEP == 0


def _repeated_key_problems(cells: list[ScoreEntry]) -> list[str]:
    first: dict[tuple[str, str, str], ScoreEntry] = {}
    problems = []
    for cell in cells:
        earlier = first.setdefault(cell.key, cell)
        if earlier is not cell:
            names = "、".join(f"“{name}”" for name in cell.key if name)
            again = f"（前一次为{earlier.origin}）" if earlier.origin else ""
            problems.append(f"{cell.origin}{names}重复出现{again}")
    return problems


def _weight_problems(cells: list[ScoreEntry]) -> list[str]:
    if len({cell.criterion is None for cell in cells}) > 1:
        bare = next(cell for cell in cells if cell.criterion is None)
        return [f"{bare.origin}没有指标，而其他评分按指标填写"]
    first: dict[str, ScoreEntry] = {}
    problems = []
    for cell in cells:
        earlier = first.setdefault(cell.criterion or "", cell)
        if earlier.weight != cell.weight:
            problems.append(
                f"{cell.origin}指标“{cell.criterion}”的权重为 {cell.weight}，"
                f"与{earlier.origin}的 {earlier.weight} 不一致"
            )
    if problems or cells[0].criterion is None:
        return problems
    total = sum((cell.weight or Decimal(0) for cell in first.values()), Decimal(0))
    if total == WEIGHTS_TOTAL:
        return []
    listed = "、".join(f"{cell.origin}“{name}” {cell.weight}" for name, cell in first.items())
    return [f"各指标权重合计为 {total}，应为 100（{listed}）"]


def _partial_problems(cells: list[ScoreEntry]) -> list[str]:
    criteria = {cell.criterion for cell in cells}
    problems = []
    pairs = groupby(sorted(cells, key=lambda cell: cell.key), key=lambda cell: cell.key[:2])
    for (scene, judge), group in pairs:
        rows = list(group)
        scored = {row.criterion for row in rows if row.score is not None}
        if not scored or scored == criteria:
            continue
        origins = "、".join(row.origin for row in rows if row.origin)
        missing = "、".join(sorted(f"“{name}”" for name in criteria - scored))
        problems.append(f"{origins}评委“{judge}”对场景“{scene}”只评了部分指标，缺{missing}")
    return problems
