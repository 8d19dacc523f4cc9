"""What every act on a pairing shares: permission and step, the audit entry, the message."""

from __future__ import annotations

from typing import Any

from matchmaker import outbox
from matchmaker.accounts.permissions import Permission, require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db, lock_row
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Step, next_stage

SUBJECT = "pairing"


def enter(actor: Actor, pairing: Pairing, permission: Permission, step: Step) -> None:
    require(actor, permission, pairing)
    lock_row(pairing)
    pairing.stage = next_stage(pairing.stage, step)


def note(actor: Actor, pairing: Pairing, act: str, **values: Any) -> Pairing:
    db.session.flush()
    stage = pairing.stage.value
    record(actor, f"pairings.{act}", SUBJECT, pairing.id, stage=stage, **values)
    outbox.send("engagement.pairing_changed", pairing_id=pairing.id, stage=stage)
    return pairing
