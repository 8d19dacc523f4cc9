"""A live index of texts under stable ids: a stored generation, a tail of changes, tombstones.

The database is the truth. It hands over changes in the order of their numbers; the index is a
cache that can be thrown away. Readers take one snapshot and keep it: a change publishes the next
one by a single assignment and never touches what a reader holds.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.names import Names, StoredNames
from matchmaker.matching.postings import Segment
from matchmaker.matching.retrieval import (
    Part,
    Query,
    Snapshot,
    TermShare,
    prepare_query,
    retrieve,
    share_terms,
)
from matchmaker.matching.rows import Tail, count_corpus, weigh_row
from matchmaker.matching.vocabulary import (
    Vocabulary,
    read_array,
    read_vocabulary,
    write_vocabulary,
)
from matchmaker.matching.weighting import Document, Recipe
from matchmaker.text import Analyser, check_query_text

#: Written into every generation; one of another version is not opened.
FORMAT = "generation-1"
#: A tail of this many rows asks for a new generation.
TAIL_LIMIT = 1_024
#: Above this share of dead rows a new generation is due.
DEAD_SHARE = 0.2
#: From this many rows on, a term that more than half of them hold weighs nothing.
MAX_DF_FROM_ROWS = 1_000
KEPT_GENERATIONS = 2


class Operation(StrEnum):
    PUT = "put"
    DELETE = "delete"


@dataclass(frozen=True)
class Change:
    """One row of the change log. ``text`` is needed for PUT only."""

    seq: int
    kind: str
    id: str
    op: Operation
    text: Document = ""


@dataclass(frozen=True)
class Generation:
    """A stored corpus: all changes of ``kind`` up to ``covers_seq`` are in it."""

    number: int
    kind: str
    folder: Path
    sha256: str
    covers_seq: int
    n_rows: int


@dataclass(frozen=True)
class Hit:
    """A found text; scores compare within one query only."""

    id: str
    score: float
    row: int


@dataclass(frozen=True)
class IndexSnapshot:
    """What one reader sees. Immutable; safe to keep and to share between threads."""

    snapshot: Snapshot
    names: Names
    seq: int
    n_alive: int
    analyser: Analyser = field(repr=False)
    recipe: Recipe = field(repr=False)
    candidates: int | None = 300

    def search(
        self, query: str | Query, k: int, *, allowed: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best k, ties by id. ``allowed`` (n_rows,) from ``mask_of`` keeps only some.

        Raises ``LimitExceeded`` or ``InvalidInput`` for what can't be a query.
        """
        check_query_text(query if isinstance(query, str) else query.text)
        found = retrieve(
            self.snapshot,
            prepare_query(
                query,
                vocabulary=self.snapshot.vocabulary,
                analyser=self.analyser,
                recipe=self.recipe,
            ),
            k,
            allowed=allowed,
            candidates=self.candidates,
            names=self.names,
        )
        rows, scores = found.rows.tolist(), found.scores.tolist()
        return [Hit(self.names[row], score, row) for row, score in zip(rows, scores, strict=True)]

    def explain(self, query: str | Query, row: int) -> list[TermShare]:
        """The terms that a row shares with a query."""
        prepared = prepare_query(
            query,
            vocabulary=self.snapshot.vocabulary,
            analyser=self.analyser,
            recipe=self.recipe,
        )
        return share_terms(self.snapshot, prepared, row)

    def mask_of(self, ids: Iterable[str]) -> NDArray[np.bool_]:
        """The rows of the given ids; ids that are not in the index are passed over."""
        mask = np.zeros(len(self.names), bool)
        latest = {name: row for row, name in enumerate(self.names.added, len(self.names.stored))}
        for name in ids:
            row = latest.get(name, self.names.stored.find(name))
            if row is not None:
                mask[row] = True
        return mask


class LiveIndex:
    """A generation and the changes since. One writer at a time, any number of readers.

    ``current`` is the snapshot of now.
    """

    def __init__(
        self,
        *,
        kind: str,
        vocabulary: Vocabulary,
        segment: Segment,
        names: StoredNames,
        seq: int,
        recipe: Recipe,
        analyser: Analyser,
        candidates: int | None = 300,
    ) -> None:
        self.kind = kind
        self._vocabulary, self._segment, self._stored = vocabulary, segment, names
        self._alive = np.ones(segment.n_rows, bool)
        self._tail, self._tail_alive = Tail(), np.zeros(0, bool)
        self._rows: dict[str, int] = {}
        self._writing = Lock()
        self.current = IndexSnapshot(
            snapshot=Snapshot(vocabulary, (Part(segment, 0),)),
            names=Names(names, ()),
            seq=seq,
            n_alive=segment.n_rows,
            analyser=analyser,
            recipe=recipe,
            candidates=candidates,
        )

    @property
    def is_due(self) -> bool:
        """Whether a new generation should be written."""
        dead = len(self.current.names) - self.current.n_alive
        return self._tail.n_rows >= TAIL_LIMIT or dead > DEAD_SHARE * max(self._segment.n_rows, 1)

    def apply(self, changes: Iterable[Change]) -> IndexSnapshot:
        """Replay changes of this kind that are newer than what is known; publish the result.

        Raises ValueError where the numbers do not ascend.
        """
        pending = list(changes)
        for before, after in pairwise(pending):
            if after.seq <= before.seq:
                raise ValueError(f"change {after.seq} does not follow {before.seq}")
        with self._writing:
            seq, added = self.current.seq, list(self.current.names.added)
            alive, tail_alive = self._alive, self._tail_alive.tolist()
            for change in pending:
                if change.seq <= self.current.seq:
                    continue
                seq = change.seq
                if change.kind != self.kind:
                    continue
                old = self._rows.pop(change.id, None)
                if old is not None:
                    tail_alive[old] = False
                stored = self._stored.find(change.id)
                if stored is not None and alive[stored]:
                    alive = alive.copy() if alive is self._alive else alive
                    alive[stored] = False
                if change.op is Operation.PUT:
                    self._rows[change.id] = len(tail_alive)
                    self._append(change.text)
                    tail_alive.append(True)
                    added.append(change.id)
            self._alive, self._tail_alive = alive, np.array(tail_alive, bool)
            self.current = self._publish(seq, tuple(added))
            return self.current

    def _append(self, text: Document) -> None:
        now = self.current
        self._tail.append(weigh_row(text, self._vocabulary, now.analyser, now.recipe))

    def _publish(self, seq: int, added: tuple[str, ...]) -> IndexSnapshot:
        parts = [Part(self._segment, 0, None if self._alive.all() else self._alive)]
        if self._tail.n_rows:
            tail = self._tail.snapshot(len(self._vocabulary))
            parts.append(Part(tail, self._segment.n_rows, self._tail_alive))
        return replace(
            self.current,
            snapshot=Snapshot(self._vocabulary, tuple(parts)),
            names=Names(self._stored, added),
            seq=seq,
            n_alive=int(self._alive.sum() + self._tail_alive.sum()),
        )


def write_generation(
    root: Path,
    documents: Iterable[tuple[str, Document]],
    *,
    number: int,
    kind: str,
    covers_seq: int,
    recipe: Recipe | None = None,
    analyser: Analyser | None = None,
) -> Generation:
    """Fit the documents (id, text) anew and store them in a folder of ``root``.

    The folder appears under its name only when it is complete. Raises FileExistsError for a
    number that is taken and ValueError for an id that comes twice.
    """
    recipe, analyser = recipe or Recipe(), analyser or Analyser()
    ordered = sorted(documents, key=lambda item: item[0])
    names = [name for name, _ in ordered]
    if len(set(names)) < len(names):
        raise ValueError("an id comes twice")
    target = root / f"{kind}-{number:08d}"
    if target.exists():
        raise FileExistsError(target)
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=root))
    try:
        counted = count_corpus([text for _, text in ordered], analyser)
        limit = 0.5 * len(ordered) if len(ordered) >= MAX_DF_FROM_ROWS else np.inf
        vocabulary = counted.build_vocabulary(float(limit))
        counted.build_segment(vocabulary, recipe).write(draft / "rows")
        write_vocabulary(vocabulary, draft)
        StoredNames.build(names).write(draft)
        manifest = {
            "format": FORMAT,
            "number": number,
            "kind": kind,
            "covers_seq": covers_seq,
            "recipe": asdict(recipe),
            "sha256": _hash_files(draft),
        }
        text = json.dumps(manifest, sort_keys=True, indent=1)
        (draft / "manifest.json").write_text(text, encoding="utf-8")
        draft.chmod(0o755)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return read_generation(target)


def _hash_files(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as stream:
                whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def read_generation(folder: Path) -> Generation:
    """The entry of a stored generation. FileNotFoundError where it is incomplete."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest["format"] != FORMAT:
        raise ValueError(f"{folder} has format {manifest['format']}, this reads {FORMAT}")
    offsets = read_array(folder / "names-offsets.npy", mmap=True)
    return Generation(
        number=manifest["number"],
        kind=manifest["kind"],
        folder=folder,
        sha256=manifest["sha256"],
        covers_seq=manifest["covers_seq"],
        n_rows=len(offsets) - 1,
    )


def is_intact(generation: Generation) -> bool:
    """Whether the files are still those that were written."""
    return _hash_files(generation.folder) == generation.sha256


def open_generation(
    generation: Generation, *, mmap: bool = True, analyser: Analyser | None = None
) -> LiveIndex:
    """A live index on a stored generation; with ``mmap`` workers share its pages."""
    folder = generation.folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    recipe = manifest["recipe"]
    vocabulary = read_vocabulary(folder, mmap=mmap)
    return LiveIndex(
        kind=generation.kind,
        vocabulary=vocabulary,
        segment=Segment.read(folder / "rows", n_columns=len(vocabulary), mmap=mmap),
        names=StoredNames.read(folder, mmap=mmap),
        seq=generation.covers_seq,
        recipe=Recipe(**{**recipe, "view_weights": tuple(recipe["view_weights"])}),
        analyser=analyser or Analyser(),
    )


def list_generations(root: Path, kind: str) -> list[Generation]:
    """The complete generations of a kind, oldest first."""
    folders = sorted(root.glob(f"{kind}-*"))
    return [read_generation(path) for path in folders if (path / "manifest.json").exists()]


def prune_generations(root: Path, kind: str, *, keep: int = KEPT_GENERATIONS) -> list[int]:
    """Delete all but the newest; returns the numbers deleted. Open maps stay readable."""
    old = list_generations(root, kind)[: -keep or None]
    for generation in old:
        shutil.rmtree(generation.folder)
    return [generation.number for generation in old]
