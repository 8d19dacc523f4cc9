"""Who may register, and who acts for a party."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.events.parties.models import EventParty
from matchmaker.events.permissions import MANAGE

_JOINING = (RoleName.OWNER, RoleName.SUPPLIER)


def is_own(actor: Actor, party: EventParty) -> bool:
    """True when the actor works for the party."""
    return (
        actor.has_role(*_JOINING)
        and actor.organisation_id is not None
        and party.organisation_id == actor.organisation_id
    )


def acts_for(actor: Actor, party: EventParty) -> bool:
    """True for the party's own people; the bureau acts for those who have no log-in."""
    if not party.has_account:
        return MANAGE.allows(actor, party)
    return is_own(actor, party)


REGISTER = Permission(
    "parties.register",
    lambda actor, _: actor.has_role(*_JOINING) and actor.organisation_id is not None,
    "对接会由场景业主和机器人企业的账号报名；其他单位请联系市经信局登记。",
)
ACT = Permission(
    "parties.act",
    acts_for,
    "只有参会单位本身可以办理；没有平台账号的单位由市经信局代办。",
)
