"""Pure decisions about score sheets: states, completeness, totals, and what is locked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.selection.rounds.rules import FULL_SCORE, HUNDREDTHS

NOTE_MAX = 1000
_SCORE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?")


class SheetState(StrEnum):
    """Where a sheet stands. A submitted sheet is never edited: a new one supersedes it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPERSEDED = "superseded"
    VOID = "void"


SHEET_LABELS: Mapping[SheetState, str] = {
    SheetState.DRAFT: "草稿",
    SheetState.SUBMITTED: "已提交",
    SheetState.SUPERSEDED: "已被新评分表取代",
    SheetState.VOID: "已作废（回避）",
}


class ReopenState(StrEnum):
    """Where a wish to correct a submitted sheet stands."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True)
class LineDraft:
    """One criterion's score (hundredths of a point of 100, None while empty) and note."""

    criterion_id: int
    score: int | None
    note: str = ""


def parse_score(text: str, *, name: str) -> int | None:
    """Hundredths of a point from a typed score; None for an empty one.

    A Chinese input method may be on: full-width digits and 。 are read as what they stand for.
    Raises ``InvalidInput`` for anything but 0 to 100 with at most two decimals.

    >>> parse_score("87.5", name="成效"), parse_score(" ", name="成效")
    (8750, None)
    >>> parse_score("８６。5", name="成效")
    8650
    """
    typed = unicodedata.normalize("NFKC", text[:40]).strip().replace("。", ".")
    if not typed:
        return None
    value = int(Fraction(typed) * HUNDREDTHS) if _SCORE.fullmatch(typed) else -1
    if not 0 <= value <= FULL_SCORE:
        raise InvalidInput(
            "score_range",
            "“{name}”的得分应为 0 至 100 的数，最多两位小数，现为“{typed}”。",
            field="scores",
            name=name,
            typed=typed[:20],
        )
    return value


def format_score(hundredths: int | Fraction | None) -> str:
    """A score for display, rounded half up to two decimals.

    >>> format_score(8750), format_score(Fraction(26200, 3)), format_score(None)
    ('87.50', '87.33', '—')
    """
    if hundredths is None:
        return "—"
    rounded = int((Fraction(hundredths) + Fraction(1, 2)) // 1)
    return f"{rounded // HUNDREDTHS}.{rounded % HUNDREDTHS:02d}"


def check_lines(lines: Sequence[LineDraft], criterion_ids: Sequence[int]) -> None:
    """Raise ``InvalidInput`` unless there is at most one line for each criterion of the round."""
    given = [line.criterion_id for line in lines]
    if len(set(given)) != len(given) or not set(given) <= set(criterion_ids):
        raise InvalidInput("score_lines", "评分表与本次评选的指标不符，请刷新页面后重填。")
    for line in lines:
        if line.score is not None and not 0 <= line.score <= FULL_SCORE:
            raise InvalidInput("score_range", "得分应为 0 至 100。", field="scores")
        if len(line.note) > NOTE_MAX:
            raise InvalidInput(
                "note_long", "每项评语不超过 {limit} 字。", field="scores", limit=NOTE_MAX
            )


def check_complete(scores: Mapping[int, int | None], names: Mapping[int, str]) -> None:
    """Raise ``InvalidInput`` naming the criteria without a score; an empty one is never 0."""
    missing = [name for key, name in names.items() if scores.get(key) is None]
    if missing:
        raise InvalidInput(
            "score_missing",
            "还有指标没有打分：{names}。请补齐后提交，也可先保存草稿。",
            field="scores",
            names="、".join(missing),
        )


def check_newest(seen: str | None, stored: str) -> None:
    """Raise ``Conflict`` when a draft was saved since it was shown; None: it was not shown."""
    if seen is not None and seen != stored:
        raise Conflict(
            "sheet_newer",
            "这份评分表已在另一个页面保存过，本页填写的内容尚未保存。"
            "请与各项下面已保存的得分核对，再保存或提交。",
        )


def check_draft(state: SheetState) -> None:
    """Raise ``IllegalTransition`` when the sheet is locked."""
    if state is not SheetState.DRAFT:
        raise IllegalTransition(
            "sheet_locked", "评分表已提交，不能直接修改。确需更正，请写明理由申请重新打开。"
        )


def compute_total(parts: Sequence[tuple[int, int]]) -> Fraction:
    """Exact total in hundredths from (weight, score in hundredths) pairs, weights summing to 100.

    >>> compute_total([(40, 8000), (60, 9000)])
    Fraction(8600, 1)
    """
    return sum((Fraction(weight * score, 100) for weight, score in parts), Fraction(0))
