"""Listings for tests: a complete content and rows in a wanted state."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from matchmaker import clock
from matchmaker.actor import Actor
from matchmaker.demands import operations
from matchmaker.demands.content import ListingContent
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.seed_records import RequirementRecord
from tests.people import People


def make_content(**changes: Any) -> ListingContent:
    """A need that may be submitted, in the sector and district of the test world's reviewers."""
    content = ListingContent(
        title="地铁变电所夜间巡检",
        sector="municipal-inspection",
        district="shangcheng",
        owner_kind="metro-operator",
        owner_description="一家城市轨道交通运营单位",
        tasks=("inspection-round",),
        pain_point="站点分散、夜间人手紧",
        description="三十余座地下变电所，每两小时自动巡视一次，读取表计，设备防护等级不低于IP54。",
        quantity=6,
        budget_low_fen=200_000_000,
        budget_high_fen=400_000_000,
        modes=("purchase", "raas"),
        deadline=clock.today() + timedelta(days=30),
        requirements=(RequirementRecord("payload_kg", ">=", 5, True, "payload_kg_min"),),
        facts={"floor": "平整硬化地面", "acceptance": "连续30天巡检完成率不低于98%"},
    )
    return dataclasses.replace(content, **changes)


def make_draft(people: People, actor: Actor | None = None, **changes: Any) -> DemandListing:
    """A draft of the owner's unit."""
    return operations.create_draft(actor or people.owner, make_content(**changes))


def make_submitted(people: People, **changes: Any) -> DemandListing:
    """A listing that waits for both reviews."""
    return lifecycle.submit(people.owner, make_draft(people, **changes))


def make_published(people: People, **changes: Any) -> DemandListing:
    """A listing that both reviews approved."""
    listing = make_submitted(people, **changes)
    reviews.approve(people.sector_reviewer, listing)
    return reviews.approve(people.district_reviewer, listing)
