"""Writing a listing: draft, copy, challenge, edit after publication. Steps: ``lifecycle``."""

from __future__ import annotations

import dataclasses
from datetime import date

from matchmaker import clock, outbox
from matchmaker.accounts.permissions import require
from matchmaker.actor import Actor
from matchmaker.audit.operations import record
from matchmaker.catalogue.vocabulary import Vocabulary, load_vocabulary
from matchmaker.db import db
from matchmaker.demands import permissions, queries
from matchmaker.demands.content import (
    Change,
    ListingContent,
    check_complete,
    check_storable,
    clean_line,
    label_of,
    list_changes,
)
from matchmaker.demands.lifecycle.operations import close_unmet
from matchmaker.demands.models import DemandListing, DemandRevision
from matchmaker.demands.questions import ANSWER_MAX, questions_for
from matchmaker.demands.rules import (
    EDITABLE_STATUSES,
    OPEN_STATUSES,
    PUBLIC_STATUSES,
    STATUS_LABELS,
    ListingKind,
    ListingStatus,
)
from matchmaker.demands.steps import check_note, lock_listing
from matchmaker.demands.storage import add_listing, note_public_change, write_content
from matchmaker.demands.wording import describe_field
from matchmaker.errors import Conflict, IllegalTransition, InvalidInput
from matchmaker.search.operations import remove_row

REASON_MAX = 200
#: Fields that decide who reviews a listing; fixed once it is published.
FIXED_FIELDS = ("kind", "sector", "district")


def create_draft(actor: Actor, content: ListingContent) -> DemandListing:
    """Start a listing of the actor's unit. Parts may be missing, nothing may be wrong."""
    require(actor, permissions.CREATE)
    check_storable(content, load_vocabulary(), clock.today())
    listing = add_listing(actor, content, origin_id=None)
    record(actor, "demands.create_draft", "demand", listing.id, code=listing.code)
    return listing


def save_draft(
    actor: Actor, listing: DemandListing, content: ListingContent, *, version: int
) -> DemandListing:
    """Replace the content of a listing that is not under review or published.

    ``version`` is the one that the form was filled from; raises ``Conflict`` when a colleague
    has saved since.
    """
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    if listing.status not in EDITABLE_STATUSES:
        raise IllegalTransition(
            "not_editable",
            "当前状态为“{status}”，不能修改。提交审核后须先撤回提交。",
            status=STATUS_LABELS[listing.status],
        )
    _check_version(listing, version)
    check_storable(content, load_vocabulary(), clock.today())
    changes = list_changes(queries.content_of(listing), content)
    if changes:
        write_content(listing, content)
        fields = [change.field for change in changes]
        record(actor, "demands.save_draft", "demand", listing.id, fields=fields)
    return listing


def discard_draft(actor: Actor, listing: DemandListing) -> None:
    """Delete a draft that was never submitted."""
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    if listing.status is not ListingStatus.DRAFT or listing.submitted_at is not None:
        raise IllegalTransition(
            "not_discardable", "只有从未提交过的草稿可以删除；已提交过的需求请办理撤回。"
        )
    record(actor, "demands.discard_draft", "demand", listing.id, code=listing.code)
    remove_row(queries.SEARCH_KIND, listing.code)
    db.session.delete(listing)
    db.session.flush()


def edit_published(
    actor: Actor, listing: DemandListing, content: ListingContent, *, version: int, reason: str
) -> DemandListing:
    """Change an open listing; before and after are kept where everybody can read them."""
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    if listing.status not in OPEN_STATUSES:
        raise IllegalTransition(
            "not_open",
            "当前状态为“{status}”，不能变更内容。",
            status=STATUS_LABELS[listing.status],
        )
    _check_version(listing, version)
    check_note(
        reason, field="reason", needed="请写明变更原因，变更记录将公开显示。", limit=REASON_MAX
    )
    before = queries.content_of(listing)
    _check_revision(before, content)
    changes = list_changes(before, content)
    if not changes:
        raise InvalidInput("no_change", "内容没有变化，未作变更。")
    write_content(listing, content)
    _add_revision(listing, changes, reason)
    note_public_change()
    fields = [change.field for change in changes]
    record(actor, "demands.edit_published", "demand", listing.id, fields=fields, reason=reason)
    outbox.send("demands.changed", id=listing.id, code=listing.code)
    return listing


def copy_listing(actor: Actor, listing: DemandListing) -> DemandListing:
    """A new draft with the content of a listing of one's own unit, without a past deadline."""
    require(actor, permissions.EDIT, listing)
    content = _without_past_deadline(queries.content_of(listing), clock.today())
    copy = add_listing(actor, content, origin_id=listing.id)
    record(actor, "demands.copy_listing", "demand", copy.id, origin=listing.code, code=copy.code)
    return copy


def create_challenge_from(
    actor: Actor, listing: DemandListing, gaps: tuple[str, ...]
) -> DemandListing:
    """An open challenge (揭榜挂帅) from a need without suitable supply, as a draft.

    ``gaps`` are the reasons why nothing fitted; they become the goal of the challenge. An open
    need is closed as 无合适方案 in the same step.
    """
    require(actor, permissions.EDIT, listing)
    lock_listing(listing)
    if listing.kind is ListingKind.CHALLENGE or listing.status not in PUBLIC_STATUSES:
        raise IllegalTransition(
            "no_challenge", "只有已发布的需求可以转为揭榜挂帅；揭榜挂帅本身不能再转。"
        )
    content = _as_challenge(queries.content_of(listing), gaps)
    challenge = add_listing(actor, content, origin_id=listing.id)
    if listing.status in OPEN_STATUSES:
        close_unmet(
            actor, listing, note=f"现有产品和方案不能满足，已转为揭榜挂帅 {challenge.code}。"
        )
    record(
        actor,
        "demands.create_challenge",
        "demand",
        challenge.id,
        origin=listing.code,
        code=challenge.code,
    )
    return challenge


def _add_revision(listing: DemandListing, changes: tuple[Change, ...], reason: str) -> None:
    vocabulary = load_vocabulary()
    listing.revisions.append(
        DemandRevision(
            number=len(listing.revisions) + 1,
            changes=[_describe_change(change, vocabulary) for change in changes],
            reason=clean_line(reason),
            at=clock.now(),
        )
    )


def _describe_change(change: Change, vocabulary: Vocabulary) -> dict[str, str]:
    return {
        "field": change.field,
        "label": label_of(change.field),
        "before": describe_field(change.field, change.before, vocabulary),
        "after": describe_field(change.field, change.after, vocabulary),
    }


def _check_revision(before: ListingContent, after: ListingContent) -> None:
    for name in FIXED_FIELDS:
        if getattr(before, name) != getattr(after, name):
            raise InvalidInput(
                "field_fixed",
                "发布后不能修改“{label}”。如确需修改，请撤回后重新发布。",
                field=name,
                label=label_of(name),
            )
    today = clock.today()
    if after.deadline == before.deadline:
        after = _without_past_deadline(after, today, replacement=today)
    check_complete(after, load_vocabulary(), today)


def _without_past_deadline(
    content: ListingContent, today: date, *, replacement: date | None = None
) -> ListingContent:
    if content.deadline is None or content.deadline >= today:
        return content
    return dataclasses.replace(content, deadline=replacement)


def _as_challenge(content: ListingContent, gaps: tuple[str, ...]) -> ListingContent:
    content = _without_past_deadline(content, clock.today())
    asked = {question.key for question in questions_for(ListingKind.CHALLENGE)}
    facts = {key: answer for key, answer in content.facts.items() if key in asked}
    if gaps:
        facts["goal"] = "；".join(gaps)[:ANSWER_MAX]
    return dataclasses.replace(content, kind=ListingKind.CHALLENGE, facts=facts)


def _check_version(listing: DemandListing, version: int) -> None:
    if listing.version != version:
        raise Conflict(
            "newer_version",
            "这条需求刚刚被本单位同事修改过，您的修改没有保存。请刷新页面后再改。",
        )
