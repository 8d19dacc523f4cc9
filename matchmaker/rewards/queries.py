"""Reads of claims and determinations; ``visible_to`` is their base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.errors import NotFound
from matchmaker.funding import queries as funding
from matchmaker.funding.queries import ProbableOverlap
from matchmaker.funding.register import OWN
from matchmaker.funding.rules import AwardTrace, OverlapSign
from matchmaker.rewards.models import Claim, Clawback, ClawbackCase, Determination, Payment
from matchmaker.rewards.permissions import INSPECT
from matchmaker.rewards.rules import (
    FINAL,
    GRANTED,
    OUTSTANDING,
    UNDER_WAY,
    ClaimStatus,
    ClawbackState,
)
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import Designation
from matchmaker.selection.rounds.programmes import get_programme, load_programmes


def visible_to(actor: Actor) -> Select[Claim]:
    """Claims that the actor may open: the own unit's, or for the bureau what was handed in."""
    bounds: list[ColumnElement[bool]] = [false()]
    if actor.is_system:
        return select(Claim)
    if can(actor, INSPECT):
        bounds.append(Claim.submitted_at.is_not(None))
    if actor.has_role(RoleName.OWNER, RoleName.SUPPLIER) and actor.organisation_id is not None:
        bounds.append(Claim.organisation_id == actor.organisation_id)
    return select(Claim).where(or_(*bounds))


def get_claim(actor: Actor, claim_id: int) -> Claim:
    """The claim, or NotFound when there is none that the actor may know of."""
    claim = db.session.scalar(visible_to(actor).where(Claim.id == claim_id))
    if claim is None:
        raise NotFound("claim_missing", "没有找到这份奖补申领。")
    return claim


def list_own(actor: Actor) -> Sequence[Claim]:
    """Claims of the actor's unit, newest first."""
    query = visible_to(actor).where(Claim.organisation_id == actor.organisation_id)
    loaded = query.options(selectinload(Claim.determinations))
    return db.session.scalars(loaded.order_by(Claim.id.desc())).all()


def list_claims(
    actor: Actor, *, status: ClaimStatus | None = None, instrument: str = "", keyword: str = ""
) -> Sequence[Claim]:
    """The bureau's queue, the longest waiting first."""
    query = visible_to(actor).options(
        joinedload(Claim.organisation), selectinload(Claim.determinations)
    )
    if status is not None:
        query = query.where(Claim.status == status)
    if instrument:
        query = query.where(Claim.instrument == instrument)
    if keyword:
        pattern = f"%{keyword.replace('%', '').replace('_', '')}%"
        query = query.where(or_(Claim.project.like(pattern), Claim.number.like(pattern)))
    return db.session.scalars(query.order_by(Claim.submitted_at, Claim.id)).all()


def count_by_status(actor: Actor) -> Counter[ClaimStatus]:
    """How many visible claims stand where."""
    columns = (Claim.status, func.count().label("claims"))
    query = visible_to(actor).with_only_columns(*columns).group_by(Claim.status)
    return Counter({row.status: row.claims for row in db.session.execute(query)})


def get_determination(actor: Actor, determination_id: int) -> Determination:
    """A determination of a claim that the actor may open.

    A claimant sees what was decided, not what is still a proposal within the bureau.
    """
    row = db.session.get(Determination, determination_id)
    known = row is not None and db.session.scalar(
        visible_to(actor).where(Claim.id == row.claim_id).with_only_columns(Claim.id)
    )
    if row is None or not known or not can_read_determination(actor, row):
        raise NotFound("determination_missing", "没有找到这份核定书。")
    return row


def can_read_determination(actor: Actor, row: Determination) -> bool:
    """True for the bureau, and for the claimant once another person decided."""
    return can(actor, INSPECT) or row.approved_at is not None


def list_same_work(claim: Claim) -> Sequence[Claim]:
    """Other live claims for the same piece of work."""
    query = select(Claim).where(
        Claim.work_key == claim.work_key,
        Claim.id != claim.id,
        Claim.status.not_in((ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)),
    )
    return db.session.scalars(query.order_by(Claim.id)).all()


def list_outstanding(claim: Claim) -> list[Claim]:
    """Other claims for the same work that money was promised to and not yet paid in full."""
    return [other for other in list_same_work(claim) if other.status in OUTSTANDING]


def list_sharable(actor: Actor) -> list[Claim]:
    """Claims of the unit that a new claim may be for the same work as."""
    return [claim for claim in list_own(actor) if claim.status not in _ENDED]


_ENDED = FINAL - {ClaimStatus.PAID, ClaimStatus.SETTLED}


def list_designations(actor: Actor) -> list[Designation]:
    """Designated scenes of the actor's unit that were not claimed yet."""
    taken = select(Claim.designation_id).where(
        Claim.designation_id.is_not(None), Claim.status.not_in(_ENDED)
    )
    claimed = set(db.session.scalars(taken))
    return [
        row
        for row in results.list_designations()
        if row.id not in claimed
        and (actor.is_system or row.application.applicant_organisation_id == actor.organisation_id)
    ]


def find_designation(designation_id: int) -> Designation | None:
    """The designation, or None."""
    return db.session.get(Designation, designation_id)


def instrument_of(designation: Designation) -> str:
    """The instrument behind the programme of a designated scene."""
    return get_programme(designation.application.round.programme).instrument


def list_designated_instruments() -> frozenset[str]:
    """Instruments that are claimed from a designation only."""
    return frozenset(programme.instrument for programme in load_programmes().values())


def list_granted(instrument: str, organisation_id: int, *, but: Claim) -> list[Determination]:
    """Approved binding determinations of a unit under an instrument, without one claim's."""
    query = (
        select(Determination)
        .join(Claim, Claim.id == Determination.claim_id)
        .where(
            Claim.instrument == instrument,
            Claim.organisation_id == organisation_id,
            Claim.id != but.id,
            Claim.status.in_(GRANTED),
            Determination.approved_at.is_not(None),
            Determination.is_binding,
        )
    )
    return list(db.session.scalars(query.order_by(Determination.id)))


def sum_paid(determination: Determination) -> int:
    """What was transferred, claw-backs not deducted."""
    query = select(func.coalesce(func.sum(Payment.amount_fen), 0)).where(
        Payment.determination_id == determination.id
    )
    return int(db.session.scalar(query) or 0)


def sum_returned(determination: Determination) -> int:
    """What was paid back."""
    query = select(func.coalesce(func.sum(Clawback.amount_fen), 0)).where(
        Clawback.determination_id == determination.id
    )
    return int(db.session.scalar(query) or 0)


def sum_released(determination: Determination) -> int:
    """What was paid back and may be granted again to the same piece of work."""
    query = (
        select(func.coalesce(func.sum(Clawback.amount_fen), 0))
        .join(Clawback.case)
        .where(
            Clawback.determination_id == determination.id,
            ClawbackCase.may_be_granted_again.is_(True),
        )
    )
    return int(db.session.scalar(query) or 0)


def sum_asked(determination: Determination) -> int:
    """What was asked back and not declined, with what came back before there were cases."""
    asked = select(func.coalesce(func.sum(ClawbackCase.amount_fen), 0)).where(
        ClawbackCase.determination_id == determination.id,
        ClawbackCase.state != ClawbackState.DECLINED,
    )
    older = select(func.coalesce(func.sum(Clawback.amount_fen), 0)).where(
        Clawback.determination_id == determination.id, Clawback.case_id.is_(None)
    )
    return int(db.session.scalar(asked) or 0) + int(db.session.scalar(older) or 0)


def get_clawback_case(claim: Claim, case_id: int) -> ClawbackCase:
    """A case of exactly this claim; raises NotFound."""
    case = db.session.get(ClawbackCase, case_id)
    if case is None or case.determination.claim_id != claim.id:
        raise NotFound("clawback_missing", "没有找到这个追回事项。")
    return case


def count_clawbacks(state: ClawbackState) -> int:
    """Cases in a state: proposed ones wait for the approver, approved ones for the money."""
    query = select(func.count(ClawbackCase.id)).where(ClawbackCase.state == state)
    return db.session.scalar(query) or 0


def find_claim_of_designation(actor: Actor, designation_id: int) -> Claim | None:
    """The claim of a designated scene that was paid, for asking money back."""
    query = visible_to(actor).where(
        Claim.designation_id == designation_id, Claim.status == ClaimStatus.PAID
    )
    return db.session.scalars(query.order_by(Claim.id.desc()).limit(1)).first()


def find_payment(voucher: str) -> Payment | None:
    """The transfer with this voucher number, if any."""
    return db.session.scalar(select(Payment).where(Payment.voucher == voucher))


def trace_claim(claim: Claim) -> AwardTrace:
    """What identifies the work of a claim."""
    items = claim.ledger.items if claim.ledger else []
    return AwardTrace(
        claim.organisation.credit_code or "",
        claim.project,
        frozenset(item.invoice_key for item in items),
    )


def find_overlaps(claim: Claim) -> list[ProbableOverlap]:
    """Awards of the register that may be for the same work, on which nobody has decided."""
    return [
        overlap
        for overlap in funding.find_probable_overlaps(trace_claim(claim), work_key=claim.work_key)
        if overlap.award.reference != claim.number or overlap.award.source != OWN
    ]


def list_undecided_overlaps(claim: Claim) -> list[ProbableOverlap]:
    """Probable overlaps that somebody has to decide on before money is promised or paid.

    Claims to this bureau are told apart by their work already, so that names and units that are
    alike say nothing; an invoice that was used twice does.
    """
    return [
        overlap
        for overlap in find_overlaps(claim)
        if overlap.award.source != OWN or OverlapSign.INVOICE in overlap.signs
    ]


def list_undecided_claims() -> list[Claim]:
    """Claims in the bureau's hands or granted, with an overlap on which nobody has decided."""
    query = select(Claim).where(Claim.status.in_(UNDER_WAY | GRANTED)).order_by(Claim.id)
    return [claim for claim in db.session.scalars(query) if list_undecided_overlaps(claim)]


def map_ledger_claims(ledger_ids: Sequence[int]) -> dict[int, Claim]:
    """Ledger id → its claim, for naming where an invoice number was used before."""
    query = select(Claim).where(Claim.ledger_id.in_(ledger_ids))
    return {claim.ledger_id: claim for claim in db.session.scalars(query) if claim.ledger_id}
