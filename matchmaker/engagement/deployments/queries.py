"""Reads of pairings and deployments: visible to whoever may read the chosen answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from matchmaker.actor import Actor, RoleName
from matchmaker.db import db
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers import queries as answers
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerState
from matchmaker.engagement.deployments.models import Contract, Deployment, Pairing, Trial
from matchmaker.engagement.deployments.rules import Stage


def visible_to(actor: Actor) -> Select[Pairing]:
    """Pairings of the answers that the actor may read."""
    readable = answers.visible_to(actor).with_only_columns(Answer.id)
    return (
        select(Pairing)
        .join(Pairing.answer)
        .where(Pairing.answer_id.in_(readable))
        .options(contains_eager(Pairing.answer))
    )


def find_pairing(actor: Actor, answer: Answer) -> Pairing | None:
    """The pairing of an answer, if there is one."""
    return db.session.scalar(visible_to(actor).where(Pairing.answer_id == answer.id))


def find_by_id(actor: Actor, pairing_id: int) -> Pairing | None:
    """The pairing with this id, if the actor may read it."""
    return db.session.scalar(visible_to(actor).where(Pairing.id == pairing_id))


def find_sides(pairing_id: int) -> tuple[str, int] | None:
    """Code of the listing and the firm's unit: for the room that tells both sides' people."""
    query = (
        select(DemandListing.code, Answer.organisation_id)
        .join(Answer, Answer.listing_id == DemandListing.id)
        .join(Pairing, Pairing.answer_id == Answer.id)
        .where(Pairing.id == pairing_id)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def list_to_propose(actor: Actor) -> Sequence[Answer]:
    """Chosen answers on the actor's agreed listings that nobody has been asked to pair up on."""
    if actor.organisation_id is None or not actor.has_role(RoleName.OWNER):
        return ()
    paired = select(Pairing.id).where(Pairing.answer_id == Answer.id)
    query = answers.visible_to(actor).where(
        Answer.state == AnswerState.CHOSEN,
        DemandListing.organisation_id == actor.organisation_id,
        DemandListing.status == ListingStatus.AGREED,
        ~paired.exists(),
    )
    return db.session.scalars(query.order_by(Answer.id)).all()


def list_in_stages(actor: Actor, *stages: Stage) -> Sequence[Pairing]:
    """The actor's pairings in some stages, oldest first."""
    query = visible_to(actor).where(Pairing.stage.in_(stages))
    return db.session.scalars(query.order_by(Pairing.id)).all()


def list_due_trials(actor: Actor, today: date) -> Sequence[Pairing]:
    """Pairings whose trial has ended and whose result is not accepted by both sides yet."""
    query = visible_to(actor).join(Pairing.trial)
    due = query.where(Pairing.stage == Stage.TRIAL, Trial.ends_on < today)
    return db.session.scalars(due.order_by(Trial.ends_on, Pairing.id)).all()


@dataclass(frozen=True, kw_only=True)
class DeploymentChain:
    """How a demand came to work: what an application for the selection draws on.

    Money in fen; ``products`` are product codes, ``supplier_code`` is the firm's public code.
    """

    demand_code: str
    supplier_code: str
    supplier_name: str
    products: tuple[str, ...]
    mode: str
    trial_accepted: bool
    contract_number: str
    contract_value_fen: int
    contract_units: int
    signed_on: date
    site: str
    units: int
    started_on: date
    cumulative_hours: int
    hours_as_of: date | None


def find_deployment_for_demand(actor: Actor, code: str) -> DeploymentChain | None:
    """The newest deployment of a demand that the actor may read, with all that led to it."""
    query = (
        visible_to(actor)
        .join(Pairing.deployment)
        .where(Answer.listing.has(DemandListing.code == code))
        .order_by(Deployment.started_on.desc(), Deployment.id.desc())
    )
    pairing = db.session.scalars(query.limit(1)).first()
    return _chain(pairing) if pairing else None


def list_contract_partners(organisation_ids: Collection[int]) -> frozenset[int]:
    """Units with which any of these units has signed a contract, on either side of it.

    For the detection of conflicts of interest; no page shows it.
    """
    query = (
        select(DemandListing.organisation_id, Answer.organisation_id)
        .join(Answer, Answer.listing_id == DemandListing.id)
        .join(Pairing, Pairing.answer_id == Answer.id)
        .join(Contract, Contract.pairing_id == Pairing.id)
        .where(
            or_(
                DemandListing.organisation_id.in_(organisation_ids),
                Answer.organisation_id.in_(organisation_ids),
            )
        )
    )
    found = {unit for pair in db.session.execute(query) for unit in pair}
    return frozenset(found) - frozenset(organisation_ids)


def _chain(pairing: Pairing) -> DeploymentChain | None:
    answer, contract, deployment = pairing.answer, pairing.contract, pairing.deployment
    if contract is None or deployment is None:
        return None
    newest = deployment.hours[-1] if deployment.hours else None
    return DeploymentChain(
        demand_code=answer.listing.code,
        supplier_code=answer.supplier.code,
        supplier_name=answer.supplier.legal_name,
        products=tuple(row.product.code for row in answer.products),
        mode=contract.mode,
        trial_accepted=bool(pairing.trial and pairing.trial.has_passed),
        contract_number=contract.number,
        contract_value_fen=contract.value_fen,
        contract_units=contract.units,
        signed_on=contract.signed_on,
        site=deployment.site,
        units=deployment.units,
        started_on=deployment.started_on,
        cumulative_hours=newest.hours if newest else 0,
        hours_as_of=newest.as_of if newest else None,
    )
