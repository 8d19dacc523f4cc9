"""Who may do what with a listing."""

from __future__ import annotations

from matchmaker.accounts.permissions import Permission
from matchmaker.actor import Actor, RoleName
from matchmaker.demands.models import DemandListing
from matchmaker.demands.rules import ReviewPart


def is_own(actor: Actor, listing: DemandListing) -> bool:
    """True when the actor posts needs for the unit that owns the listing."""
    return (
        actor.has_role(RoleName.OWNER)
        and actor.organisation_id is not None
        and listing.organisation_id == actor.organisation_id
    )


def list_review_parts(actor: Actor, listing: DemandListing) -> frozenset[ReviewPart]:
    """The reviews of this listing that fall to the actor; the bureau may stand in for both."""
    if actor.has_role(RoleName.OFFICER, RoleName.APPROVER):
        return frozenset(ReviewPart)
    parts = set()
    if actor.has_role(RoleName.SECTOR_REVIEWER) and listing.sector in actor.sectors:
        parts.add(ReviewPart.SECTOR)
    if actor.has_role(RoleName.DISTRICT_REVIEWER) and listing.district == actor.district:
        parts.add(ReviewPart.DISTRICT)
    return frozenset(parts)


def has_taken_part(actor: Actor, listing: DemandListing) -> bool:
    """True when a review by the actor would be a review of their own act."""
    written = {listing.created_by, listing.submitted_by}
    return actor.user_id in written or actor.organisation_id == listing.organisation_id


CREATE = Permission(
    "demands.create",
    lambda actor, _: actor.has_role(RoleName.OWNER) and actor.organisation_id is not None,
    "只有场景业主单位的账号可以发布需求。",
)
IMPORT_FOR_UNITS = Permission(
    "demands.import_for_units",
    lambda actor, _: actor.has_role(RoleName.OFFICER),
    "为其他单位导入需求由市经信局经办人员办理。",
)
EDIT = Permission(
    "demands.edit", is_own, "只有发布单位可以修改这条需求。如需修改，请联系发布单位。"
)
CLOSE = Permission(
    "demands.close",
    lambda actor, listing: is_own(actor, listing) or actor.has_role(RoleName.OFFICER),
    "只有发布单位或市经信局可以办结这条需求。",
)
REVIEW = Permission(
    "demands.review",
    lambda actor, listing: (
        bool(list_review_parts(actor, listing)) and not has_taken_part(actor, listing)
    ),
    "这条需求不由您审核：须为所属行业主管部门或属地区县的审核人员，且不得审核本人或本单位提交的需求。",
)
