"""Who of the bureau's area may enter the pages of events: those who see everything of them."""

from __future__ import annotations

from flask import Blueprint

from matchmaker.accounts.permissions import require
from matchmaker.events.permissions import OVERSEE
from matchmaker.web.base import current_actor, gate


def admit_overseers(blueprint: Blueprint) -> None:
    """Let only officers, approvers and auditors into a blueprint."""
    gate(blueprint, "bureau")

    @blueprint.before_request
    def check_overseer() -> None:
        require(current_actor(), OVERSEE)
