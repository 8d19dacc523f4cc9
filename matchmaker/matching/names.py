"""The ids of the rows of an index: stored ones in two arrays, later ones behind them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.vocabulary import read_array


class StoredNames(Sequence[str]):
    """Sorted ids in two arrays: opened in no time, looked up by halving."""

    def __init__(self, text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self._text, self._offsets = text, offsets

    @classmethod
    def build(cls, names: Sequence[str]) -> StoredNames:
        """``names`` must be sorted."""
        encoded = [name.encode() for name in names]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(data) for data in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, at: int) -> str:  # type: ignore[override]
        start, end = self._offsets[at : at + 2]
        return bytes(self._text[start:end]).decode()

    def find(self, name: str) -> int | None:
        """The place of a name, None where it is missing."""
        at = bisect_left(self, name)
        return at if at < len(self) and self[at] == name else None

    def write(self, folder: Path) -> None:
        np.save(folder / "names-text.npy", self._text)
        np.save(folder / "names-offsets.npy", self._offsets)

    @classmethod
    def read(cls, folder: Path, *, mmap: bool) -> StoredNames:
        text = read_array(folder / "names-text.npy", mmap=mmap)
        return cls(text, read_array(folder / "names-offsets.npy", mmap=mmap))


@dataclass(frozen=True)
class Names(Sequence[str]):
    """The ids of all rows: those of the generation, then those of the tail."""

    stored: StoredNames
    added: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.stored) + len(self.added)

    def __getitem__(self, row: int) -> str:  # type: ignore[override]
        n = len(self.stored)
        return self.stored[row] if row < n else self.added[row - n]
