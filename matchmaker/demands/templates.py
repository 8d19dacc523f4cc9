"""A sample need for each sector: what to write, with blanks in 【】 for the place at hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from matchmaker.catalogue.seed_rows import Row, read_id, read_ids, read_json
from matchmaker.catalogue.vocabulary import Vocabulary
from matchmaker.demands.content import ListingContent
from matchmaker.demands.seed_records import RequirementRecord, requirement_of
from matchmaker.errors import InvalidInput
from matchmaker.paths import SEEDS


@lru_cache(maxsize=2)
def load_templates(
    vocabulary: Vocabulary, path: Path = SEEDS / "market" / "templates.json"
) -> Mapping[str, ListingContent]:
    """Sector → sample content, read once per process.

    Raises InvalidInput, naming file and record, for anything malformed.
    """
    top = read_json(path)
    top.text("note")
    read = (_read(row, vocabulary) for row in top.rows("templates", "sector"))
    templates = {content.sector: content for content in read}
    top.close()
    return templates


def _read(row: Row, vocabulary: Vocabulary) -> ListingContent:
    kind = vocabulary.owner_kinds.find(str(row.take("owner_kind")))
    content = ListingContent(
        title=row.text("title"),
        sector=read_id(row, "sector", vocabulary.sectors),
        owner_kind=kind.id if kind else "",
        tasks=read_ids(row, "tasks", vocabulary.tasks),
        pain_point=row.text("pain_point"),
        description=row.text("description"),
        facts=dict(row.take("facts")),
        requirements=read_requirements(row, vocabulary),
    )
    row.close()
    return content


def read_requirements(row: Row, vocabulary: Vocabulary) -> tuple[RequirementRecord, ...]:
    """The requirements of a record as demand keys and values, with their default hardness."""
    records = []
    for key, value in dict(row.take("requirements")).items():
        try:
            records.append(requirement_of(vocabulary, key, value))
        except InvalidInput as error:
            row.refuse("requirements", f"无效：{error.text}")
    return tuple(record for record in records if record is not None)
