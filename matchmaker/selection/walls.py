"""How a table's triggers are installed: the second wall behind the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, event


def listen_for_triggers(table: Any, statements: Mapping[str, Sequence[str]]) -> None:
    """Run the statements of the database's dialect right after the table is created."""
    for dialect, texts in statements.items():
        for text in texts:
            event.listen(
                table,
                "after_create",
                DDL(text.replace("%", "%%")).execute_if(dialect=dialect),
            )
