"""What waits in the room of calls and lists."""

from __future__ import annotations

from collections.abc import Iterator

from flask import url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.campaigns import queries
from matchmaker.campaigns.documents import name_of
from matchmaker.campaigns.permissions import PUBLISH_EDITION
from matchmaker.web.waiting import WaitingItem


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """Open calls for owners; editions that wait for a second person."""
    if actor.has_role(RoleName.OWNER):
        for campaign in queries.list_open(actor, clock.today()):
            yield WaitingItem(
                audience="owner",
                title=campaign.title,
                url=url_for("campaigns.show", campaign_id=campaign.id),
                act="提交需求",
                note="征集进行中",
                deadline=campaign.closes_on,
                rank=60,
            )
    if actor.has_role(RoleName.OFFICER, RoleName.APPROVER):
        for edition in queries.list_prepared(actor):
            if can(actor, PUBLISH_EDITION, edition):
                kind = edition.list_kind.value
                yield WaitingItem(
                    audience="bureau",
                    title=name_of(edition),
                    url=url_for("campaigns.edition", kind=kind, number=edition.number),
                    act="审定发布",
                    note=f"共 {len(edition.rows)} 条，待另一位同事审定",
                    rank=20,
                )
