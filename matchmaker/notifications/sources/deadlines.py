"""Every night: what closes in at most 7 days or 1 day, proofs that end, steps that are late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from matchmaker import clock
from matchmaker.accounts.queries import list_users_with_role
from matchmaker.actor import VISITOR, Actor, RoleName
from matchmaker.campaigns import queries as campaigns
from matchmaker.campaigns.models import Campaign
from matchmaker.db import read_tx, write_tx
from matchmaker.demands import queries as demands
from matchmaker.engagement.answers.queries import list_standing
from matchmaker.notifications.inbox.telling import Note, tell, tell_same
from matchmaker.notifications.rules import (
    EARLY_DAYS,
    PROOF_DAYS,
    NotificationKind,
    describe_left,
    find_reminder,
)
from matchmaker.notifications.sources.duties import plan_objections
from matchmaker.notifications.sources.people import (
    list_applicants,
    list_firm_people,
    list_owners_of,
)
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.notifications.subscriptions.queries import list_watchers
from matchmaker.selection.applications import queries as applications
from matchmaker.selection.applications.models import Application
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.proofs.queries import EndingProof, list_ending_proofs


def tell_deadlines() -> None:
    """The night's reminders, each in a write transaction of its own; repeating is harmless."""
    today = clock.today()
    for act in (*_plan_listings(today), *_plan_campaigns(today), *_plan_applications(today)):
        with write_tx():
            act()
    for act in (*_plan_proofs(today), *plan_objections(today)):
        with write_tx():
            act()


Act = Callable[[], object]


def _plan_listings(today: date) -> list[Act]:
    with read_tx():
        rows = demands.list_closing(VISITOR, today, within_days=EARLY_DAYS)
        return [_listing_act(row.code, row.deadline, today) for row in rows if row.deadline]


def _listing_act(code: str, deadline: date, today: date) -> Act:
    def act() -> None:
        listing = demands.get_listing(VISITOR, code)
        receivers = [
            (list_owners_of(code), f"/owner/demands/{code}", "需求“{title}”{left}"),
            (
                [
                    user
                    for answer in list_standing(listing)
                    for user in list_firm_people(answer.organisation_id)
                ],
                f"/supplier/engagement/{code}/answer",
                "贵单位已应答的需求“{title}”{left}，届时应答将开启",
            ),
            (list_watchers(listing.id), f"/demands/{code}", "您关注的需求“{title}”{left}"),
        ]
        for users, path, wording in receivers:
            tell(users, _listing_maker(code, deadline, today, path, wording))

    return act


def _listing_maker(
    code: str, deadline: date, today: date, path: str, wording: str
) -> Callable[[Actor], Note | None]:
    def make(actor: Actor) -> Note | None:
        listing = demands.find_listing(actor, code)
        if listing is None:
            return None
        left = describe_left(deadline, today)
        return Note(
            kind=NotificationKind.DEADLINE,
            title=wording.replace("{left}", left).replace("{title}", listing.title),
            path=path,
            source=_source("listing", code, deadline, today),
            subject=Subject(SubjectKind.LISTING, code),
        )

    return make


def _source(kind: str, key: object, day: date, today: date) -> str:
    return f"deadline:{kind}:{key}:{day.isoformat()}:{find_reminder(day, today)}"


def _plan_campaigns(today: date) -> list[Act]:
    with read_tx():
        rows = [
            row
            for row in campaigns.list_open(VISITOR, today)
            if find_reminder(row.closes_on, today) is not None
        ]
        return [_campaign_act(row, today) for row in rows]


def _campaign_act(row: Campaign, today: date) -> Act:
    note = Note(
        kind=NotificationKind.DEADLINE,
        title=f"征集“{row.title}”{describe_left(row.closes_on, today)}",
        path=f"/campaigns/{row.id}",
        source=_source("campaign", row.id, row.closes_on, today),
        subject=Subject(SubjectKind.CAMPAIGN, str(row.id)),
    )
    return lambda: tell_same(list_users_with_role(RoleName.OWNER), note)


def _plan_applications(today: date) -> list[Act]:
    with read_tx():
        found = applications.list_unfinished()
        return [
            _application_act(row, day, today)
            for row, day in found
            if day is not None and find_reminder(day, today) is not None
        ]


def _application_act(row: Application, day: date, today: date) -> Act:
    note = Note(
        kind=NotificationKind.DEADLINE,
        title=f"申报“{row.title}”尚未提交，{describe_left(day, today)}",
        path=f"/owner/applications/{row.id}",
        source=_source("application", row.id, day, today),
        subject=Subject(SubjectKind.APPLICATION, str(row.id)),
    )
    unit = row.applicant_organisation_id
    return lambda: tell_same(list_applicants(unit), note)


def _plan_proofs(today: date) -> list[Act]:
    with read_tx():
        return [
            _proof_act(firm.id, firm.organisation_id, proof)
            for firm in suppliers.list_claimed()
            for proof in list_ending_proofs(firm.id, today=today)
            if 0 <= (proof.until - today).days <= PROOF_DAYS
        ]


def _proof_act(supplier_id: int, organisation_id: int | None, proof: EndingProof) -> Act:
    day = proof.until
    note = Note(
        kind=NotificationKind.PROOF_ENDING,
        title=f"“{proof.title}”的证明将于{day.year}年{day.month}月{day.day}日到期",
        path="/supplier/proofs",
        source=f"proof:{proof.kind}:{proof.id}:{day.isoformat()}",
        subject=Subject(SubjectKind.OWN_FIRM, str(supplier_id)),
    )
    return lambda: tell_same(list_firm_people(organisation_id), note)
