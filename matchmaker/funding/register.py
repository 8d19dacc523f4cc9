"""Acts on the register of awards: our own, imported lists, and what belongs to the same work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock
from matchmaker.errors import Conflict, InvalidInput
from matchmaker.funding.models import ApartDecision, AwardRecord
from matchmaker.funding.permissions import KEEP_REGISTER

OWN = "own"
OWN_PAYER = "市经信局"
SOURCE_MAX = 120
NOTE_MAX = 1000


@dataclass(frozen=True)
class AwardRow:
    """One award of a list from outside."""

    reference: str
    scheme: str
    payer: str
    recipient: str
    credit_code: str
    project: str
    invoices: tuple[str, ...]
    amount_fen: int
    paid_fen: int
    awarded_on: date


def find_references(source: str, wanted: Collection[str]) -> frozenset[str]:
    """Which of the numbers a source's list has brought in already."""
    query = select(AwardRecord.reference).where(
        AwardRecord.source == source, AwardRecord.reference.in_(list(wanted))
    )
    return frozenset(db.session.scalars(query))


def import_awards(actor: Actor, *, source: str, awards: Sequence[AwardRow]) -> int:
    """Store rows of a list from outside. Raises Conflict for one that is stored already."""
    require(actor, KEEP_REGISTER)
    source = source.strip()
    if not 0 < len(source) <= SOURCE_MAX or source == OWN:
        raise InvalidInput("source", "请填写名单来源，不超过 120 个字。", field="source")
    lock(db.session(), "funding.import_awards")
    repeated = sorted(find_references(source, {award.reference for award in awards}))
    if repeated:
        raise Conflict(
            "already_imported",
            "编号“{reference}”此前已经导入，这一行没有导入。",
            reference=repeated[0],
        )
    rows = [
        AwardRecord(
            source=source,
            used_fen=award.paid_fen,
            **{**vars(award), "invoices": list(award.invoices)},
        )
        for award in awards
    ]
    db.session.add_all(rows)
    db.session.flush()
    record(
        actor,
        "funding.import_awards",
        "award_source",
        source,
        rows=len(rows),
        references=[row.reference for row in rows],
        sha256=hash_awards(rows),
    )
    return len(rows)


def hash_awards(rows: Iterable[AwardRecord]) -> str:
    """SHA-256 over what an imported list said; what was decided on its rows is left out."""
    columns = [field.name for field in fields(AwardRow)]
    lines = sorted([str(getattr(row, name)) for name in columns] for row in rows)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class OwnAward:
    """An award of this platform as the register keeps it."""

    reference: str
    scheme: str
    is_binding: bool
    recipient: str
    credit_code: str
    project: str
    invoices: tuple[str, ...]
    work_key: str
    amount_fen: int
    awarded_on: date
    is_demo: bool


def keep_own_award(award: OwnAward) -> AwardRecord:
    """Enter an award of ours, or renew a provisional one; its room decides and notes who acted."""
    row = find_own_award(award.reference)
    if row is None:
        row = AwardRecord(
            source=OWN, reference=award.reference, payer=OWN_PAYER, paid_fen=0, used_fen=0
        )
        db.session.add(row)
    elif row.paid_fen:
        raise Conflict("award_paid", "已经拨付的奖励不能重新核定。")
    for name, value in vars(award).items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    db.session.flush()
    return row


def find_own_award(reference: str) -> AwardRecord | None:
    """Our award by the number of its claim."""
    query = select(AwardRecord).where(AwardRecord.source == OWN, AwardRecord.reference == reference)
    return db.session.scalar(query)


def set_own_paid(reference: str, paid_fen: int, *, used_fen: int) -> None:
    """Keep the register in step with what was paid, returned, and used up all the same."""
    row = find_own_award(reference)
    if row is None:
        raise LookupError(f"no award {reference} in the register")
    row.paid_fen, row.used_fen = paid_fen, used_fen
    db.session.flush()


def link_award(actor: Actor, award: AwardRecord, *, work_key: str, note: str) -> None:
    """Decide that an imported award is for the same work, so that the overlap rule counts it."""
    require(actor, KEEP_REGISTER)
    if award.source == OWN:
        raise Conflict("own_award", "本平台核定的奖励已按事项归集，不能手工归并。")
    if not note.strip():
        raise InvalidInput("link_note", "请写明认定为同一事项的依据。", field="note")
    if find_apart(award, work_key) is not None:
        raise Conflict("decided_apart", "这条记录已认定为不是同一事项，请先撤销该认定。")
    award.work_key = work_key
    record(
        actor, "funding.link_award", "award_record", award.id, work_key=work_key, note=note.strip()
    )


def unlink_award(actor: Actor, award: AwardRecord, *, note: str) -> None:
    """Take a decision of ``link_award`` back."""
    require(actor, KEEP_REGISTER)
    if award.source == OWN or award.work_key is None:
        raise Conflict("not_linked", "这条记录没有归并，无需撤销。")
    if not note.strip():
        raise InvalidInput("link_note", "请写明撤销归并的理由。", field="note")
    before, award.work_key = award.work_key, None
    record(
        actor, "funding.unlink_award", "award_record", award.id, work_key=before, note=note.strip()
    )


def find_apart(award: AwardRecord, work_key: str) -> ApartDecision | None:
    """The decision that an award is for other work than this, if one stands."""
    query = select(ApartDecision).where(
        ApartDecision.award_id == award.id, ApartDecision.work_key == work_key
    )
    return db.session.scalar(query)


def set_apart(actor: Actor, award: AwardRecord, *, work_key: str, note: str) -> ApartDecision:
    """Decide that an award is for other work in spite of what they share, with the reason."""
    require(actor, KEEP_REGISTER)
    reason = note.strip()
    if not 0 < len(reason) <= NOTE_MAX:
        raise InvalidInput(
            "apart_note",
            "请写明不是同一事项的理由，不超过 {limit} 个字。",
            field="note",
            limit=NOTE_MAX,
        )
    if award.work_key == work_key:
        raise Conflict("linked", "这条记录已归并为同一事项，请先撤销归并。")
    lock(db.session(), f"work:{work_key}")
    if find_apart(award, work_key) is not None:
        raise Conflict("decided_apart", "这条记录已认定为不是同一事项，请刷新页面。")
    decision = ApartDecision(
        award_id=award.id, work_key=work_key, note=reason, decided_by=actor.user_id
    )
    db.session.add(decision)
    db.session.flush()
    record(actor, "funding.set_apart", "award_record", award.id, work_key=work_key, note=reason)
    return decision


def undo_apart(actor: Actor, award: AwardRecord, *, work_key: str, note: str) -> None:
    """Take a decision of ``set_apart`` back; the question is open again."""
    require(actor, KEEP_REGISTER)
    if not note.strip():
        raise InvalidInput("apart_note", "请写明撤销认定的理由。", field="note")
    decision = find_apart(award, work_key)
    if decision is None:
        raise Conflict("not_apart", "这条记录没有认定为不是同一事项，无需撤销。")
    db.session.delete(decision)
    db.session.flush()
    record(
        actor, "funding.undo_apart", "award_record", award.id, work_key=work_key, note=note.strip()
    )
