"""The list of instruments."""

from __future__ import annotations

from datetime import date

from matchmaker.policy.catalogue import STATUS_LABELS, list_catalogue
from matchmaker.policy.law import Adoption, DocumentStatus
from matchmaker.policy.loader import load_law

DAY = date(2026, 5, 1)


def test_catalogue_entry_as_json_and_as_a_line() -> None:
    entries = {entry.id: entry for entry in list_catalogue(load_law(), DAY)}
    assert list(entries) == list(load_law().instrument_ids)
    assert entries["A25-1.3a"].as_json() == {
        "id": "A25-1.3a",
        "title": "国家级数据训练场奖励",
        "document": "A25",
        "document_title": "杭州市具身智能机器人“强链补链”三年行动方案（2025-2027年）",
        "document_number": None,
        "clause": "三(一)3",
        "status": "draft",
        "binding": False,
        "in_force_from": "2025-01-01",
        "in_force_to": "2027-12-31",
        "facts": [{"name": "level", "kind": "word", "required": True}],
    }
    assert entries["M66-2a"].as_json()["document_number"] == "杭政办函〔2024〕66号"
    assert entries["M66-2a"].as_json()["facts"] == [
        {"name": "received_subsidy_yuan", "kind": "yuan", "required": True},
        {"name": "level", "kind": "word", "required": False},
    ]
    assert entries["M66-6"].line == (
        "M66-6  M66 六  人形机器人示范应用场景奖励  已印发施行  2025-01-22 至 2027-12-31"
    )


def test_catalogue_shows_an_adopted_draft_as_binding() -> None:
    law = load_law().with_adoptions(Adoption("A25", "杭政办〔2026〕1号", date(2026, 5, 1)))
    before = {entry.id: entry.binding for entry in list_catalogue(law, date(2026, 4, 30))}
    after = {entry.id: entry.binding for entry in list_catalogue(law, DAY)}
    assert (before["A25-3.1"], after["A25-3.1"]) == (False, True)
    assert before["M66-6"] is after["M66-6"] is True


def test_every_status_has_a_label() -> None:
    assert set(STATUS_LABELS) == set(DocumentStatus)
