"""The choice of tasks, by family."""

from __future__ import annotations

from collections.abc import Collection

from matchmaker.catalogue.vocabulary import load_vocabulary

#: (family, [(id, label, chosen)])
TaskGroups = list[tuple[str, list[tuple[str, str, bool]]]]


def group_tasks(chosen: Collection[str]) -> TaskGroups:
    """All tasks of the catalogue by family, the chosen ones marked."""
    vocabulary = load_vocabulary()
    return [
        (
            family.zh,
            [(t.id, t.zh, t.id in chosen) for t in vocabulary.tasks if t.family == family.id],
        )
        for family in vocabulary.families
    ]
