"""Writing and publishing calls; preparing and publishing editions by two different people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record, seal_head
from matchmaker.campaigns import queries, rules
from matchmaker.campaigns.lists import take_snapshot
from matchmaker.campaigns.models import Campaign, Edition
from matchmaker.campaigns.permissions import PUBLISH_EDITION, WRITE
from matchmaker.campaigns.rules import LIST_LABELS, CampaignState, ListKind, Step
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.db import db, lock, lock_row
from matchmaker.demands.content import clean_line, clean_paragraphs
from matchmaker.demands.rules import ListingKind
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.publishing.operations import create_notice, publish_notice
from matchmaker.publishing.rules import NoticeKind


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a call says. Empty ``kinds`` or ``sectors`` mean all of them."""

    title: str
    text: str
    opens_on: date
    closes_on: date
    kinds: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()


def create_campaign(actor: Actor, call: Call, *, is_demo: bool = False) -> Campaign:
    """Add a call as a draft."""
    require(actor, WRITE)
    campaign = Campaign(created_by=actor.user_id, is_demo=is_demo, version=0)
    _write(campaign, call)
    db.session.add(campaign)
    db.session.flush()
    record(actor, "campaigns.create", "campaign", campaign.id, title=campaign.title)
    return campaign


def update_campaign(actor: Actor, campaign: Campaign, call: Call, *, version: int) -> Campaign:
    """Change a call that is not published yet."""
    require(actor, WRITE)
    _hold(campaign)
    if campaign.state is not CampaignState.DRAFT:
        raise IllegalTransition(
            "not_a_draft", "征集通知发布后不能修改；如有变化，请在通知公告中更正。"
        )
    if campaign.version != version:
        raise Conflict("newer_version", "这项征集刚刚被同事修改过，请刷新页面后再改。")
    _write(campaign, call)
    record(actor, "campaigns.update", "campaign", campaign.id, title=campaign.title)
    return campaign


def publish_campaign(actor: Actor, campaign: Campaign, *, issuer: str) -> Campaign:
    """Make the call public and issue its notice."""
    require(actor, WRITE)
    _hold(campaign)
    following = rules.next_state(campaign.state, Step.PUBLISH)
    if campaign.closes_on < clock.today():
        raise InvalidInput("closed", "征集截止日期已过，请先修改起止日期。", field="closes_on")
    notice = create_notice(
        actor,
        kind=NoticeKind.CALL,
        title=campaign.title,
        body=campaign.text,
        issuer=issuer,
        starts_on=campaign.opens_on,
        ends_on=campaign.closes_on,
        subject=("campaign", str(campaign.id)),
        is_demo=campaign.is_demo,
    )
    publish_notice(actor, notice)
    campaign.notice_id = notice.id
    campaign.state = following
    campaign.published_at = clock.now()
    record(actor, "campaigns.publish", "campaign", campaign.id, title=campaign.title)
    outbox.send("campaigns.published", id=campaign.id)
    return campaign


def withdraw_campaign(actor: Actor, campaign: Campaign, *, reason: str) -> Campaign:
    """Take a published call down; what was submitted keeps its way."""
    require(actor, WRITE)
    _hold(campaign)
    following = rules.next_state(campaign.state, Step.WITHDRAW)
    if not clean_line(reason):
        raise InvalidInput("reason_missing", "请写明撤下原因。", field="note")
    campaign.state = following
    record(actor, "campaigns.withdraw", "campaign", campaign.id, reason=reason)
    return campaign


def prepare_edition(actor: Actor, kind: ListKind, campaign: Campaign | None = None) -> Edition:
    """Take a snapshot of a list as its next edition; a second person publishes it."""
    require(actor, WRITE)
    lock(db.session(), f"campaigns.edition.{kind.value}")
    if any(edition.list_kind is kind for edition in queries.list_prepared(actor)):
        raise Conflict(
            "edition_waiting", "{name}已有一期待审定，请先发布或作废。", name=LIST_LABELS[kind]
        )
    snapshot = take_snapshot(kind, campaign, clock.today())
    if not snapshot.rows:
        raise InvalidInput("list_empty", "{name}目前没有内容，不能编制。", name=LIST_LABELS[kind])
    edition = Edition(
        list_kind=kind,
        number=queries.last_number(kind) + 1,
        campaign_id=campaign.id if campaign else None,
        columns=list(snapshot.columns),
        rows=[list(row) for row in snapshot.rows],
        sha256=snapshot.sha256,
        is_demo=snapshot.has_demo,
        prepared_by=actor.user_id,
    )
    db.session.add(edition)
    db.session.flush()
    _record(actor, "campaigns.prepare_edition", edition)
    return edition


def publish_edition(actor: Actor, edition: Edition) -> Edition:
    """Publish a prepared edition; refused where the list has changed since it was prepared."""
    require(actor, PUBLISH_EDITION, edition)
    _hold(edition)
    if edition.published_at is not None:
        raise IllegalTransition("already_published", "这一期清单已经发布。")
    campaign = db.session.get(Campaign, edition.campaign_id) if edition.campaign_id else None
    fresh = take_snapshot(edition.list_kind, campaign, clock.today())
    if fresh.sha256 != edition.sha256:
        raise Conflict("list_changed", "编制之后清单内容又有变化，请作废后重新编制，再审定发布。")
    edition.published_at = clock.now()
    edition.published_by = actor.user_id
    _record(actor, "campaigns.publish_edition", edition)
    edition.chain_seq, edition.chain_hash = seal_head()
    outbox.send("campaigns.edition_published", id=edition.id)
    return edition


def discard_edition(actor: Actor, edition: Edition) -> None:
    """Delete an edition that was never published; its number is free again."""
    require(actor, WRITE)
    _hold(edition)
    if edition.published_at is not None:
        raise IllegalTransition("already_published", "已发布的清单不能作废；请编制下一期。")
    _record(actor, "campaigns.discard_edition", edition)
    db.session.delete(edition)
    db.session.flush()


def _hold(row: Campaign | Edition) -> None:
    """Read the row anew and hold it; changes of this transaction are stored first."""
    db.session.flush()
    lock_row(row)


def _write(campaign: Campaign, call: Call) -> None:
    title, text = clean_line(call.title), clean_paragraphs(call.text)
    rules.check_call(title=title, text=text, opens_on=call.opens_on, closes_on=call.closes_on)
    _check_scope(call.kinds, call.sectors)
    campaign.title, campaign.text = title, text
    campaign.opens_on, campaign.closes_on = call.opens_on, call.closes_on
    campaign.kinds, campaign.sectors = list(call.kinds), list(call.sectors)
    campaign.version = (campaign.version or 0) + 1


def _check_scope(kinds: Sequence[str], sectors: Sequence[str]) -> None:
    vocabulary = load_vocabulary()
    if not set(kinds) <= set(ListingKind):
        raise InvalidInput("unknown_kind", "征集类别有误，请从列表中选择。", field="kinds")
    if not all(sector in vocabulary.sectors for sector in sectors):
        raise InvalidInput("unknown_sector", "行业领域有误，请从列表中选择。", field="sectors")


def _record(actor: Actor, action: str, edition: Edition) -> None:
    record(
        actor,
        action,
        "list_edition",
        edition.id,
        list=edition.list_kind.value,
        number=edition.number,
        rows=len(edition.rows),
        sha256=edition.sha256,
    )
