"""The calibration (试评): one scene of an earlier year that the whole panel scores first."""

from __future__ import annotations

from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.db import db
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import (
    Application,
    ApplicationRevision,
    ConsortiumMember,
)
from matchmaker.selection.applications.rules import ApplicationState
from matchmaker.selection.panels import queries, rules
from matchmaker.selection.panels.assigning import GIVING_STATES, assign_pairs
from matchmaker.selection.panels.permissions import MANAGE_PANEL
from matchmaker.selection.panels.rules import MemberRole
from matchmaker.selection.rounds.models import SelectionRound
from matchmaker.selection.rounds.rules import Stage


def set_calibration(actor: Actor, round_: SelectionRound, earlier: Application) -> Application:
    """Take a designated scene of an earlier year as the one that the panel scores together first.

    It is copied, so that the earlier application stays as it is; it is never ranked.
    """
    require(actor, MANAGE_PANEL)
    if round_.state not in GIVING_STATES[Stage.CALIBRATION]:
        raise IllegalTransition("calibration_closed", "当前阶段不能设置试评场景。")
    if applications.find_calibration(round_.id) is not None:
        raise Conflict("calibration_set", "本次评选已经设置了试评场景。")
    if earlier.state is not ApplicationState.DESIGNATED or earlier.round_id == round_.id:
        raise InvalidInput("calibration_source", "请从以往年度的入选场景中选择。", field="earlier")
    revision = earlier.revisions[-1]
    row = Application(
        code=f"{round_.code}-SP",
        round_id=round_.id,
        applicant_organisation_id=earlier.applicant_organisation_id,
        title=earlier.title,
        sector=earlier.sector,
        district=earlier.district,
        state=ApplicationState.QUALIFIED,
        is_calibration=True,
        is_demo=earlier.is_demo,
        revisions=[
            ApplicationRevision(
                number=1,
                content=revision.content,
                investment_fen=revision.investment_fen,
                sha256=revision.sha256,
                created_by_id=actor.user_id,
            )
        ],
        members=[
            ConsortiumMember(
                position=member.position,
                side=member.side,
                name=member.name,
                credit_code=member.credit_code,
                organisation_id=member.organisation_id,
                supplier_id=member.supplier_id,
                product_ids=list(member.product_ids),
                is_lead=member.is_lead,
            )
            for member in earlier.members
        ],
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "selection.set_calibration",
        "selection_round",
        round_.id,
        application_id=row.id,
        earlier=earlier.code,
    )
    return row


def assign_calibration(actor: Actor, round_: SelectionRound) -> int:
    """Give the calibration scene to every judge of the panel."""
    row = applications.find_calibration(round_.id)
    if row is None:
        raise InvalidInput("calibration_missing", "本次评选没有设置试评场景。")
    parties = queries.read_parties(row)
    pairs = [
        (row.id, member.id)
        for member in queries.list_members(round_.id)
        if member.role is not MemberRole.RESERVE
        and rules.find_conflict(queries.read_affiliations(member.expert), parties) is None
    ]
    known = {
        (item.application_id, item.member_id)
        for item in queries.list_assignments(round_.id, Stage.CALIBRATION)
    }
    return assign_pairs(
        actor, round_, Stage.CALIBRATION, [pair for pair in pairs if pair not in known]
    )
