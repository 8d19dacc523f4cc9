"""Reads ``seeds/policies/`` into a ``Law`` and refuses whatever is incomplete or unclear."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from matchmaker import paths
from matchmaker.policy.amounts import is_plain_decimal, parse_hundredths
from matchmaker.policy.instrument_reader import read_instrument
from matchmaker.policy.law import (
    Clause,
    DatedValue,
    DocumentStatus,
    Law,
    Parameter,
    PolicyDocument,
    Question,
    Unit,
    Value,
)
from matchmaker.policy.strict_yaml import Reader, parse_iso_date, read_mapping, refuse_file

SOURCE_FILE = "source.txt"
_WHOLE_UNITS = {Unit.COUNT, Unit.WORKING_DAYS}
_Item = TypeVar("_Item")


@lru_cache(maxsize=1)
def load_law() -> Law:
    """The law of ``seeds/policies``, read once per process."""
    return read_law(paths.SEEDS / "policies")


def read_law(folder: Path) -> Law:
    """All documents of a folder: one folder a document, one file a dated version.

    Raises LawDataError, naming file and line, when a file is not as it must be.
    """
    files = sorted(folder.glob("*/*.yaml"))
    if not files:
        refuse_file(folder / "-", 1, "没有找到任何政策文件")
    documents = tuple(read_document(file) for file in files)
    _refuse_repeated_homes(files, documents)
    return Law(documents)


def read_document(path: Path) -> PolicyDocument:
    """One version of a document; its text (``source.txt``) lies beside it."""
    reader = read_mapping(path)
    head = reader.child("document")
    id_ = head.text("id")
    if id_ != path.parent.name:
        head.refuse_at("id", f"文件编号“{id_}”与所在文件夹“{path.parent.name}”不一致")
    clauses = _read_unique(reader, "clauses", _read_clause, key_of=lambda clause: clause.id)
    clause_ids = {clause.id for clause in clauses}
    parameters = _read_unique(
        reader,
        "parameters",
        lambda entry: _read_parameter(entry, clause_ids),
        key_of=lambda parameter: parameter.id,
    )
    units = {parameter.id: parameter.unit for parameter in parameters}
    texts = {clause.id: clause.text for clause in clauses}
    instruments = _read_unique(
        reader,
        "instruments",
        lambda entry: read_instrument(entry, document_id=id_, clauses=texts, units=units),
        key_of=lambda instrument: instrument.id,
    )
    document = PolicyDocument(
        id=id_,
        title=head.text("title"),
        number=head.text("number", default=""),
        issuer=head.text("issuer"),
        issued_on=head.day("issued_on") if head.has("issued_on") else None,
        status=head.word("status", DocumentStatus),
        in_force_from=head.day("in_force_from"),
        in_force_to=head.day("in_force_to"),
        period_clause=_read_clause_id(head, "period_clause", clause_ids),
        source=head.text("source"),
        notes=head.texts("notes"),
        clauses=clauses,
        parameters=parameters,
        instruments=instruments,
        sha256=_hash_of(path),
        source_sha256=_hash_of(path.parent / SOURCE_FILE),
    )
    _check_period(path, head, document)
    head.close()
    reader.close()
    return document


def _read_unique(
    reader: Reader, key: str, read: Callable[[Reader], _Item], *, key_of: Callable[[_Item], str]
) -> tuple[_Item, ...]:
    items: dict[str, _Item] = {}
    for entry in reader.children(key):
        item = read(entry)
        if key_of(item) in items:
            entry.refuse_at("id", f"编号“{key_of(item)}”重复")
        entry.close()
        items[key_of(item)] = item
    return tuple(items.values())


def _read_clause(reader: Reader) -> Clause:
    clause = Clause(
        id=reader.text("id"),
        number=reader.text("number"),
        heading=reader.text("heading"),
        text=reader.text("text"),
    )
    if not clause.text and not clause.heading:
        reader.refuse("条款没有文字")
    return clause


def _read_clause_id(reader: Reader, key: str, clause_ids: Iterable[str]) -> str:
    clause_id = reader.text(key)
    if clause_id not in clause_ids:
        reader.refuse_at(key, f"文件中没有条款“{clause_id}”")
    return clause_id


def _read_parameter(reader: Reader, clause_ids: Iterable[str]) -> Parameter:
    unit = reader.word("unit", Unit)
    values = tuple(_read_dated_value(entry, unit) for entry in reader.children("values"))
    if not values:
        reader.refuse("参数没有取值（values）")
    days = [dated.valid_from for dated in values]
    if days != sorted(set(days)):
        reader.refuse_at("values", "各取值的起始日期须由早到晚且不重复")
    return Parameter(
        id=reader.text("id"),
        label=reader.text("label"),
        unit=unit,
        clause=_read_clause_id(reader, "clause", clause_ids),
        values=values,
        question=_read_question(reader.child("question")) if reader.has("question") else None,
    )


def _read_dated_value(reader: Reader, unit: Unit) -> DatedValue:
    text = reader.text("value")
    dated = DatedValue(reader.day("from"), _parse_value(reader, unit, text), text)
    reader.close()
    return dated


def _parse_value(reader: Reader, unit: Unit, text: str) -> Value:
    if unit is Unit.CHOICE:
        if not text:
            reader.refuse_at("value", "选项不能为空")
        return text
    if not is_plain_decimal(text) or (unit in _WHOLE_UNITS and not text.isdecimal()):
        reader.refuse_at("value", f"“{text}”不是单位 {unit} 的数值")
    hundredths = parse_hundredths(text)
    if unit is Unit.YUAN:
        return hundredths
    if unit in _WHOLE_UNITS:
        return hundredths // 100
    return Fraction(hundredths, 10_000 if unit is Unit.PERCENT else 100)


def _read_question(reader: Reader) -> Question:
    question = Question(reader.text("asks"), reader.text("default"), reader.text("because"))
    reader.close()
    return question


def _check_period(path: Path, head: Reader, document: PolicyDocument) -> None:
    if document.in_force_from > document.in_force_to:
        head.refuse_at("in_force_to", "有效期的止日早于起日")
    if parse_iso_date(path.stem) != document.in_force_from:
        head.refuse_at("in_force_from", f"有效期起日与文件名“{path.name}”不一致")


def _refuse_repeated_homes(files: list[Path], documents: tuple[PolicyDocument, ...]) -> None:
    homes: dict[str, str] = {}
    for file, document in zip(files, documents, strict=True):
        for instrument in document.instruments:
            if homes.setdefault(instrument.id, document.id) != document.id:
                refuse_file(file, 1, f"措施编号“{instrument.id}”已属于 {homes[instrument.id]}")


def _hash_of(path: Path) -> str:
    if not path.is_file():
        refuse_file(path, 1, "缺少原文文件")
    return hashlib.sha256(path.read_bytes()).hexdigest()
