"""Who knows most about which application: from texts, for the solver."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.errors import InvalidInput
from matchmaker.selection.applications.models import Application
from matchmaker.selection.panels.assigning import StagePlan
from matchmaker.selection.panels.models import Expert

#: What a judge's own sector adds to the likeness of the texts (0 to 1).
SECTOR_SHARE = 0.5


def compute_affinity(
    applications: Sequence[Application], experts: Sequence[Expert]
) -> NDArray[np.float64]:
    """Expertise of each judge for each application, (n_applications, n_experts), 0 to 1.5."""
    affinity = np.zeros((len(applications), len(experts)))
    from matchmaker.matching import TextMatcher  # scikit-learn: only here, not at each start

    matcher = TextMatcher().fit([_describe(row) for row in applications])
    queries = [expert.fields or expert.name for expert in experts]
    indices, scores = matcher.rank(queries, len(applications))
    for j in range(len(experts)):
        best = float(scores[j].max(initial=0.0)) or 1.0
        for index, score in zip(indices[j], scores[j], strict=True):
            if index >= 0:
                affinity[index, j] = score / best
    for i, row in enumerate(applications):
        for j, expert in enumerate(experts):
            affinity[i, j] += SECTOR_SHARE * (row.sector in expert.sectors)
    return affinity


def _describe(row: Application) -> str:
    sector = load_vocabulary().sectors.find(row.sector) if row.sector else None
    content = row.revisions[-1].content if row.revisions else row.working_content
    parts = (sector.zh if sector else "", row.title, content["background"], content["technology"])
    return "\n".join(part for part in parts if part)


def solve_stage(
    plan: StagePlan, started: frozenset[tuple[int, int]], *, per_scene: int, seed: int
) -> frozenset[tuple[int, int]]:
    """Pairs (application id, member id) of greatest expertise, even loads, one connected design.

    Work that has begun is kept. Raises ``InvalidInput`` when there is nothing to assign and
    ``InfeasibleAssignment`` naming the shortage.
    """
    # The solvers take half a second to import: only who assigns pays for it, not every start.
    from matchmaker.selection.assign import adjust_assignment, assign_connected_judges

    if not plan.applications or not plan.members:
        raise InvalidInput("nothing_to_assign", "没有可指派的申报或评委。")
    rows = [row.id for row in plan.applications]
    members = [member.id for member in plan.members]
    affinity = compute_affinity(plan.applications, [m.expert for m in plan.members])
    conflicts = np.array([[(r, m) in plan.barred for m in members] for r in rows])
    kept = np.array([[(r, m) in started for m in members] for r in rows])
    current = np.array([[(r, m) in plan.existing for m in members] for r in rows])
    even = -(-len(rows) * per_scene // len(members))
    load_max = max(even + 1, int(kept.sum(axis=0).max(initial=0)))
    if started:
        current = np.array([[(r, m) in plan.existing for m in members] for r in rows])
        chosen = adjust_assignment(
            affinity,
            conflicts & ~kept,
            current=current,
            started=kept,
            per_scene=per_scene,
            load_max=load_max,
            seed=seed,
        )
    else:
        chosen = assign_connected_judges(
            affinity, conflicts, per_scene=per_scene, load_max=load_max, seed=seed
        )
    return frozenset((rows[i], members[j]) for i, j in np.argwhere(chosen).tolist())
