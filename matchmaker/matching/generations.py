"""Generations: a corpus of texts stored as immutable files that are opened by mmap."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from matchmaker.matching.index import LiveIndex, fit_segment, order_documents
from matchmaker.matching.names import StoredNames
from matchmaker.matching.postings import Segment
from matchmaker.matching.vocabulary import read_array, read_vocabulary, write_vocabulary
from matchmaker.matching.weighting import Document, Recipe
from matchmaker.text import Analyser

#: Written into every generation; one of another version is not opened.
FORMAT = "generation-1"
KEPT_GENERATIONS = 2


@dataclass(frozen=True)
class Generation:
    """A stored corpus: all changes of ``kind`` up to ``covers_seq`` are in it."""

    number: int
    kind: str
    folder: Path
    sha256: str
    covers_seq: int
    n_rows: int


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
    ordered = order_documents(documents)
    target = root / f"{kind}-{number:08d}"
    if target.exists():
        raise FileExistsError(target)
    root.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=root))
    try:
        vocabulary, segment = fit_segment([text for _, text in ordered], recipe, analyser)
        segment.write(draft / "rows")
        write_vocabulary(vocabulary, draft)
        StoredNames.build([name for name, _ in ordered]).write(draft)
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
