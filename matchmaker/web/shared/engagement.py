"""What the pages say of questions and answers on a listing, and what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import url_for

from matchmaker import clock
from matchmaker.accounts.permissions import can
from matchmaker.actor import Actor, RoleName
from matchmaker.catalogue.vocabulary import load_vocabulary
from matchmaker.demands.models import DemandListing
from matchmaker.demands.permissions import is_own
from matchmaker.demands.rules import CHASE_AFTER_DAYS, OPEN_STATUSES, PUBLIC_STATUSES
from matchmaker.engagement.answers import queries as answers
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.permissions import ANSWER, COUNT
from matchmaker.engagement.answers.rules import OUTCOMES, STATE_LABELS, AnswerState
from matchmaker.engagement.contacts import queries as contacts
from matchmaker.engagement.deals.queries import find_standing_deal
from matchmaker.engagement.deployments import queries as pairings
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import Stage
from matchmaker.engagement.questions import queries as questions
from matchmaker.engagement.questions.models import Question
from matchmaker.engagement.questions.permissions import ASK
from matchmaker.engagement.rules import has_passed
from matchmaker.web.shared.demands import Badge, Section
from matchmaker.web.shared.milestones import list_winner_lines
from matchmaker.web.waiting import WaitingItem

#: How long the outcome of an answer stands among the news of a firm.
NEWS_KEPT = timedelta(days=30)


def make_section(actor: Actor, listing: DemandListing) -> Section | None:
    """Questions and replies, and the way to ask or to manage them."""
    if listing.status not in PUBLIC_STATUSES:
        return None
    return Section(template="shared/engagement/_section.html", data=_section_data(actor, listing))


def _section_data(actor: Actor, listing: DemandListing) -> dict[str, Any]:
    is_open = is_taking(listing)
    own = answers.find_own(actor, listing)
    return {
        "questions": list_question_lines(actor, listing),
        "winners": list_winner_lines(listing, clock.today()),
        "ask_url": _firm_url("ask", listing) if is_open and can(actor, ASK, listing) else None,
        "answer_url": _answer_url(actor, listing) if is_open and own is None else None,
        "own": answer_line(own) if own else None,
        "is_unsealed": has_passed(listing.deadline, clock.today()),
        "manage_url": owner_url(listing) if is_own(actor, listing) else None,
        "received": answers.count_received(actor, listing) if _counts(actor, listing) else None,
        "opened": _list_opened(actor, listing) if _counts(actor, listing) else [],
        "deal": _list_deal_facts(actor, listing),
    }


def _list_deal_facts(actor: Actor, listing: DemandListing) -> list[tuple[str, str]]:
    """The deal without an answer, for those who may read it."""
    deal = None if actor.is_system else find_standing_deal(actor, listing)
    if deal is None:
        return []
    facts = [("成交企业", deal.partner), ("成交产品", deal.product), ("成交说明", deal.reason)]
    if deal.units is None or deal.started_on is None:
        return facts
    day = deal.started_on
    return [
        *facts,
        ("部署地点", deal.site),
        ("数量", f"{deal.units}台（套）"),
        ("投运日期", f"{day.year}年{day.month}月{day.day}日"),
    ]


def _counts(actor: Actor, listing: DemandListing) -> bool:
    return not actor.is_system and can(actor, COUNT, listing)


def _answer_url(actor: Actor, listing: DemandListing) -> str | None:
    return _firm_url("answer", listing) if can(actor, ANSWER, listing) else None


def _list_opened(actor: Actor, listing: DemandListing) -> list[dict[str, Any]]:
    return [answer_line(row) for row in answers.list_answers(actor, listing)]


ANSWER_TONES = {
    AnswerState.SUBMITTED: "info",
    AnswerState.WITHDRAWN: "plain",
    AnswerState.SHORTLISTED: "unsure",
    AnswerState.CHOSEN: "good",
    AnswerState.RUNNER_UP: "plain",
    AnswerState.DECLINED: "plain",
}


def answer_line(row: Answer) -> dict[str, Any]:
    """An answer that the caller was allowed to load, as lists and its page show it."""
    return {
        "id": row.id,
        "url": url_for("answers.show", answer_id=row.id),
        "firm": row.supplier.short_name + ("（演示账号）" if row.is_demo else ""),
        "demand": row.listing.title,
        "demand_code": row.listing.code,
        "products": "、".join(each.product.model for each in row.products),
        "mode": load_vocabulary().mode(row.mode).zh,
        "amount_fen": row.amount_fen,
        "delivery": f"{row.delivery_days}天",
        "text": row.text,
        "state": row.state.value,
        "badge": Badge(STATE_LABELS[row.state], ANSWER_TONES[row.state]),
        "reason": row.outcome_reason if row.state in OUTCOMES else "",
        "changed_at": row.changed_at,
        "deadline": row.listing.deadline,
        "is_demo": row.is_demo,
    }


def is_taking(listing: DemandListing) -> bool:
    """True while questions and answers may come in."""
    return listing.status in OPEN_STATUSES and not has_passed(listing.deadline, clock.today())


def owner_url(listing: DemandListing) -> str:
    """The owner's page of what came in on a listing."""
    return url_for("owner_engagement.show", code=listing.code)


def _firm_url(name: str, listing: DemandListing) -> str:
    return url_for(f"supplier_engagement.{name}", code=listing.code)


def list_question_lines(actor: Actor, listing: DemandListing) -> list[dict[str, Any]]:
    """The questions as anybody may read them; only the asking unit learns which are its own."""
    return [_question_line(actor, row) for row in questions.list_questions(actor, listing)]


def _question_line(actor: Actor, row: Question) -> dict[str, Any]:
    mine = actor.organisation_id is not None and actor.organisation_id == row.organisation_id
    return {
        "id": row.id,
        "text": row.text,
        "asked_at": row.asked_at,
        "reply": row.reply,
        "replied_at": row.replied_at,
        "is_mine": mine,
        "withdraw_url": _withdraw_url(row) if mine and row.reply is None else None,
    }


def _withdraw_url(row: Question) -> str:
    code = row.listing.code
    return url_for("supplier_engagement.withdraw_question", code=code, question_id=row.id)


def list_waiting(actor: Actor) -> Iterator[WaitingItem]:
    """What waits for owners and firms in this room."""
    yield from _questions_waiting(actor)
    yield from _answers_waiting(actor)
    yield from _outcomes_news(actor)
    yield from _overdue_outcomes(actor)
    yield from _pairings_waiting(actor)


def _questions_waiting(actor: Actor) -> Iterator[WaitingItem]:
    by_listing: dict[str, list[Question]] = {}
    for question in questions.list_awaiting_owner(actor):
        by_listing.setdefault(question.listing.code, []).append(question)
    for rows in by_listing.values():
        listing = rows[0].listing
        yield WaitingItem(
            audience="owner",
            title=listing.title,
            url=owner_url(listing),
            act="答复提问",
            count=len(rows),
            note=f"{len(rows)} 个提问待答复，答复对所有企业公开",
            deadline=listing.deadline,
            rank=18,
        )


def _answers_waiting(actor: Actor) -> Iterator[WaitingItem]:
    by_listing: dict[str, list[Answer]] = {}
    for answer in answers.list_awaiting_owner(actor):
        by_listing.setdefault(answer.listing.code, []).append(answer)
    for rows in by_listing.values():
        listing = rows[0].listing
        yield WaitingItem(
            audience="owner",
            title=listing.title,
            url=owner_url(listing),
            act="选择方案",
            count=len(rows),
            note=f"{len(rows)} 份应答已开启，每家企业都须得到结果和理由",
            rank=12,
        )


def _outcomes_news(actor: Actor) -> Iterator[WaitingItem]:
    since = clock.now() - NEWS_KEPT
    for answer in answers.list_own(actor) if actor.has_role(RoleName.SUPPLIER) else ():
        if answer.state in OUTCOMES and answer.outcome_at and answer.outcome_at >= since:
            yield WaitingItem(
                audience="supplier",
                title=answer.listing.title,
                url=url_for("answers.show", answer_id=answer.id),
                act="查看结果",
                note=f"应答结果：{STATE_LABELS[answer.state]}",
                rank=30,
            )


def _overdue_outcomes(actor: Actor) -> Iterator[WaitingItem]:
    before = clock.today() - timedelta(days=CHASE_AFTER_DAYS)
    overdue = answers.list_awaiting_outcome(actor, before)
    if overdue:
        yield WaitingItem(
            audience="bureau",
            title="截止超过14天仍未给出结果的应答",
            url=url_for("bureau_demands.index", view="overdue"),
            act="去催办",
            count=len(overdue),
            note="企业应答后应得到结果和理由",
            rank=32,
        )


def _pairings_waiting(actor: Actor) -> Iterator[WaitingItem]:
    audience = _audience(actor)
    if audience is None:
        return
    for answer in contacts.list_asking(actor):
        note = "对方已同意交换联系方式，等待贵单位同意"
        yield _answer_item(audience, answer, "答复", note, rank=22)
    for answer in pairings.list_to_propose(actor):
        note = f"已选中{answer.supplier.short_name}，请发起结对，由企业确认"
        yield _answer_item("owner", answer, "发起结对", note, rank=14)
    for pairing, act, note in _list_record_items(actor, audience):
        yield _answer_item(audience, pairing.answer, act, note, rank=13)
    if audience == "supplier":
        for pairing in pairings.list_in_stages(actor, Stage.PROPOSED):
            yield _answer_item(audience, pairing.answer, "确认结对", "业主邀请贵单位结对", rank=10)
    for pairing in pairings.list_due_trials(actor, clock.today()):
        yield _answer_item(
            audience, pairing.answer, "办理试用结果", "试用期已满，结果须登记并由双方确认", rank=16
        )


def _list_record_items(actor: Actor, audience: str) -> Iterator[tuple[Pairing, str, str]]:
    """Records of contract and deployment that wait for the firm, or for the owner's correction."""
    for pairing in pairings.list_in_stages(actor, Stage.CONTRACTED, Stage.DEPLOYED):
        rows = [row for row in (pairing.contract, pairing.deployment) if row is not None]
        disputed = any(row.objection for row in rows)
        waits = any(row.confirmed_at is None and not row.objection for row in rows)
        if audience == "owner" and disputed:
            yield pairing, "更正登记", "企业对合同或部署登记有异议"
        if audience == "supplier" and waits:
            yield pairing, "确认登记", "业主登记了合同或部署，请确认或提出异议"


def _audience(actor: Actor) -> str | None:
    if actor.has_role(RoleName.OWNER):
        return "owner"
    return "supplier" if actor.has_role(RoleName.SUPPLIER) else None


def _answer_item(audience: str, answer: Answer, act: str, note: str, *, rank: int) -> WaitingItem:
    return WaitingItem(
        audience=audience,
        title=answer.listing.title,
        url=url_for("answers.show", answer_id=answer.id),
        act=act,
        note=note,
        rank=rank,
    )
