"""A small demonstration: one listing of the demo owners in each stage after a match."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts.queries import as_actor, find_user_by_email
from matchmaker.actor import Actor
from matchmaker.catalogue.seed_rows import read_json
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.demands import operations as listings
from matchmaker.demands.content import ListingContent
from matchmaker.demands.lifecycle import operations as lifecycle
from matchmaker.demands.models import DemandListing
from matchmaker.demands.reviews import operations as reviews
from matchmaker.demands.rules import ListingKind
from matchmaker.documents.excel import Column, Sheet, write_workbook
from matchmaker.engagement.answers import choice
from matchmaker.engagement.answers import operations as answers
from matchmaker.engagement.answers.models import Answer
from matchmaker.engagement.answers.rules import AnswerContent
from matchmaker.engagement.contacts import operations as contacts
from matchmaker.engagement.contacts.rules import Contact
from matchmaker.engagement.deployments import operations as pairings
from matchmaker.engagement.deployments.models import Pairing
from matchmaker.engagement.deployments.rules import ContractTerms, TrialPlan
from matchmaker.engagement.milestones import operations as milestones
from matchmaker.engagement.milestones.rules import MilestonePlan
from matchmaker.engagement.questions import operations as questions
from matchmaker.errors import InvalidInput
from matchmaker.files.rules import CheckedUpload, check_upload
from matchmaker.files.storage import keep_bytes
from matchmaker.paths import SEEDS
from matchmaker.suppliers import queries as suppliers
from matchmaker.suppliers.rules import ProfileState

_FILE = SEEDS / "market" / "engagement.json"
#: Stages in order; a case goes through all up to its own.
STAGES = ("asked", "sealed", "opened", "chosen", "paired", "trial", "deployed")
FIRMS = ("firm@demo.example", "firm2@demo.example")
_FEN_PER_WAN = 1_000_000


def seed_engagement(settings: Settings) -> dict[str, int]:
    """Act the demonstration's cases out once; none in production."""
    if settings.production:
        return {"供需对接示例": 0}
    top = read_json(_FILE)
    note, cases = top.text("note"), list(top.take("cases"))
    top.close()
    with read_tx():
        done = db.session.scalar(select(func.count(Answer.id)).where(Answer.is_demo))
    if not done:
        record_of_test = _make_record(note)
        keep_bytes(record_of_test)
        with write_tx():
            firms = [_Firm(_person(email)) for email in FIRMS]
            for case in cases:
                _Case(case, note, firms, record_of_test).run()
    return {"供需对接示例": len(cases)}


def _make_record(note: str) -> CheckedUpload:
    """A small record of a test for the milestones' results; it says what it is."""
    columns = [Column("项目", 30), Column("结果", 30)]
    rows = [
        ("强电磁条件下定位误差（厘米）", "8"),
        ("断网续传（次）", "5"),
        ("区间试验（公里）", "20"),
    ]
    workbook = write_workbook(
        [Sheet("试验记录", columns, rows, note=note)], title="试验记录（演示）"
    )
    return check_upload("试验记录（演示）.xlsx", workbook)


def _person(email: str) -> Actor:
    user = find_user_by_email(email)
    if user is None:
        raise InvalidInput("demo_missing", "没有演示账号 {email}，请先装入演示账号。", email=email)
    return as_actor(user)


class _Firm:
    """A demo firm and the product that it offers."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        products = suppliers.list_products_of(actor, suppliers.get_own_supplier(actor))
        published = [row.code for row in products if row.state is ProfileState.PUBLISHED]
        self.products = tuple(published[-1:])


class _Case:
    """One listing, carried to the stage that it shall show."""

    def __init__(
        self, case: Mapping[str, Any], note: str, firms: list[_Firm], record_of_test: CheckedUpload
    ) -> None:
        self.case, self.note, self.record_of_test = case, note, record_of_test
        self.owner = _person(case["owner"])
        self.officer = _person("officer@demo.example")
        self.firms = firms
        self.today = clock.today()

    def reaches(self, stage: str) -> bool:
        return STAGES.index(self.case["stage"]) >= STAGES.index(stage)

    def run(self) -> None:
        listing = self._publish()
        question = questions.ask_question(self.firms[1].actor, listing, text=self.case["question"])
        if not self.reaches("sealed"):
            return
        questions.reply_to_question(self.owner, question, text=self.case["reply"])
        given = [
            self._answer(firm, listing, offer)
            for firm, offer in zip(self.firms, self.case["offers"], strict=True)
        ]
        if not self.reaches("opened"):
            return
        self._let_deadline_pass(listing, given)
        choice.shortlist_answer(self.owner, given[0])
        if self.reaches("chosen"):
            self._choose(listing, given)

    def _publish(self) -> DemandListing:
        case = self.case
        content = ListingContent(
            kind=ListingKind(case.get("kind", ListingKind.SCENE)),
            title=case["title"],
            sector=case["sector"],
            district=case["district"],
            owner_kind=case["owner_kind"],
            tasks=tuple(case["tasks"]),
            pain_point=case["pain_point"],
            description=case["description"],
            quantity=case["units"],
            budget_low_fen=case["budget_wan"][0] * _FEN_PER_WAN,
            budget_high_fen=case["budget_wan"][1] * _FEN_PER_WAN,
            modes=("purchase", "raas"),
            deadline=self.today + timedelta(days=case["days"]),
            facts=dict(case.get("facts", {})),
        )
        listing = listings.create_draft(self.owner, content)
        listing.is_demo, listing.facts_note = True, self.note
        lifecycle.submit(self.owner, listing)
        return reviews.approve(self.officer, listing)

    def _answer(self, firm: _Firm, listing: DemandListing, offer: Mapping[str, Any]) -> Answer:
        content = AnswerContent(
            products=firm.products,
            mode="purchase",
            amount_fen=offer["wan"] * _FEN_PER_WAN,
            delivery_days=offer["days"],
            text=offer["text"],
        )
        return answers.submit_answer(firm.actor, listing, content)

    def _let_deadline_pass(self, listing: DemandListing, given: list[Answer]) -> None:
        """The demonstration cannot wait: the deadline is put on a day before today."""
        listing.deadline = self.today - timedelta(days=1)
        for answer in given:
            answer.sealed_until = listing.deadline
        db.session.flush()

    def _choose(self, listing: DemandListing, given: list[Answer]) -> None:
        offers = self.case["offers"]
        reasons = {row.id: offer["reason"] for row, offer in zip(given, offers, strict=True)}
        choice.give_outcomes(self.owner, listing, chosen={given[0].id}, reasons=reasons)
        firm = self.firms[0].actor
        contacts.give_consent(self.owner, given[0], Contact("演示联系人甲", "13800000001"))
        pairing = pairings.propose_pairing(self.owner, given[0])
        if not self.reaches("paired"):
            return
        contacts.give_consent(firm, given[0], Contact("演示联系人乙", "13800000002"))
        pairings.confirm_pairing(firm, pairing)
        for planned in self.case.get("milestones", ()):
            self._reach(pairing, planned)
        if not self.reaches("trial"):
            return
        self._try_out(pairing)
        if self.reaches("deployed"):
            self._deploy(pairing)

    def _reach(self, pairing: Pairing, planned: Mapping[str, Any]) -> None:
        plan = MilestonePlan(
            title=planned["title"],
            target=planned["target"],
            due_on=self.today + timedelta(days=planned["days"]),
        )
        milestone = milestones.add_milestone(self.owner, pairing, plan)
        if "report" in planned:
            firm, files = self.firms[0].actor, [self.record_of_test]
            milestones.report_milestone(firm, milestone, files, text=planned["report"])
        match planned.get("decision"):
            case "accept":
                milestones.accept_milestone(self.owner, milestone, note=planned["note"])
            case "return":
                milestones.return_milestone(self.owner, milestone, reason=planned["note"])

    def _try_out(self, pairing: Pairing) -> None:
        plan = TrialPlan(
            plan=self.case["trial_plan"],
            site=self.case["site"],
            starts_on=self.today - timedelta(days=31),
            ends_on=self.today - timedelta(days=1),
        )
        pairings.plan_trial(self.owner, pairing, plan)

    def _deploy(self, pairing: Pairing) -> None:
        case, firm = self.case, self.firms[0].actor
        pairings.record_result(self.owner, pairing, result=case["trial_result"], has_passed=True)
        pairings.accept_result(self.owner, pairing)
        pairings.accept_result(firm, pairing)
        terms = ContractTerms(
            number=case["contract_number"],
            mode="purchase",
            value_fen=case["offers"][0]["wan"] * _FEN_PER_WAN,
            units=case["units"],
            signed_on=self.today,
        )
        pairings.sign_contract(self.owner, pairing, terms)
        pairings.record_deployment(
            self.owner, pairing, site=case["site"], units=case["units"], started_on=self.today
        )
        pairings.add_hours(firm, pairing, as_of=self.today, hours=case["hours"])
