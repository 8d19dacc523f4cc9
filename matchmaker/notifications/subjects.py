"""Whether a person may still see what a notice is about; asked when it is told, sent and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.actor import Actor, RoleName
from matchmaker.campaigns import queries as campaigns
from matchmaker.demands import queries as demands
from matchmaker.demands.permissions import is_own
from matchmaker.effects.followups import queries as followups
from matchmaker.engagement.answers import queries as answers
from matchmaker.errors import NotFound
from matchmaker.events import queries as events
from matchmaker.events.parties import queries as parties
from matchmaker.imports import queries as imports
from matchmaker.publishing import queries as notices
from matchmaker.rewards import queries as rewards
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.panels import queries as panels
from matchmaker.selection.rounds import queries as rounds
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.claims import queries as profile_claims
from matchmaker.suppliers.procurement import queries as recommendations
from matchmaker.suppliers.verification import queries as verifications


class SubjectKind(StrEnum):
    """What a notice can be about."""

    NOTHING = "nothing"
    LISTING = "listing"
    OWN_LISTING = "own_listing"
    ANSWER = "answer"
    PRODUCT = "product"
    FIRM = "firm"
    OWN_FIRM = "own_firm"
    VERIFICATION = "verification"
    CAMPAIGN = "campaign"
    APPLICATION = "application"
    ROUND = "round"
    JUDGING = "judging"
    PUBLIC_NOTICE = "public_notice"
    EVENT = "event"
    PROFILE_CLAIM = "profile_claim"
    FOLLOWUP = "followup"
    REWARD_CLAIM = "reward_claim"
    RECOMMENDATION = "recommendation"
    IMPORT = "import"
    DUTY = "duty"


@dataclass(frozen=True)
class Subject:
    """What the receiver must be allowed to see: its kind and its key (code or id)."""

    kind: SubjectKind
    key: str = ""


NOTHING = Subject(SubjectKind.NOTHING)


def is_visible(actor: Actor, subject: Subject) -> bool:
    """True while the actor may see the subject, by the visibility base of its own room."""
    try:
        return _CHECKS[subject.kind](actor, subject.key)
    except NotFound:
        return False


def _sees_own_listing(actor: Actor, code: str) -> bool:
    listing = demands.find_listing(actor, code)
    return listing is not None and is_own(actor, listing)


def _sees_product(actor: Actor, code: str) -> bool:
    return bool(suppliers.list_products_by_code(actor, [code]))


def _is_of_firm(actor: Actor, key: str) -> bool:
    own = suppliers.find_own_supplier(actor)
    return own is not None and own.id == int(key)


def _judges(actor: Actor, key: str) -> bool:
    """A judge of the round's panel; which scenes it is about is for its pages to say."""
    return actor.has_role(RoleName.JUDGE) and bool(panels.get_own_membership(actor, int(key)))


def _takes_part(actor: Actor, code: str) -> bool:
    """True for a unit that is or was a party of the event."""
    return parties.find_own(actor, events.get_event(actor, code)) is not None


def _has_duty(actor: Actor, role: str) -> bool:
    """True while the person holds the role that the duty belongs to."""
    return actor.has_role(RoleName(role))


_CHECKS: Mapping[str, Callable[[Actor, str], bool]] = {
    SubjectKind.NOTHING: lambda *_: True,
    SubjectKind.LISTING: lambda actor, key: demands.find_listing(actor, key) is not None,
    SubjectKind.OWN_LISTING: _sees_own_listing,
    SubjectKind.ANSWER: lambda actor, key: bool(answers.get_answer(actor, int(key))),
    SubjectKind.PRODUCT: _sees_product,
    SubjectKind.FIRM: lambda actor, key: bool(suppliers.get_supplier(actor, key)),
    SubjectKind.OWN_FIRM: _is_of_firm,
    SubjectKind.VERIFICATION: lambda actor, key: bool(
        verifications.get_verification(actor, int(key))
    ),
    SubjectKind.CAMPAIGN: lambda actor, key: bool(campaigns.get_campaign(actor, int(key))),
    SubjectKind.APPLICATION: lambda actor, key: bool(applications.get_application(actor, int(key))),
    SubjectKind.ROUND: lambda actor, key: bool(rounds.get_round_by_id(actor, int(key))),
    SubjectKind.JUDGING: _judges,
    SubjectKind.PUBLIC_NOTICE: lambda actor, key: bool(notices.get_notice(actor, int(key))),
    SubjectKind.EVENT: _takes_part,
    SubjectKind.PROFILE_CLAIM: lambda actor, key: bool(profile_claims.get_claim(actor, int(key))),
    SubjectKind.FOLLOWUP: lambda actor, key: bool(followups.get_followup(actor, int(key))),
    SubjectKind.REWARD_CLAIM: lambda actor, key: bool(rewards.get_claim(actor, int(key))),
    SubjectKind.RECOMMENDATION: lambda actor, key: bool(
        recommendations.get_recommendation(actor, key)
    ),
    SubjectKind.IMPORT: lambda actor, key: bool(imports.get_run(actor, int(key))),
    SubjectKind.DUTY: _has_duty,
}
