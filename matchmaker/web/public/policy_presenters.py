"""What the policy pages show of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from matchmaker.errors import InvalidInput
from matchmaker.policy.amounts import group_yuan
from matchmaker.policy.catalogue import STATUS_LABELS, list_catalogue
from matchmaker.policy.instrument import FactKind
from matchmaker.policy.law import DocumentStatus, Law, Parameter, PolicyDocument, Unit
from matchmaker.policy.models import PolicyAdoption
from matchmaker.policy.question_forms import Question
from matchmaker.policy.questions import QUESTIONS, TOPICS
from matchmaker.policy.simulate import Outcome, Simulation
from matchmaker.web.filters import format_date

UNIT_LABELS = {
    Unit.YUAN: "元",
    Unit.PERCENT: "%",
    Unit.COUNT: "个",
    Unit.YEARS: "年",
    Unit.SQUARE_METRES: "平方米",
    Unit.WORKING_DAYS: "个工作日",
    Unit.CHOICE: "",
}
#: The order in which the documents are shown.
ORDER = ("M66", "A25", "P35", "H29")
ANSWER_MAX = 2000


def document_badge(law: Law, document: PolicyDocument, today: date) -> tuple[str, str]:
    """(label, tone): whether the text binds."""
    if document.status is DocumentStatus.DRAFT and law.is_binding(document, today):
        return "已正式印发", "good"
    tone = {DocumentStatus.IN_FORCE: "good", DocumentStatus.DRAFT: "unsure"}
    return STATUS_LABELS[document.status], tone.get(document.status, "plain")


def list_documents(law: Law, today: date) -> list[dict[str, Any]]:
    """One entry a document, with the number of its clauses and instruments."""
    ids = [id_ for id_ in ORDER if id_ in law.document_ids]
    ids += [id_ for id_ in law.document_ids if id_ not in ORDER]
    documents = [law.document_on(id_, today) for id_ in ids]
    return [
        {
            "document": document,
            "badge": document_badge(law, document, today),
            "facts": [
                ("文号", document.number or "原文未载明"),
                ("发布单位", document.issuer),
                ("有效期", f"{document.in_force_from:%Y.%m.%d}—{document.in_force_to:%Y.%m.%d}"),
                ("资金措施", f"{len(document.instruments)} 项"),
            ],
        }
        for document in documents
    ]


def list_instruments(law: Law, today: date) -> list[dict[str, Any]]:
    """One row an instrument: what, for whom, how much, which clause; what binds comes first."""
    rows = [
        {
            "id": entry.id,
            "title": entry.instrument.title,
            "recipient": entry.instrument.recipient,
            "worth": describe_worth(entry.document, entry.id, today),
            "clause": entry.document.cite(entry.instrument.clause),
            "document_id": entry.document.id,
            "clause_id": entry.instrument.clause,
            "binding": entry.binding,
        }
        for entry in list_catalogue(law, today)
    ]
    return sorted(rows, key=lambda row: not row["binding"])


def describe_worth(document: PolicyDocument, instrument_id: str, today: date) -> str:
    """Rate, cap and fixed amounts of an instrument in words, from its own parameters."""
    parts = [
        f"{parameter.label} {format_value(parameter, today)}"
        for parameter in document.parameters
        if parameter.id.startswith(f"{instrument_id}.") and parameter.unit is not Unit.CHOICE
    ]
    return "；".join(parts)


def format_value(parameter: Parameter, today: date) -> str:
    """A parameter's value on a day, with its unit."""
    dated = parameter.dated_on(today)
    if parameter.unit is Unit.YUAN and isinstance(dated.value, int):
        fen_per_wan = 1_000_000
        if dated.value % fen_per_wan == 0:
            return f"{dated.value // fen_per_wan:,} 万元"
        return f"{group_yuan(dated.value)} 元"
    text = dated.text.removesuffix("%")
    gap = "" if parameter.unit is Unit.PERCENT else " "
    return f"{text}{gap}{UNIT_LABELS[parameter.unit]}".strip()


def list_parameters(document: PolicyDocument, today: date) -> list[dict[str, Any]]:
    """The figures of a document; those on which the text is silent carry their question."""
    return [
        {
            "id": parameter.id,
            "label": parameter.label,
            "value": format_value(parameter, today),
            "clause": parameter.clause,
            "question": parameter.question,
        }
        for parameter in document.parameters
    ]


def list_facts(document: PolicyDocument, adoption: PolicyAdoption | None) -> list[tuple[str, str]]:
    """Label and value of what stands on a document's title page."""
    facts = [
        ("文号", document.number or "原文未载明"),
        ("发布单位", document.issuer),
        ("印发日期", format_date(document.issued_on) if document.issued_on else "原文未载明"),
        (
            "有效期",
            f"{format_date(document.in_force_from)}至{format_date(document.in_force_to)}（含首尾两日）",
        ),
        ("来源", document.source),
    ]
    if adoption:
        facts.append(("正式印发", f"{adoption.number}，{format_date(adoption.adopted_on)}"))
    return facts


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a clause."""
    return [line for line in text.split("\n") if line.strip()]


@dataclass(frozen=True)
class AskedQuestion:
    """A question with what was answered and what is wrong with it."""

    question: Question
    value: str
    error: str

    @property
    def is_flag(self) -> bool:
        return self.question.kind is FactKind.FLAG

    @property
    def is_choice(self) -> bool:
        return self.question.kind is FactKind.WORD


def read_answers(arguments: MultiDict[str, str]) -> dict[str, str]:
    """The answers in an address; unknown names and blanks are left out."""
    return {
        name: arguments[name].strip()[:ANSWER_MAX]
        for name in QUESTIONS
        if arguments.get(name, "").strip()
    }


def present_question(
    question: Question, arguments: Mapping[str, str], problems: Mapping[str, InvalidInput]
) -> AskedQuestion:
    """One question as the form shows it."""
    problem = problems.get(question.id)
    value = arguments.get(question.id, question.default or "")
    return AskedQuestion(question, value, problem.text if problem else "")


def list_topics(
    roles: Sequence[str], arguments: Mapping[str, str], problems: Mapping[str, InvalidInput]
) -> list[dict[str, Any]]:
    """Topics that concern the chosen roles (all when none is chosen)."""
    return [
        {
            "id": topic.id,
            "label": topic.label,
            "questions": [present_question(q, arguments, problems) for q in topic.questions],
            "instruments": [use.instrument for use in topic.uses],
            "is_open": any(arguments.get(q.id, "").strip() for q in topic.questions),
        }
        for topic in TOPICS
        if not roles or set(roles) & set(topic.roles)
    ]


def present_simulation(simulation: Simulation) -> dict[str, Any]:
    """The calculator's result: groups with their steps, and what does not apply and why."""
    return {
        "total_fen": simulation.total_fen,
        "provisional_fen": simulation.provisional_total_fen,
        "groups": [
            {
                "label": group.label,
                "chosen": group.overlap.chosen,
                "payable_fen": group.overlap.payable_fen,
                "provisional_fen": group.overlap.provisional_fen,
                "has_overlap": group.has_overlap,
                "overlap_steps": group.overlap.steps,
                "outcomes": [_present_outcome(outcome) for outcome in group.outcomes],
            }
            for group in simulation.groups
        ],
        "not_eligible": [_present_outcome(outcome) for outcome in simulation.not_eligible],
        "not_applicable": simulation.not_applicable,
        "incomplete": simulation.incomplete,
        "is_empty": not (
            simulation.groups
            or simulation.not_eligible
            or simulation.not_applicable
            or simulation.incomplete
        ),
    }


def _present_outcome(outcome: Outcome) -> dict[str, Any]:
    reward = outcome.reward
    return {
        "id": outcome.instrument.id,
        "title": outcome.instrument.title,
        "clause": outcome.document.cite(outcome.instrument.clause),
        "document_id": outcome.document.id,
        "clause_id": outcome.instrument.clause,
        "award_fen": reward.award_fen,
        "in_kind": reward.in_kind,
        "binding": reward.binding,
        "reasons": [reason.text for reason in reward.reasons],
        "steps": reward.steps,
    }
