"""What the official list would be without each judge (standard library only)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from matchmaker.selection.ranking import Ranking, RankingRule, rank_scenes
from matchmaker.selection.snapshot import ScoreTable, build_score_table


@dataclass(frozen=True)
class JudgeInfluence:
    """Scenes that would enter or leave the selected list without one judge, by name.

    A scene in an open tie at the cut counts as not selected.
    """

    judge: str
    enters: tuple[str, ...]
    leaves: tuple[str, ...]

    @property
    def changes_list(self) -> bool:
        return bool(self.enters or self.leaves)


def leave_one_judge_out(table: ScoreTable, rule: RankingRule) -> tuple[JudgeInfluence, ...]:
    """The effect of leaving each judge out, by judge; empty with a single judge.

    The quorum counts one less for each counterfactual: leaving a judge out asks about the judge's
    scores, not about the quorum.
    """
    if len(table.judges) < 2:
        return ()
    ranking = rank_scenes(table, rule)
    baseline = _selected(ranking)
    reduced = replace(rule, quorum=max(1, ranking.quorum - 1), lot=None)
    influences = []
    for judge in table.judges:
        rest = build_score_table(entry for entry in table.entries if entry.judge != judge)
        selected = _selected(rank_scenes(rest, reduced))
        influences.append(
            JudgeInfluence(
                judge=judge,
                enters=tuple(sorted(selected - baseline)),
                leaves=tuple(sorted(baseline - selected)),
            )
        )
    return tuple(influences)


def _selected(ranking: Ranking) -> set[str]:
    lines: Iterable[str] = (line.scene for line in ranking.scenes if line.selected)
    return set(lines)
