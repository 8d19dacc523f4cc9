"""The award sheet (奖补核定书): every figure with its clause, so that it can be redone by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matchmaker import clock
from matchmaker.funding.queries import claimed_fen
from matchmaker.funding.rules import CATEGORY_LABELS
from matchmaker.policy.amounts import group_yuan, is_plain_decimal, parse_hundredths
from matchmaker.policy.instrument import FactKind, FactSpec
from matchmaker.policy.law import Law, PolicyDocument
from matchmaker.policy.steps import Step
from matchmaker.rewards.capital import write_capital
from matchmaker.rewards.models import Claim, Determination
from matchmaker.rewards.queries import sum_paid, sum_returned
from matchmaker.rewards.rules import SOURCE_LABELS, STATUS_LABELS, mask_account, source_of

WORD_LABELS = {"national": "国家级", "provincial": "省级", "city": "市级"}
FLAG_LABELS = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class SheetInput:
    """One fact of the calculation and where it comes from."""

    label: str
    name: str
    text: str
    source: str


@dataclass(frozen=True)
class SheetDocument:
    """A law text that the figure rests on, pinned by hashes."""

    title: str
    number: str
    version: str
    sha256: str
    source_sha256: str


@dataclass(frozen=True)
class AwardSheet:
    """A determination as it is read; figures come out of the receipt, not out of the tables."""

    row: Determination
    claim: Claim
    title: str
    instrument_title: str
    clause: str
    quote: str
    on: str
    inputs: tuple[SheetInput, ...]
    steps: tuple[Step, ...]
    overlap_steps: tuple[Step, ...]
    other_awards: tuple[str, ...]
    reasons: tuple[str, ...]
    in_kind: str
    payable_text: str
    documents: tuple[SheetDocument, ...]
    adoptions: tuple[str, ...]
    package_version: str

    @property
    def state(self) -> str:
        """What the sheet is: decided, 测算, proposed or superseded."""
        if self.row.approved_at is None:
            return "拟定稿" if self.claim.determination is self.row else "未采用"
        return "正式核定" if self.row.is_binding else "测算"

    @property
    def award_capital(self) -> str:
        return write_capital(self.row.award_fen)

    @property
    def payable_capital(self) -> str:
        return write_capital(self.row.payable_fen)


def build_sheet(law: Law, row: Determination) -> AwardSheet:
    """The sheet of a determination, read back from its receipt."""
    value = json.loads(row.receipt)
    document, instrument = law.instrument_on(value["instrument"], row.decided_on)
    reward, overlap = value["result"]["reward"], value["result"]["overlap"]
    return AwardSheet(
        row=row,
        claim=row.claim,
        title="奖补测算书" if not row.is_binding else "奖补核定书",
        instrument_title=instrument.title,
        clause=f"{name_document(document)}（条款：{instrument.clause}）",
        quote=instrument.quote,
        on=value["on"],
        inputs=tuple(
            SheetInput(spec.label, spec.name, show_fact(spec, text), SOURCE_LABELS[source])
            for spec, text, source in (
                (spec, value["inputs"][spec.name], source_of(spec.name))
                for spec in instrument.facts
                if spec.name in value["inputs"]
            )
        ),
        steps=tuple(Step(**step) for step in reward["steps"]),
        overlap_steps=tuple(Step(**step) for step in overlap["steps"]),
        other_awards=tuple(value["other_awards"]),
        reasons=tuple(reward["reasons"]),
        in_kind=_describe_in_kind(reward["in_kind"]),
        payable_text=_describe_payable(row, overlap),
        documents=tuple(_read_document(law, entry) for entry in value["documents"]),
        adoptions=tuple(
            f"{entry['document']}：{entry['number']}，{entry['adopted_on']}"
            for entry in value["adoptions"]
        ),
        package_version=value["package_version"],
    )


def show_fact(spec: FactSpec, text: str) -> str:
    """A fact's text as people read it; what is malformed stays as typed."""
    if spec.kind is FactKind.FLAG:
        return FLAG_LABELS.get(text, text)
    if spec.kind is FactKind.WORD:
        return WORD_LABELS.get(text, text)
    parts = text.split(",")
    if spec.kind in {FactKind.YUAN, FactKind.YUAN_LIST} and all(map(is_plain_decimal, parts)):
        return "、".join(f"{group_yuan(parse_hundredths(part))} 元" for part in parts)
    return text


def name_document(document: PolicyDocument) -> str:
    """A law text as it is quoted: its number where it has one, else its title."""
    return document.number or f"《{document.title}》"


def _read_document(law: Law, entry: dict[str, str]) -> SheetDocument:
    document = law.document_on(entry["id"], date.fromisoformat(entry["version"]))
    return SheetDocument(
        title=document.title,
        number=document.number,
        version=entry["version"],
        sha256=entry["sha256"],
        source_sha256=entry["source_sha256"],
    )


def _describe_in_kind(in_kind: dict[str, str] | None) -> str:
    if in_kind is None:
        return ""
    return f"免费办公场所 {in_kind['area_m2']} 平方米，{in_kind['years']} 年"


def _describe_payable(row: Determination, overlap: dict[str, Any]) -> str:
    award, payable = group_yuan(row.award_fen), group_yuan(row.payable_fen)
    if not row.is_binding:
        return f"所依据的文件尚未正式印发，本项测算额 {award} 元，应付 0.00 元。"
    highest = group_yuan(parse_hundredths(overlap["award_yuan"]))
    if row.payable_fen:
        return (
            f"本项核定额 {award} 元即同一事项最高一项（{highest} 元），"
            f"扣除已付后应付 {payable} 元。"
        )
    if not row.award_fen:
        return "本项核定额为 0.00 元，应付 0.00 元。"
    return f"同一事项最高一项为 {highest} 元，已由其他奖补兑现或由其兑现，本项应付 0.00 元。"


def print_sheet(sheet: AwardSheet, sponsor: str) -> dict[str, Any]:
    """What the PDF template takes."""
    row, claim = sheet.row, sheet.claim
    return {
        "title": f"{sheet.title}",
        "number": f"申领编号 {claim.number}　核定书编号 {row.id}",
        "is_draft": not row.is_binding,
        "facts": [
            ["申领单位", claim.organisation.name],
            ["事项名称", claim.project],
            ["奖补名称", sheet.instrument_title],
            ["依据", sheet.clause],
            ["条款原文", sheet.quote],
            ["适用日期", show_day(sheet.on)],
            ["文书状态", f"{sheet.state}（申领状态：{STATUS_LABELS[claim.status]}）"],
        ],
        "amounts": [
            [
                "核定金额" if row.is_binding else "测算金额",
                group_yuan(row.award_fen),
                sheet.award_capital,
            ],
            ["应付金额", group_yuan(row.payable_fen), sheet.payable_capital],
        ],
        "in_kind": sheet.in_kind,
        "reasons": list(sheet.reasons),
        "inputs": [[item.label, item.text, item.source] for item in sheet.inputs],
        "lines": print_lines(claim),
        "steps": print_steps(sheet.steps),
        "overlap_steps": print_steps(sheet.overlap_steps),
        "payable_text": sheet.payable_text,
        "payees": [
            [payee.name, payee.bank, mask_account(payee.account), group_yuan(payee.share_fen)]
            for payee in row.payees
        ],
        "paid": f"已拨付 {group_yuan(sum_paid(row))} 元，"
        f"已追回 {group_yuan(sum_returned(row))} 元。",
        "provenance": [
            f"回执 SHA-256：{row.receipt_sha256}",
            *(
                f"{item.title}（数据版本 {item.version}）数据 SHA-256：{item.sha256}；"
                f"原文 SHA-256：{item.source_sha256}"
                for item in sheet.documents
            ),
            *(f"正式印发登记：{text}" for text in sheet.adoptions),
            f"程序版本：{sheet.package_version}。"
            f"复算命令：matchmaker rewards recompute {row.id} --json",
        ],
        "sponsor": sponsor,
        "day": show_day((row.approved_at or row.proposed_at).astimezone(clock.CHINA).date()),
    }


def print_lines(claim: Claim) -> list[list[str]]:
    """The ledger's lines with claimed and verified amounts."""
    ledger = claim.ledger
    if ledger is None:
        return []
    return [
        [
            str(number),
            f"{CATEGORY_LABELS[item.category]}：{item.description}",
            item.invoice_number,
            group_yuan(claimed_fen(ledger, item)),
            "未审定" if item.verified_fen is None else group_yuan(item.verified_fen),
            item.verified_reason,
        ]
        for number, item in enumerate(ledger.items, start=1)
    ]


def print_steps(steps: tuple[Step, ...]) -> list[list[str]]:
    """Number, clause, words, inputs, output of each step."""
    return [
        [
            str(number),
            step.clause,
            step.text,
            "；".join(f"{name}={text}" for name, text in sorted(step.inputs.items())) or "—",
            step.output,
        ]
        for number, step in enumerate(steps, start=1)
    ]


def show_day(day: date | datetime | str) -> str:
    """2026年3月6日."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return f"{value.year}年{value.month}月{value.day}日"
