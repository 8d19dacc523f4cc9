"""Claims of the demonstration: the scenes of 2025 in several states, a firm's purchases, a list.

Each act goes through the rooms' own operations, with the clock set to the demonstrated day.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import yaml
from sqlalchemy import func, select

from matchmaker import clock
from matchmaker.accounts import queries as accounts
from matchmaker.actor import COMMAND_LINE, Actor
from matchmaker.clock import demonstrate
from matchmaker.config import Settings
from matchmaker.db import db, read_tx, write_tx
from matchmaker.files.demonstration import keep_document
from matchmaker.funding import operations as funding
from matchmaker.funding import register
from matchmaker.funding.models import AwardRecord, Ledger
from matchmaker.funding.rules import Category, ItemFacts
from matchmaker.paths import SEEDS
from matchmaker.policy.amounts import parse_hundredths
from matchmaker.rewards.budgets.operations import set_budget
from matchmaker.rewards.claims import operations as claims
from matchmaker.rewards.determinations import operations as determinations
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.payments import operations as payments
from matchmaker.rewards.queries import find_designation, instrument_of
from matchmaker.rewards.rules import PayeeShare
from matchmaker.selection.results import queries as results
from matchmaker.selection.results.models import Designation

_FILE = SEEDS / "rewards" / "demonstration.yaml"
_YEAR = 2025
_DECLARED = 1_200_000_00
#: How long before its decision a claim is verified and proposed.
_VERIFIED_BEFORE = timedelta(days=9)
_PROPOSED_BEFORE = timedelta(days=4)


def seed_rewards(settings: Settings) -> dict[str, int]:
    """Add the demonstration's claims once; none in production."""
    if settings.production:
        return {"奖补申领": 0}
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    with read_tx():
        present = db.session.scalar(select(func.count()).select_from(Claim).where(Claim.is_demo))
    if not present:
        with write_tx():
            _Seeder(data).run()
    with read_tx():
        count = db.session.scalar(select(func.count()).select_from(Claim).where(Claim.is_demo))
    return {"奖补申领": count or 0}


class _Seeder:
    """Carries the demonstration's claims from a draft to the state that each shall be in."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.officer = _person("officer@demo.example")
        self.approver = _person("approver@demo.example")
        self.auditor = _person("auditor@demo.example")
        self.invoices = 0
        self.claims: list[Claim] = []

    def run(self) -> None:
        self._note_budgets()
        for group in self.data["scenes"]:
            named = [row for row in results.list_designations() if _is_of(row, group)]
            for entry, row in zip(group["cases"], named, strict=False):
                self._claim_scene(group["lines"], entry, row)
        self._claim_purchases(self.data["purchases"])

    def _note_budgets(self) -> None:
        present_year = clock.today().year
        for entry in self.data["budgets"]:
            for year in {entry["year"], *([present_year] if entry["year"] == 2026 else [])}:
                with demonstrate(_at(date(year, 1, 15))):
                    set_budget(
                        self.approver,
                        instrument=entry["instrument"],
                        year=year,
                        amount_fen=parse_hundredths(entry["yuan"]),
                        document_number=entry["document"],
                    )

    def _claim_scene(
        self, lines: Sequence[Mapping[str, Any]], entry: Mapping[str, Any], row: Designation
    ) -> None:
        with demonstrate(_at(entry["submitted"])):
            claim = claims.create_claim(
                COMMAND_LINE, instrument=instrument_of(row), designation=row, is_demo=True
            )
            self.claims.append(claim)
            declared = row.declared_investment_fen or _DECLARED
            for line in lines:
                self._add_line(COMMAND_LINE, claim, line, declared * line["share"] // 100)
            self._repeat_invoice(entry, claim)
            claims.submit_claim(COMMAND_LINE, claim)
        if "shares_work_with" in entry:
            with demonstrate(_at(entry["submitted"])):
                self._import(self.data["imported"], claim)
                self._link(entry["shares_work_with"], claim, entry["shares_because"])
        if entry["state"] == "returned":
            with demonstrate(_at(entry["returned"])):
                claims.return_claim(self.officer, claim, reason=entry["reason"])
        if "decided" in entry:
            self._decide(claim, entry)

    def _decide(self, claim: Claim, entry: Mapping[str, Any]) -> None:
        """Verified and proposed before the day, then approved unless it stays a proposal."""
        day = _at(entry["decided"])
        with demonstrate(day - _VERIFIED_BEFORE):
            self._verify(claim, entry)
        with demonstrate(day - _PROPOSED_BEFORE):
            determination = determinations.propose_determination(self.officer, claim)
        if entry["state"] == "proposed":
            return
        with demonstrate(day):
            determinations.approve_determination(self.approver, determination)
        if "handed" in entry:
            self._pay(determination, entry)

    def _add_line(self, actor: Actor, claim: Claim, line: Mapping[str, Any], fen: int) -> None:
        self.invoices += 1
        facts = ItemFacts(
            category=Category(line["category"]),
            description=line["description"],
            seller=line["seller"],
            invoice_number=f"253320000000{self.invoices:08d}",
            invoice_date=date(_YEAR, 5, 1 + self.invoices % 28),
            amount_with_tax_fen=fen + fen * line["tax"] // 100,
            amount_without_tax_fen=fen,
            payment_reference=f"银行回单（演示）{self.invoices:04d}",
            paid_on=date(_YEAR, 6, 1 + self.invoices % 28),
        )
        ledger = _ledger(claim)
        item = funding.add_item(actor, ledger, facts)
        if len(ledger.items) == 1:
            funding.attach_evidence(actor, ledger, item, keep_document("发票和付款回单"))

    def _repeat_invoice(self, entry: Mapping[str, Any], claim: Claim) -> None:
        """One line carries an invoice number that an earlier claim used."""
        if "repeats_invoice_of" not in entry:
            return
        earlier = _ledger(self.claims[entry["repeats_invoice_of"] - 1]).items[-1]
        line = _ledger(claim).items[-1]
        line.invoice_number, line.invoice_key = earlier.invoice_number, earlier.invoice_key

    def _verify(self, claim: Claim, entry: Mapping[str, Any]) -> None:
        cut = parse_hundredths(entry.get("cut_yuan", "0"))
        for item in _ledger(claim).items:
            reason = entry.get("cut_reason", "") if cut else "发票、合同和付款凭证一致。"
            amount = item.amount_without_tax_fen - cut
            claims.verify_line(self.auditor, claim, item.id, verified_fen=amount, reason=reason)
            cut = 0

    def _pay(self, row: Determination, entry: Mapping[str, Any]) -> None:
        """Handed over to the finance bureau, and answered and paid where the entry says so."""
        with demonstrate(_at(entry["handed"])):
            payments.set_payees(self.officer, row, _split(row))
            payments.hand_over(
                self.officer,
                row,
                document_number=f"杭经信函（演示）〔2026〕{row.id}号",
                handed_on=entry["handed"],
            )
        if "paid" not in entry:
            return
        with demonstrate(_at(entry["answered"])):
            payments.accept_handover(
                self.officer, row, answered_on=entry["answered"], note="同意拨付（演示）。"
            )
        with demonstrate(_at(entry["paid"])):
            for number, payee in enumerate(row.payees, start=1):
                payments.record_payment(
                    self.officer,
                    row,
                    payee_id=payee.id,
                    amount_fen=payee.share_fen,
                    paid_on=entry["paid"],
                    voucher=f"拨（演示）2026-{row.id:03d}-{number}",
                )

    def _claim_purchases(self, entry: Mapping[str, Any]) -> None:
        firm = _person(entry["account"])
        paid = self._claim_purchase(firm, entry, "M66-5b", None)
        self._decide(paid, entry)
        draft = self._claim_purchase(firm, entry, "A25-2.2a", paid)
        later = {"state": "simulated", "decided": entry["simulated"]}
        self._decide(draft, later)

    def _claim_purchase(
        self, firm: Actor, entry: Mapping[str, Any], instrument: str, same: Claim | None
    ) -> Claim:
        with demonstrate(_at(entry["submitted"])):
            claim = claims.create_claim(
                firm,
                instrument=instrument,
                project=entry["project"],
                same_work_as=same,
                is_demo=True,
            )
            claims.state_facts(firm, claim, {"affiliated": entry["affiliated"]})
            if same is not None:
                self.invoices -= len(entry["lines"])  # the same invoices, claimed twice
            for line in entry["lines"]:
                self._add_line(firm, claim, line, parse_hundredths(line["yuan"]))
            claims.submit_claim(firm, claim)
        return claim

    def _link(self, reference: str, claim: Claim, note: str) -> None:
        """The other body's award is for the same work, so that ours pays the difference."""
        query = select(AwardRecord).where(AwardRecord.reference == reference)
        award = db.session.scalars(query).one()
        register.link_award(self.officer, award, work_key=claim.work_key, note=note)

    def _import(self, entry: Mapping[str, Any], first: Claim) -> None:
        rows = []
        for row in entry["rows"]:
            project = row["project"]
            invoices: tuple[str, ...] = ()
            if project == "same_as_first_scene":
                project = first.project
                invoices = (_ledger(first).items[0].invoice_key,)
            rows.append(
                register.AwardRow(
                    reference=row["reference"],
                    scheme=row["scheme"],
                    payer=row["payer"],
                    recipient=row["recipient"],
                    credit_code="",
                    project=project,
                    invoices=invoices,
                    amount_fen=parse_hundredths(row["yuan"]),
                    paid_fen=parse_hundredths(row["paid"]),
                    awarded_on=row["day"],
                )
            )
        register.import_awards(self.officer, source=entry["source"], awards=rows)
        imported = select(AwardRecord).where(AwardRecord.source == entry["source"])
        for record in db.session.scalars(imported):
            record.is_demo = True


def _person(email: str) -> Actor:
    user = accounts.find_user_by_email(email)
    if user is None:
        raise LookupError(f"demonstration account {email} is missing")
    return accounts.as_actor(user)


def _is_of(row: Designation, group: Mapping[str, Any]) -> bool:
    round_ = row.application.round
    return round_.programme == group["programme"] and round_.year == _YEAR


def _ledger(claim: Claim) -> Ledger:
    if claim.ledger is None:
        raise LookupError(f"claim {claim.number} has no ledger")
    return claim.ledger


def _split(row: Determination) -> list[PayeeShare]:
    """By an agreement of 70 : 30 with the consortium's first other member, else all to the firm."""
    lead = row.claim.organisation.name
    scene = find_designation(row.claim.designation_id or 0)
    members = [member.name for member in scene.application.members] if scene else []
    partner = next((name for name in members if name != lead), None)
    share = row.payable_fen * 30 // 100 if partner else 0
    pairs = [(lead, row.payable_fen - share)] + ([(partner, share)] if partner else [])
    return [
        PayeeShare(
            name=name,
            credit_code="",
            bank="演示银行杭州分行",
            account=f"62220000{zlib.crc32(name.encode()) % 10**8:08d}",
            share_fen=fen,
        )
        for name, fen in pairs
    ]


def _at(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=clock.CHINA)
