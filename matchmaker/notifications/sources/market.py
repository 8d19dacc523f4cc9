"""What comes from needs, questions, answers and verifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matchmaker.accounts.queries import list_users_with_role
from matchmaker.actor import Actor, RoleName
from matchmaker.campaigns import queries as campaigns
from matchmaker.demands import queries as demands
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.demands.rules import ListingStatus
from matchmaker.engagement.answers import queries as answers
from matchmaker.engagement.answers.rules import OUTCOMES, STATE_LABELS, AnswerState
from matchmaker.engagement.deployments import queries as pairings
from matchmaker.engagement.questions.queries import find_asking_unit, is_waiting
from matchmaker.notifications.inbox.telling import Note, source_of, tell
from matchmaker.notifications.rules import NotificationKind
from matchmaker.notifications.sources.people import list_firm_people, list_owners_of
from matchmaker.notifications.subjects import Subject, SubjectKind
from matchmaker.suppliers.verification import queries as verifications
from matchmaker.suppliers.verification.rules import STATE_LABELS as VERIFICATION_LABELS

_REVIEWS = {
    ListingStatus.SUBMITTED: "一个环节审核通过，待另一环节审核",
    ListingStatus.RECTIFICATION: "审核要求整改",
    ListingStatus.RETURNED: "审核退回",
}


def find_own_listing(actor: Actor, code: str) -> DemandListing | None:
    """The listing, where it is of the actor's own unit."""
    listing = demands.find_listing(actor, code)
    return listing if listing is not None and is_own(actor, listing) else None


def tell_question_asked(payload: dict[str, Any]) -> None:
    """A firm asked and waits: the owner's people, without the words and without the firm."""
    if is_waiting(payload["question_id"]):
        _tell_owners(
            payload,
            NotificationKind.QUESTION_ASKED,
            "“{title}”收到新的提问，请答复",
            path="/owner/engagement/{code}",
        )


def tell_question_answered(payload: dict[str, Any]) -> None:
    """The owner replied: the people of the firm that asked."""
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        listing = demands.find_listing(actor, code)
        if listing is None:
            return None
        return Note(
            kind=NotificationKind.QUESTION_ANSWERED,
            title=f"业主已答复贵单位对“{listing.title}”的提问",
            path=f"/demands/{code}",
            source=source_of(payload),
            subject=Subject(SubjectKind.LISTING, code),
        )

    tell(list_firm_people(find_asking_unit(payload["question_id"])), make)


def tell_answer_received(payload: dict[str, Any]) -> None:
    """A sealed answer came in: the owner learns how many there are, and nothing of them."""
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        listing = find_own_listing(actor, code)
        count = answers.count_received(actor, listing) if listing is not None else 0
        if listing is None or not count:
            return None
        return Note(
            kind=NotificationKind.ANSWER_RECEIVED,
            title=f"“{listing.title}”已收到 {count} 份应答",
            path=f"/owner/engagement/{code}",
            source=f"answers:{code}:{count}",
            subject=Subject(SubjectKind.OWN_LISTING, code),
            text="应答内容在截止日 24 时以后方可开启。",
        )

    tell(list_owners_of(code), make)


def tell_answers_opened(payload: dict[str, Any]) -> None:
    """The seal has passed: the owner may read the answers."""
    _tell_owners(
        payload,
        NotificationKind.ANSWER_RECEIVED,
        f"“{{title}}”的应答已开启，共 {payload['count']} 份",
        path="/owner/engagement/{code}",
    )


def _tell_owners(payload: dict[str, Any], kind: NotificationKind, title: str, *, path: str) -> None:
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        listing = find_own_listing(actor, code)
        if listing is None:
            return None
        return Note(
            kind=kind,
            title=title.replace("{title}", listing.title),
            path=path.replace("{code}", code),
            source=source_of(payload),
            subject=Subject(SubjectKind.OWN_LISTING, code),
        )

    tell(list_owners_of(code), make)


def tell_outcome_given(payload: dict[str, Any]) -> None:
    """An answer has its outcome: the firm's people; no price, no reason."""
    _tell_answer_state(payload, OUTCOMES)


def tell_shortlisted(payload: dict[str, Any]) -> None:
    """An answer is on the shortlist: the firm's people."""
    _tell_answer_state(payload, frozenset({AnswerState.SHORTLISTED}))


def _tell_answer_state(payload: dict[str, Any], told: frozenset[AnswerState]) -> None:
    answer_id = payload["answer_id"]

    def make(actor: Actor) -> Note | None:
        answer = answers.get_answer(actor, answer_id)
        if answer.state not in told:
            return None
        return Note(
            kind=NotificationKind.OUTCOME_GIVEN,
            title=f"贵单位对“{answer.listing.title}”的应答：{STATE_LABELS[answer.state]}",
            path=f"/answers/{answer_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.ANSWER, str(answer_id)),
        )

    tell(list_firm_people(answers.find_answering_unit(answer_id)), make)


def tell_review_decided(payload: dict[str, Any]) -> None:
    """One part approved, 整改 or 退回: the owner's people. Publication is told by itself."""
    code = payload["code"]

    def make(actor: Actor) -> Note | None:
        listing = find_own_listing(actor, code)
        if listing is None or listing.status not in _REVIEWS:
            return None
        return Note(
            kind=NotificationKind.REVIEW_DECIDED,
            title=f"“{listing.title}”{_REVIEWS[listing.status]}",
            path=f"/owner/demands/{code}",
            source=source_of(payload),
            subject=Subject(SubjectKind.OWN_LISTING, code),
        )

    tell(list_owners_of(code), make)


def tell_listing_published(payload: dict[str, Any]) -> None:
    """Both parts approved, everybody sees it: the owner's people."""
    _tell_owners(
        payload,
        NotificationKind.REVIEW_DECIDED,
        "“{title}”审核通过，已公开发布",
        path="/owner/demands/{code}",
    )


def tell_outcome_missing(payload: dict[str, Any]) -> None:
    """Long past its deadline without an outcome: the owner's people."""
    _tell_owners(
        payload,
        NotificationKind.DEADLINE,
        "“{title}”截止已超过14天，请登记结果",
        path="/owner/demands/{code}",
    )


def tell_trial_due(payload: dict[str, Any]) -> None:
    """A trial is over and its result is not settled: both sides."""
    _tell_pair(payload, "“{title}”试用已到期，请双方确认结果")


def tell_record_waiting(payload: dict[str, Any]) -> None:
    """The owner recorded or corrected contract or deployment: the firm confirms or objects."""
    _tell_side(payload, "“{title}”的合同或部署登记待贵单位确认", to_firm=True)


def tell_record_objected(payload: dict[str, Any]) -> None:
    """The firm objects to a record: the owner's people."""
    _tell_side(payload, "企业对“{title}”的登记内容提出异议，请更正", to_firm=False)


def tell_milestone_due(payload: dict[str, Any]) -> None:
    """A milestone of an open challenge is due or overdue: both sides."""
    _tell_pair(payload, "“{title}”有里程碑临近或超过期限")


def _tell_pair(payload: dict[str, Any], title: str) -> None:
    sides = pairings.find_sides(payload["pairing_id"])
    if sides is not None:
        people = [*list_owners_of(sides[0]), *list_firm_people(sides[1])]
        tell(people, _make_pair_note(payload, title))


def _tell_side(payload: dict[str, Any], title: str, *, to_firm: bool) -> None:
    sides = pairings.find_sides(payload["pairing_id"])
    if sides is not None:
        people = list_firm_people(sides[1]) if to_firm else list_owners_of(sides[0])
        tell(people, _make_pair_note(payload, title))


def _make_pair_note(payload: dict[str, Any], title: str) -> Callable[[Actor], Note | None]:
    def make(actor: Actor) -> Note | None:
        pairing = pairings.find_by_id(actor, payload["pairing_id"])
        if pairing is None:
            return None
        return Note(
            kind=NotificationKind.DEADLINE,
            title=title.replace("{title}", pairing.answer.listing.title),
            path=f"/answers/{pairing.answer_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.ANSWER, str(pairing.answer_id)),
        )

    return make


def tell_verification_decided(payload: dict[str, Any]) -> None:
    """The conclusion of a verification: the firm's people."""
    verification_id = payload["verification_id"]

    def make(actor: Actor) -> Note | None:
        row = verifications.get_verification(actor, verification_id)
        return Note(
            kind=NotificationKind.VERIFICATION_DECIDED,
            title=f"核验结论：{row.fact_label}——{VERIFICATION_LABELS[row.state]}",
            path=f"/supplier/proofs/verifications/{verification_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.VERIFICATION, str(verification_id)),
        )

    tell(list_firm_people(verifications.find_asking_unit(verification_id)), make)


def tell_campaign_published(payload: dict[str, Any]) -> None:
    """A call for needs: owners in its sectors, and those whose sector is not known yet."""
    campaign_id = payload["id"]

    def make(actor: Actor) -> Note | None:
        row = campaigns.get_campaign(actor, campaign_id)
        own = {listing.sector for listing in demands.list_own(actor)}
        if own and row.sectors and own.isdisjoint(row.sectors):
            return None
        last = row.closes_on
        return Note(
            kind=NotificationKind.CAMPAIGN_PUBLISHED,
            title=f"需求征集“{row.title}”已发布",
            path=f"/campaigns/{campaign_id}",
            source=source_of(payload),
            subject=Subject(SubjectKind.CAMPAIGN, str(campaign_id)),
            text=f"请于{last.year}年{last.month}月{last.day}日前提交需求。",
        )

    tell(list_users_with_role(RoleName.OWNER), make)
