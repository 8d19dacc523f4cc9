"""The four documents: verbatim, complete, and every figure tied to a clause."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest

from matchmaker import paths
from matchmaker.policy.law import DocumentStatus, PolicyDocument, Unit
from matchmaker.policy.loader import load_law

LAW = load_law()
FOLDER = paths.SEEDS / "policies"
DOCUMENTS = {document.id: document for document in LAW.documents}


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def source_of(document: PolicyDocument) -> str:
    text = (FOLDER / document.id / "source.txt").read_text(encoding="utf-8")
    return without_spaces(text)


@pytest.mark.parametrize("id_", sorted(DOCUMENTS))
def test_every_clause_is_verbatim(id_: str) -> None:
    source = source_of(DOCUMENTS[id_])
    for clause in DOCUMENTS[id_].clauses:
        printed = without_spaces(clause.number + clause.heading + clause.text)
        assert printed in source, clause.id


@pytest.mark.parametrize("id_", sorted(DOCUMENTS))
def test_clauses_in_order_are_the_whole_text(id_: str) -> None:
    document = DOCUMENTS[id_]
    parts = [clause.number + clause.heading + clause.text for clause in document.clauses]
    assert without_spaces("".join(parts)) == source_of(document)


@pytest.mark.parametrize("id_", sorted(DOCUMENTS))
def test_documents_carry_the_hashes_of_their_files(id_: str) -> None:
    document = DOCUMENTS[id_]
    data = FOLDER / id_ / f"{document.in_force_from.isoformat()}.yaml"
    assert document.sha256 == hashlib.sha256(data.read_bytes()).hexdigest()
    source = (FOLDER / id_ / "source.txt").read_bytes()
    assert document.source_sha256 == hashlib.sha256(source).hexdigest()


def test_documents_status_numbers_and_periods() -> None:
    found = {
        id_: (d.number, d.status, d.issued_on, d.in_force_from, d.in_force_to)
        for id_, d in DOCUMENTS.items()
    }
    in_force, draft = DocumentStatus.IN_FORCE, DocumentStatus.DRAFT
    end = date(2027, 12, 31)
    assert found == {
        "M66": ("杭政办函〔2024〕66号", in_force, date(2024, 12, 20), date(2025, 1, 22), end),
        "P35": ("浙制高办〔2024〕35号", in_force, date(2024, 9, 2), date(2024, 9, 2), end),
        "A25": ("", draft, None, date(2025, 1, 1), end),
        "H29": ("", in_force, None, date(2024, 1, 1), date(2029, 12, 31)),
    }


def test_no_adoption_of_the_draft_is_seeded() -> None:
    assert LAW.adoptions == ()


def test_clauses_of_the_measures_are_all_there() -> None:
    ids = [clause.id for clause in DOCUMENTS["M66"].clauses]
    numbered = list("一二三四五六七八九十")
    assert ids == ["印发通知", "序言", *numbered, "附则"]


def test_display_text_drops_only_the_marks_of_the_extraction() -> None:
    clause = DOCUMENTS["H29"].clauses_by_id["专栏4"]
    assert "**" in clause.text
    assert clause.display_text == clause.text.replace("**", "")


def test_every_instrument_quotes_the_figures_it_uses() -> None:
    """The sentence quoted holds each amount, percentage and count of the instrument's data."""
    for document in LAW.documents:
        for parameter in document.parameters:
            if parameter.unit in (Unit.CHOICE, Unit.WORKING_DAYS):
                continue
            text = document.clauses_by_id[parameter.clause].text.replace(" ", "")
            assert any(
                spelling in text
                for dated in parameter.values
                for spelling in spellings(dated.text, parameter.unit)
            ), parameter.id


def spellings(value: str, unit: Unit) -> list[str]:
    """How a figure may be printed: 2000000 yuan is 200万元."""
    number = int(value)
    match unit:
        case Unit.YUAN:
            found = [f"{number // 10_000}万元", f"{number // 100_000_000}亿元"]
            return found + [f"{amount}" for amount in ("50万元、20万元",) if number == 200_000]
        case Unit.PERCENT:
            return [f"{number}%"]
        case Unit.YEARS:
            return [f"{number}年"]
        case Unit.SQUARE_METRES:
            return [f"{number}平方米"]
        case _:
            return [f"{number}{suffix}" for suffix in ("个", "台", "家", "项")] + [
                f"{number // 10_000}万台",
                f"{number}以上",
            ]


def test_every_question_names_default_and_reason() -> None:
    questions = [p.question for d in LAW.documents for p in d.parameters if p.question]
    assert len(questions) >= 25
    assert all(q.asks and q.default and q.because for q in questions)


@pytest.mark.parametrize(
    "id_",
    ["M66.overlap", "M66.investment_tax", "M66.date_of_decision", "M66-6.investment_scope"],
)
def test_silent_points_of_the_text_are_asked(id_: str) -> None:
    parameter = DOCUMENTS["M66"].parameters_by_id[id_]
    assert parameter.unit is Unit.CHOICE
    assert parameter.question is not None
