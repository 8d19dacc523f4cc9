"""A1 of funding: imported rows of the register and verified amounts against the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from matchmaker.audit.queries import Act, map_acts
from matchmaker.audit.rules import Violation
from matchmaker.db import db
from matchmaker.funding.models import ApartDecision, AwardRecord, LedgerItem
from matchmaker.funding.register import OWN, hash_awards

_CODE = "A1"


def find_violations() -> Iterator[Violation]:
    """What the register or a ledger says and the trail does not."""
    yield from _check_imports()
    yield from _check_links()
    yield from _check_apart()
    yield from _check_verified()


def _check_imports() -> Iterator[Violation]:
    """Each list from outside stands in the register as it was imported, no row more or less."""
    imports = map_acts("award_source")
    query = select(AwardRecord).where(AwardRecord.source != OWN).order_by(AwardRecord.id)
    rows: dict[str, list[AwardRecord]] = {}
    for row in db.session.scalars(query):
        rows.setdefault(row.source, []).append(row)
    for source in sorted(rows.keys() | imports.keys()):
        found, acts = rows.get(source, []), imports.get(source, [])
        if len(found) != sum(act.data["rows"] for act in acts):
            yield Violation(_CODE, source, "台账中的条数与导入记录不符")
        elif any(_differs(found, act.data) for act in acts):
            yield Violation(_CODE, source, "台账中的内容与导入时不同")


def _differs(rows: Sequence[AwardRecord], data: Mapping[str, object]) -> bool:
    """True when the rows of one import are others now; entries of older releases say less."""
    references = data.get("references")
    if not isinstance(references, list):
        return False
    wanted = set(references)
    return hash_awards(row for row in rows if row.reference in wanted) != data["sha256"]


def _check_links() -> Iterator[Violation]:
    """An imported award belongs to a piece of work by the newest decision on it alone."""
    acts = map_acts("award_record")
    query = select(AwardRecord).where(AwardRecord.source != OWN).order_by(AwardRecord.id)
    for row in db.session.scalars(query):
        if row.work_key != _read_link(acts.get(str(row.id), ())):
            yield Violation(_CODE, f"{row.source} {row.reference}", "事项归并与认定记录不符")


def _read_link(acts: Sequence[Act]) -> str | None:
    key = None
    for act in acts:
        if act.action == "funding.link_award":
            key = act.data["work_key"]
        elif act.action == "funding.unlink_award":
            key = None
    return key


def _check_apart() -> Iterator[Violation]:
    """Each decision that two awards are for different work was made by a person, and stands."""
    said: set[tuple[int, str]] = set()
    for key, acts in map_acts("award_record").items():
        for act in acts:
            if act.action == "funding.set_apart":
                said.add((int(key), act.data["work_key"]))
            elif act.action == "funding.undo_apart":
                said.discard((int(key), act.data["work_key"]))
    columns = select(ApartDecision.award_id, ApartDecision.work_key)
    stored = {(award_id, key) for award_id, key in db.session.execute(columns)}
    for award_id, key in sorted(said ^ stored):
        yield Violation(_CODE, f"award {award_id} {key}", "不是同一事项的认定与认定记录不符")


def _check_verified() -> Iterator[Violation]:
    """The verified amount of a line is the one that the auditor stated last."""
    stated: dict[tuple[int, int], int] = {}
    for key, acts in map_acts("ledger").items():
        for act in acts:
            if act.action == "funding.verify_item":
                stated[int(key), act.data["item"]] = act.data["verified_fen"]
    columns = (LedgerItem.ledger_id, LedgerItem.id, LedgerItem.verified_fen)
    query = select(*columns).where(LedgerItem.verified_fen.is_not(None)).order_by(LedgerItem.id)
    for ledger_id, item_id, verified_fen in db.session.execute(query):
        if stated.get((ledger_id, item_id)) != verified_fen:
            yield Violation(_CODE, f"ledger {ledger_id}/{item_id}", "审定金额与审定记录不符")
