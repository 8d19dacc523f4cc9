"""Writing counted impressions. They are facts of the page, no act of a person: not audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from matchmaker.db import db, write_tx
from matchmaker.matching.exposure.buffer import BUFFER, Impression
from matchmaker.matching.exposure.models import MatchImpression

#: Rows of one write transaction; it stays far below 100 ms.
CHUNK = 200


def flush_impressions() -> int:
    """Write what the buffer holds in short transactions of its own; returns how many rows."""
    counts = BUFFER.take()
    keys = sorted(counts, key=lambda item: (item.day, item.place, item.product, item.rank))
    for start in range(0, len(keys), CHUNK):
        with write_tx():
            _add(keys[start : start + CHUNK], counts)
    return len(keys)


def _add(keys: Sequence[Impression], counts: Mapping[Impression, int]) -> None:
    known = {(row.day, row.place, row.product, row.rank): row for row in _find_rows(keys)}
    for item in keys:
        row = known.get((item.day, item.place, item.product, item.rank))
        if row is None:
            db.session.add(
                MatchImpression(
                    day=item.day,
                    place=item.place,
                    product=item.product,
                    supplier=item.supplier,
                    rank=item.rank,
                    shown=counts[item],
                )
            )
        else:
            row.shown += counts[item]


def _find_rows(keys: Sequence[Impression]) -> Iterator[MatchImpression]:
    days = sorted({item.day for item in keys})
    products = sorted({item.product for item in keys})
    query = select(MatchImpression).where(
        MatchImpression.day.in_(days), MatchImpression.product.in_(products)
    )
    yield from db.session.scalars(query)
