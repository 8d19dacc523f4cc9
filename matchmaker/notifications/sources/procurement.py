"""Recommendations for the procurement catalogue: the firm, advisers, who has the next step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matchmaker.accounts.models import User
from matchmaker.accounts.permissions import can
from matchmaker.accounts.queries import as_actor, list_users_with_role
from matchmaker.actor import Actor, RoleName
from matchmaker.notifications.inbox.telling import Note, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import list_firm_people
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.suppliers.procurement import queries
from matchmaker.suppliers.procurement.models import Recommendation
from matchmaker.suppliers.procurement.permissions import ADVISE
from matchmaker.suppliers.procurement.rules import STATE_LABELS, Origin, RecommendationState

_S = RecommendationState


def tell_procurement_stepped(payload: dict[str, Any]) -> None:
    """A product was put forward, withdrawn, decided on, handed over, listed or not."""
    state = RecommendationState(payload["state"])
    row = queries.find_by_code(payload["code"])
    if row is None:
        return
    if state is _S.SUBMITTED:
        _tell(payload, _list_advisers(row), "请提出意见")
        if row.origin is Origin.NOMINATION:
            _tell(payload, _list_firm(row), "：市经信局已提名，审核中")
    elif state is _S.WITHDRAWN:
        _tell(payload, list_users_with_role(RoleName.APPROVER), "：企业已撤回申请")
    else:
        _tell(payload, _list_firm(row), f"：{STATE_LABELS[state]}")
    if state is _S.RECOMMENDED:
        _tell(payload, list_users_with_role(RoleName.OFFICER), "：已推荐，请办理上报")


def _list_firm(row: Recommendation) -> Iterable[User]:
    return list_firm_people(row.product.supplier.organisation_id)


def _list_advisers(row: Recommendation) -> Iterable[User]:
    """Experts and departments of the product's sectors, without those of the firm itself."""
    people = [
        *list_users_with_role(RoleName.JUDGE),
        *list_users_with_role(RoleName.SECTOR_REVIEWER),
    ]
    return [user for user in people if can(as_actor(user), ADVISE, row)]


def _tell(payload: dict[str, Any], people: Iterable[User], result: str) -> None:
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        row = queries.get_recommendation(actor, code)
        return Note(
            kind=NotificationKind.PROCUREMENT,
            title=f"“{row.product.model}”的采购目录推荐{result}",
            path=f"/{_area_of(actor)}/procurement/{code}",
            source=source_of(payload),
            subject=Subject(SubjectKind.RECOMMENDATION, code),
        )

    tell(people, make)


def _area_of(actor: Actor) -> str:
    if actor.has_role(RoleName.SUPPLIER):
        return "supplier"
    return "judge" if actor.has_role(RoleName.JUDGE) else "bureau"
